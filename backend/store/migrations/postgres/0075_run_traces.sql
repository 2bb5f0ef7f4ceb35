-- What is remembered of a run's signals beside what the run shows, so that their order does not matter: a small JSON
-- object; of most runs there is nothing to remember.
ALTER TABLE runs ADD COLUMN traces TEXT;
