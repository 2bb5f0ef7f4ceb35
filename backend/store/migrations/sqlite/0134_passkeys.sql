-- A key with which a person signs in (WebAuthn). `credential` is what is needed to verify it, as JSON; nothing in it is
-- secret.
CREATE TABLE passkeys (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);

-- What an authenticator was asked to sign, as SHA-256, and not answered yet. `user_id` is who makes a passkey, and absent
-- when somebody signs in. It is good once, until `expires_at`.
CREATE TABLE passkey_challenges (
    challenge_hash TEXT NOT NULL,
    user_id TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (challenge_hash)
);
CREATE INDEX passkey_challenges_expires_at ON passkey_challenges (expires_at);
