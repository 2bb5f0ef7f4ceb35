//! Check-ins of what is not declared: remembered, and nothing more.

use std::collections::{BTreeMap, HashMap, HashSet};

use crontopus_clock::Entropy;
use crontopus_ids::{DiscoveredId, TenantId};
use crontopus_store::{Sighting, StoreError, SystemTx};

use super::signal::{Rejection, Signal};
use super::target::Found;
use crate::secret;

/// So many things that are not declared are remembered of one tenant.
pub(crate) const MOST_DISCOVERED: i64 = 1_000;

/// What a batch sees that is not declared.
#[derive(Default)]
pub(super) struct Sightings {
    known: HashMap<(TenantId, String), DiscoveredId>,
    counts: HashMap<TenantId, i64>,
    seen: BTreeMap<(TenantId, String), Sighting>,
}

/// Whose a signal is, and what it calls its job, when that is to be remembered.
fn asked(signal: &Signal, found: &Found) -> Option<(TenantId, String)> {
    let Err((Rejection::UnknownMonitor, Some(tenant))) = found else { return None };
    let wanted = signal.terms.discover && signal.terms.refused.is_none();
    signal.target.slug().filter(|_| wanted).map(|slug| (*tenant, slug))
}

impl Sightings {
    /// Finds what was seen before.
    pub(super) async fn load(
        tx: &mut SystemTx,
        signals: &[&Signal],
        found: &[Found],
    ) -> Result<Self, StoreError> {
        let asked: HashSet<(TenantId, String)> =
            signals.iter().zip(found).filter_map(|(signal, found)| asked(signal, found)).collect();
        if asked.is_empty() {
            return Ok(Self::default());
        }
        let slugs: Vec<(TenantId, &str)> =
            asked.iter().map(|(tenant, slug)| (*tenant, slug.as_str())).collect();
        let known = tx.find_discovered_slugs(&slugs).await?;
        let known: HashMap<_, _> = known.into_iter().map(|(tenant, slug, id)| ((tenant, slug), id)).collect();
        let mut counts = HashMap::new();
        for (tenant, _) in asked.iter().filter(|slug| !known.contains_key(*slug)) {
            if !counts.contains_key(tenant) {
                counts.insert(*tenant, tx.count_discovered_of(*tenant).await?);
            }
        }
        Ok(Self { known, counts, seen: BTreeMap::new() })
    }

    /// Remembers a signal, when it is one to be remembered: whether its like was never seen, or why it is not
    /// remembered.
    pub(super) fn see(
        &mut self,
        signal: &Signal,
        found: &Found,
        entropy: &dyn Entropy,
    ) -> Option<Result<bool, (Rejection, TenantId)>> {
        let key = asked(signal, found)?;
        let (tenant_id, slug) = key.clone();
        let (at, known) = (signal.received_at, self.known.get(&key).copied());
        let id = known.unwrap_or_else(|| DiscoveredId::from_parts(at, secret::bytes(entropy)));
        if known.is_none() {
            let count = self.counts.entry(tenant_id).or_default();
            if *count >= MOST_DISCOVERED {
                return Some(Err((Rejection::TooManyDiscovered, tenant_id)));
            }
            *count += 1;
            self.known.insert(key.clone(), id);
        }
        let (namespace, name) = signal.target.proposed()?;
        let proposal = signal.terms.proposal.clone().unwrap_or_default();
        let dialect = signal.door.as_str();
        let sighting = self.seen.entry(key).or_insert_with(|| Sighting {
            tenant_id,
            id,
            slug,
            namespace,
            name,
            dialect,
            proposal: proposal.clone(),
            at,
            check_ins: 0,
        });
        sighting.check_ins += 1;
        (sighting.dialect, sighting.at) = (dialect, sighting.at.max(at));
        if !proposal.is_empty() {
            sighting.proposal = proposal;
        }
        Some(Ok(known.is_none()))
    }

    /// The rows to write.
    pub(super) fn into_rows(self) -> Vec<Sighting> {
        self.seen.into_values().collect()
    }
}
