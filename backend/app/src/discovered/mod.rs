//! What checked in without being declared in Git, and what its manifest would be.

mod compare;
mod manifest;

pub use compare::{Difference, Proposed};
pub use manifest::{Draft, draft};

use crontopus_domain::EventKind;
use crontopus_ids::DiscoveredId;
use crontopus_store::{Discovered, Listed, Paging};

use crate::access::Actor;
use crate::{App, Deed, Error, Result};

impl App {
    /// What checked in without being declared, newest first.
    pub async fn list_discovered(&self, actor: &Actor, paging: &Paging) -> Result<Listed<Discovered>> {
        Ok(self.read(actor.tenant_id).await?.list_discovered(paging).await?)
    }

    /// One of them, with the manifest that would declare it.
    pub async fn get_discovered(&self, actor: &Actor, id: DiscoveredId) -> Result<(Discovered, Draft)> {
        let found = self.read(actor.tenant_id).await?.find_discovered(id).await?;
        let found = found.ok_or_else(|| missing(id))?;
        let draft = draft(&found);
        Ok((found, draft))
    }

    /// Says that one of them does not matter, or that it does after all.
    pub async fn ignore_discovered(
        &self,
        actor: &Actor,
        id: DiscoveredId,
        ignored: bool,
    ) -> Result<Discovered> {
        let now = self.now_ms();
        let mut tx = self.begin(actor.tenant_id).await?;
        if !tx.ignore_discovered(id, ignored.then_some(now)).await? {
            return Err(missing(id));
        }
        let found = tx.find_discovered(id).await?.ok_or_else(|| missing(id))?;
        let action = if ignored { "ignore_discovered" } else { "restore_discovered" };
        tx.create_audit(&self.audit_line(actor, Deed::new(action, &found.slug))).await?;
        tx.emit(now, EventKind::DiscoveredChanged, id, None);
        tx.commit().await?;
        Ok(found)
    }
}

fn missing(id: DiscoveredId) -> Error {
    Error::not_found(format!("discovered check-in {id}"))
}
