//! What checked in without being declared in Git.

use crontopus_domain::Proposal;
use crontopus_ids::{DiscoveredId, JobId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_DISCOVERED = "SELECT d.id, d.slug, d.namespace, d.name, d.dialect, d.proposal, d.first_seen_at,
            d.last_seen_at, d.check_ins, d.ignored_at, (SELECT MIN(j.id) FROM jobs j
                WHERE j.tenant_id = d.tenant_id AND j.name = d.name AND j.removed_at IS NULL
                    AND (d.namespace = '' OR j.namespace = d.namespace)) AS job_id
        FROM discovered d WHERE d.tenant_id = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3";
    FIND_DISCOVERED = "SELECT d.id, d.slug, d.namespace, d.name, d.dialect, d.proposal, d.first_seen_at,
            d.last_seen_at, d.check_ins, d.ignored_at, (SELECT MIN(j.id) FROM jobs j
                WHERE j.tenant_id = d.tenant_id AND j.name = d.name AND j.removed_at IS NULL
                    AND (d.namespace = '' OR j.namespace = d.namespace)) AS job_id
        FROM discovered d WHERE d.tenant_id = $1 AND d.id = $2";
    COUNT_DISCOVERED = "SELECT COUNT(*) FROM discovered WHERE tenant_id = $1";
    IGNORE_DISCOVERED = "UPDATE discovered SET ignored_at = $3 WHERE tenant_id = $1 AND id = $2";
    DELETE_DISCOVERED = "DELETE FROM discovered WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM discovered WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT $2)";
}

batches! {
    FIND_SLUGS(tenant_id Text, slug Text) = "SELECT d.tenant_id, d.slug, d.id FROM {rows} CROSS JOIN discovered d
        WHERE d.tenant_id = batch.tenant_id AND d.slug = batch.slug";
    SAVE_DISCOVERED(tenant_id Text, id Text, slug Text, namespace Text, name Text, dialect Text, proposal Text,
        at Int, check_ins Int) =
        "INSERT INTO discovered (tenant_id, id, slug, namespace, name, dialect, proposal, first_seen_at,
            last_seen_at, check_ins)
        SELECT tenant_id, id, slug, namespace, name, dialect, proposal, at, at, check_ins FROM {rows} WHERE true
        ON CONFLICT (tenant_id, slug) DO UPDATE SET dialect = excluded.dialect, last_seen_at = excluded.last_seen_at,
            check_ins = discovered.check_ins + excluded.check_ins,
            proposal = CASE WHEN excluded.proposal = '{}' THEN discovered.proposal ELSE excluded.proposal END";
}

/// Something that checked in without being declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Id; sorts by the moment it was first seen.
    pub id: DiscoveredId,
    /// What the sender calls it.
    pub slug: String,
    /// Namespace of a job that would be it; `None` when the sender named none.
    pub namespace: Option<String>,
    /// Name of a job that would be it.
    pub name: String,
    /// Through which door it came last.
    pub dialect: String,
    /// What the sender says is to be expected.
    pub proposal: Proposal,
    /// UTC milliseconds.
    pub first_seen_at: i64,
    /// UTC milliseconds.
    pub last_seen_at: i64,
    /// How often it checked in.
    pub check_ins: i64,
    /// When somebody said that it does not matter, UTC milliseconds.
    pub ignored_at: Option<i64>,
    /// The job that Git declares by that name now.
    pub job_id: Option<JobId>,
}

/// A check-in of something that is not declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub tenant_id: TenantId,
    /// Id, if it is new.
    pub id: DiscoveredId,
    /// What the sender calls it.
    pub slug: String,
    /// Namespace of a job that would be it.
    pub namespace: Option<String>,
    /// Name of a job that would be it.
    pub name: String,
    /// Through which door it came.
    pub dialect: &'static str,
    /// What the sender says is to be expected.
    pub proposal: Proposal,
    /// UTC milliseconds.
    pub at: i64,
    /// How often it checked in.
    pub check_ins: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<DiscoveredId>,
    slug: String,
    namespace: String,
    name: String,
    dialect: String,
    proposal: JsonText<Proposal>,
    first_seen_at: i64,
    last_seen_at: i64,
    check_ins: i64,
    ignored_at: Option<i64>,
    job_id: Option<Text<JobId>>,
}

impl From<Row> for Discovered {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            slug: row.slug,
            namespace: Some(row.namespace).filter(|n| !n.is_empty()),
            name: row.name,
            dialect: row.dialect,
            proposal: row.proposal.0,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            check_ins: row.check_ins,
            ignored_at: row.ignored_at,
            job_id: row.job_id.map(|id| id.0),
        }
    }
}

impl<S: Scope> Read<S> {
    /// Which of the slugs were seen before, and as what.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_discovered_slugs(
        &mut self,
        slugs: &[(TenantId, &str)],
    ) -> Result<Vec<(TenantId, String, DiscoveredId)>, StoreError> {
        let mut batch = Batch::of(&FIND_SLUGS);
        for (tenant, slug) in slugs {
            batch.text(tenant).text(slug);
        }
        let rows: Vec<(Text<TenantId>, String, Text<DiscoveredId>)> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(|(tenant, slug, id)| (tenant.0, slug, id.0)).collect())
    }

    /// How many a tenant has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_discovered_of(&mut self, tenant: TenantId) -> Result<i64, StoreError> {
        let (count,): (i64,) = query!(self, fetch_one COUNT_DISCOVERED, Text(tenant))?;
        Ok(count)
    }
}

impl Read<TenantScope> {
    /// What was discovered, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_discovered(&mut self, paging: &Paging) -> Result<Listed<Discovered>, StoreError> {
        let tenant = self.tenant();
        // `~` sorts after every id.
        let before = paging.after.as_ref().map_or("~", |c| c.id.as_str());
        let rows: Vec<Row> = query!(self, fetch_all LIST_DISCOVERED, Text(tenant), before, paging.fetch())?;
        let rows = rows.into_iter().map(Discovered::from).collect();
        Ok(paging.page(rows, |d: &Discovered| Cursor { at: 0, id: d.id.to_string() }))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_discovered(&mut self, id: DiscoveredId) -> Result<Option<Discovered>, StoreError> {
        let tenant = self.tenant();
        let row: Option<Row> = query!(self, fetch_optional FIND_DISCOVERED, Text(tenant), Text(id))?;
        Ok(row.map(Discovered::from))
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down what was seen; each slug of a tenant at most once in `sightings`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_discovered(&mut self, sightings: &[Sighting]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_DISCOVERED);
        for s in sightings {
            batch.text(s.tenant_id).text(s.id).text(&s.slug).text(s.namespace.as_deref().unwrap_or_default());
            batch.text(&s.name).text(s.dialect).text(json(&s.proposal)).int(s.at).int(s.check_ins);
        }
        batch.execute(self).await.map(drop)
    }
}

impl Tx<TenantScope> {
    /// Says since when it does not matter, or that it does; whether it is there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ignore_discovered(&mut self, id: DiscoveredId, at: Option<i64>) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute IGNORE_DISCOVERED, Text(tenant), Text(id), at)? == 1)
    }
}

impl Tx<SystemScope> {
    /// Forgets up to `limit` of those last seen before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_discovered(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        query!(self, execute DELETE_DISCOVERED, before, i64::from(limit))
    }
}

/// A proposal as its column holds it.
pub(crate) fn json(proposal: &Proposal) -> String {
    serde_json::to_string(proposal).expect("plain values can be written")
}
