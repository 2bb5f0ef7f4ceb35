-- A link by which a person who forgot the password sets another. `secret_hash` is the SHA-256 of what stands in it; it
-- is good once, until `expires_at`, and goes with every change of the password.
CREATE TABLE password_resets (
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (secret_hash)
);
CREATE INDEX password_resets_user_id ON password_resets (user_id);
CREATE INDEX password_resets_expires_at ON password_resets (expires_at);
