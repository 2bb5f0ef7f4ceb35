//! What tenants show to everybody.

use std::collections::BTreeMap;

use crontopus_ids::{JobId, TenantId};
use sqlx::FromRow;

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_PUBLIC = "SELECT * FROM public_pages WHERE tenant_id = $1";
    FIND_PUBLIC_BY_SLUG = "SELECT * FROM public_pages WHERE slug = $1";
    FIND_PUBLIC_BY_TOKEN = "SELECT * FROM public_pages WHERE badge_token = $1";
    SAVE_PUBLIC = "INSERT INTO public_pages (tenant_id, slug, title, namespaces, labels, all_jobs, badge_token)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, title = excluded.title,
            namespaces = excluded.namespaces, labels = excluded.labels, all_jobs = excluded.all_jobs,
            badge_token = excluded.badge_token";
    LIST_STANDINGS = "SELECT j.id, j.namespace, j.name, j.description, j.labels, j.invalid, j.enabled,
            CAST(COALESCE((SELECT MAX(CASE
                WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5
                WHEN s.status IN ('ok', 'pending') AND s.expected_at < $2 THEN 4
                WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END)
            FROM monitor_states s WHERE s.tenant_id = j.tenant_id AND s.job_id = j.id AND NOT s.removed), 0) AS BIGINT)
            AS rank
        FROM jobs j WHERE j.tenant_id = $1 AND j.removed_at IS NULL ORDER BY j.namespace, j.name";
}

/// What a tenant shows to everybody.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PublicPage {
    /// Whose it is.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Where the status page is; `None` when it is off.
    pub slug: Option<String>,
    /// What stands above it.
    pub title: String,
    /// Jobs of these namespaces are shown.
    #[sqlx(try_from = "JsonText<Vec<String>>")]
    pub namespaces: Vec<String>,
    /// Jobs with all of these labels are shown.
    #[sqlx(try_from = "JsonText<BTreeMap<String, String>>")]
    pub labels: BTreeMap<String, String>,
    /// All jobs are shown.
    pub all_jobs: bool,
    /// Where the badges are; `None` when they are off.
    pub badge_token: Option<String>,
}

/// How one job is at a glance.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct StandingJob {
    /// Id.
    #[sqlx(try_from = "Text<JobId>")]
    pub id: JobId,
    /// Namespace.
    pub namespace: String,
    /// Name in it.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// Labels.
    #[sqlx(try_from = "JsonText<BTreeMap<String, String>>")]
    pub labels: BTreeMap<String, String>,
    /// Whether a newer form has errors.
    pub invalid: bool,
    /// Whether it is monitored at all.
    pub enabled: bool,
    /// The worst of its monitors: 6 failing, 5 unknown, 4 late, 3 pending, 2 ok, 1 paused, 0 none.
    pub rank: i64,
}

impl Read<TenantScope> {
    /// What the tenant shows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_public_page(&mut self) -> Result<Option<PublicPage>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_PUBLIC, Text(tenant))
    }

    /// Every job in force and how it is at `now` (UTC milliseconds), by namespace and name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_standing_jobs(&mut self, now: i64) -> Result<Vec<StandingJob>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_STANDINGS, Text(tenant), now)
    }
}

impl Read<SystemScope> {
    /// Whose status page has this slug.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_public_page_by_slug(&mut self, slug: &str) -> Result<Option<PublicPage>, StoreError> {
        query!(self, fetch_optional FIND_PUBLIC_BY_SLUG, slug)
    }

    /// Whose badges have this token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_public_page_by_token(&mut self, token: &str) -> Result<Option<PublicPage>, StoreError> {
        query!(self, fetch_optional FIND_PUBLIC_BY_TOKEN, token)
    }
}

impl Tx<TenantScope> {
    /// Stores what the tenant shows.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another tenant has the slug.
    pub async fn save_public_page(&mut self, page: &PublicPage) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SAVE_PUBLIC, Text(tenant), &page.slug, &page.title, JsonText(&page.namespaces),
            JsonText(&page.labels), page.all_jobs, &page.badge_token)
        .map(drop)
    }
}
