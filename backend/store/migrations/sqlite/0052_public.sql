-- What a tenant shows to everybody: a status page under `slug`, and badges below `badge_token`; absent is off.
-- Both are addresses that are given away, hence no secrets. `namespaces` and `labels` are JSON and say which jobs
-- the page shows; with `all_jobs` all of them.
CREATE TABLE public_pages (
    tenant_id TEXT NOT NULL,
    slug TEXT,
    title TEXT NOT NULL,
    namespaces TEXT NOT NULL,
    labels TEXT NOT NULL,
    all_jobs BOOLEAN NOT NULL,
    badge_token TEXT,
    PRIMARY KEY (tenant_id)
);
CREATE UNIQUE INDEX public_pages_slug ON public_pages (slug) WHERE slug IS NOT NULL;
CREATE UNIQUE INDEX public_pages_badge_token ON public_pages (badge_token) WHERE badge_token IS NOT NULL;
