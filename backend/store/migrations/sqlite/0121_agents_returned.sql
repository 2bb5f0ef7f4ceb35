-- When the host was heard of again after it had been lost.
ALTER TABLE agents ADD COLUMN returned_at BIGINT;
