-- The second factor of a person: `sealed` holds the encrypted secret of RFC 6238. It counts from `confirmed_at` on;
-- `step` is the last interval of which a code was taken, so that none is taken twice.
CREATE TABLE second_factors (
    user_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    step BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);

-- Codes for who lost the second factor, as SHA-256; each is good once and then gone.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
