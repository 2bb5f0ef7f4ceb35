//! From what a check-in names to its monitor.

use std::collections::{HashMap, HashSet};

use crontopus_domain::Integration;
use crontopus_ids::{MonitorId, TenantId};
use crontopus_store::{JobName, KeyOwner, Spot, StoreError, SystemTx};

use super::signal::{Rejection, Target};
use super::slug::{self, names};
use crate::integrations::sentry_project;

/// Where a check-in goes, or why it goes nowhere and whose it would have been.
pub(super) type Found = Result<(TenantId, MonitorId), (Rejection, Option<TenantId>)>;

/// Where to look for a monitor.
enum Place {
    Monitor(TenantId, MonitorId),
    Spot(Spot),
    /// A monitor of that tenant, by its id.
    Owned(TenantId, MonitorId),
    /// Some job by one of these names.
    Named(TenantId, Vec<JobName>),
    Nowhere(Rejection, Option<TenantId>),
}

/// Whose the keys are that a batch brings.
struct Keys {
    own: HashMap<String, KeyOwner>,
    integrations: HashMap<String, (TenantId, Integration)>,
    owners: HashMap<MonitorId, TenantId>,
}

/// Finds the monitor of each target, with one statement for each way to name one.
pub(super) async fn resolve(tx: &mut SystemTx, targets: &[&Target]) -> Result<Vec<Found>, StoreError> {
    let mut keys = Keys::find(tx, targets).await?;
    let places: Vec<Place> = targets.iter().map(|target| place(target, &keys)).collect();
    keys.find_owners(tx, &places).await?;
    let (mut spots, mut numbers): (Vec<Spot>, HashMap<Spot, usize>) = Default::default();
    let mut named: Vec<(usize, JobName)> = Vec::new();
    for (n, place) in places.iter().enumerate() {
        match place {
            Place::Spot(spot) => drop(numbers.entry(spot.clone()).or_insert_with(|| {
                spots.push(spot.clone());
                spots.len() - 1
            })),
            Place::Named(_, names) => named.extend(names.iter().map(|name| (n, name.clone()))),
            _ => {}
        }
    }
    let at_spots: HashMap<usize, MonitorId> = match spots.is_empty() {
        true => HashMap::new(),
        false => tx.find_spots(&spots).await?.into_iter().collect(),
    };
    let mut by_name: HashMap<usize, HashSet<MonitorId>> = HashMap::new();
    if !named.is_empty() {
        for (n, id) in tx.find_named(&named).await? {
            by_name.entry(n).or_default().insert(id);
        }
    }
    let unknown = |tenant| Err((Rejection::UnknownMonitor, Some(tenant)));
    let found = |(n, place): (usize, Place)| match place {
        Place::Monitor(tenant, monitor) => Ok((tenant, monitor)),
        Place::Nowhere(why, tenant) => Err((why, tenant)),
        Place::Owned(tenant, id) if keys.owners.get(&id) == Some(&tenant) => Ok((tenant, id)),
        Place::Owned(tenant, _) => unknown(tenant),
        Place::Spot(spot) => match numbers.get(&spot).and_then(|number| at_spots.get(number)) {
            Some(monitor) => Ok((spot.tenant_id, *monitor)),
            None => unknown(spot.tenant_id),
        },
        Place::Named(tenant, _) => match by_name.get(&n) {
            Some(ids) if ids.len() > 1 => Err((Rejection::Ambiguous, Some(tenant))),
            Some(ids) => ids.iter().next().map_or_else(|| unknown(tenant), |id| Ok((tenant, *id))),
            None => unknown(tenant),
        },
    };
    Ok(places.into_iter().enumerate().map(found).collect())
}

impl Keys {
    async fn find(tx: &mut SystemTx, targets: &[&Target]) -> Result<Self, StoreError> {
        let (mut own, mut integrations, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for target in targets {
            match target {
                Target::Key { hash } | Target::TenantKey { hash, .. } => own.push(hash.as_str()),
                Target::Slug { hash, .. } => integrations.push(hash.as_str()),
                Target::Id(id) => ids.push(*id),
                Target::Monitor { .. } | Target::Job { .. } | Target::AgentJob { .. } => {}
            }
        }
        let distinct = |mut hashes: Vec<&str>| -> Vec<String> {
            hashes.sort_unstable();
            hashes.dedup();
            hashes.into_iter().map(str::to_owned).collect()
        };
        let (own, integrations) = (distinct(own), distinct(integrations));
        fn texts(hashes: &[String]) -> Vec<&str> {
            hashes.iter().map(String::as_str).collect()
        }
        let mut keys = Self { own: HashMap::new(), integrations: HashMap::new(), owners: HashMap::new() };
        if !own.is_empty() {
            keys.own = tx.find_check_in_keys(&texts(&own)).await?.into_iter().collect();
        }
        if !integrations.is_empty() {
            let found = tx.find_integrations(&texts(&integrations)).await?;
            keys.integrations =
                found.into_iter().map(|(hash, tenant, kind)| (hash, (tenant, kind))).collect();
        }
        if !ids.is_empty() {
            keys.owners = tx.find_owners(&ids).await?.into_iter().map(|(tenant, id)| (id, tenant)).collect();
        }
        Ok(keys)
    }

    /// Monitors that integrations name by their id.
    async fn find_owners(&mut self, tx: &mut SystemTx, places: &[Place]) -> Result<(), StoreError> {
        let owned = |place: &Place| match place {
            Place::Owned(_, id) => Some(*id),
            _ => None,
        };
        let ids: Vec<MonitorId> = places.iter().filter_map(owned).collect();
        if !ids.is_empty() {
            self.owners.extend(tx.find_owners(&ids).await?.into_iter().map(|(tenant, id)| (id, tenant)));
        }
        Ok(())
    }
}

fn place(target: &Target, keys: &Keys) -> Place {
    let spot = |tenant_id, namespace: &String, name: &String, agent_id| {
        Place::Spot(Spot { tenant_id, namespace: namespace.clone(), name: name.clone(), agent_id })
    };
    match target {
        Target::Monitor { tenant_id, monitor_id } => Place::Monitor(*tenant_id, *monitor_id),
        Target::Job { tenant_id, namespace, name } => spot(*tenant_id, namespace, name, None),
        Target::AgentJob { tenant_id, agent_id, namespace, name } => {
            spot(*tenant_id, namespace, name, Some(*agent_id))
        }
        Target::Key { hash } => match keys.own.get(hash) {
            Some(KeyOwner { tenant_id, monitor_id: Some(monitor) }) => Place::Monitor(*tenant_id, *monitor),
            Some(KeyOwner { tenant_id, monitor_id: None }) => {
                Place::Nowhere(Rejection::UnknownMonitor, Some(*tenant_id))
            }
            None => Place::Nowhere(Rejection::UnknownKey, None),
        },
        Target::TenantKey { hash, namespace, name } => match keys.own.get(hash) {
            Some(KeyOwner { tenant_id, monitor_id: None }) => match slug::place(namespace, name) {
                Some((namespace, name)) => spot(*tenant_id, &namespace, &name, None),
                None => Place::Nowhere(Rejection::UnknownMonitor, Some(*tenant_id)),
            },
            // A monitor's own key with a name behind it is not the tenant's key.
            _ => Place::Nowhere(Rejection::UnknownKey, None),
        },
        Target::Id(id) => match keys.owners.get(id) {
            Some(tenant) => Place::Monitor(*tenant, *id),
            None => Place::Nowhere(Rejection::UnknownMonitor, None),
        },
        Target::Slug { hash, kinds, project, slug } => match keys.integrations.get(hash) {
            Some((tenant, kind))
                if kinds.contains(kind) && project.is_none_or(|p| p == sentry_project(*tenant)) =>
            {
                match monitor_id(slug) {
                    Some(id) => Place::Owned(*tenant, id),
                    None => Place::Named(*tenant, names(*tenant, slug)),
                }
            }
            _ => Place::Nowhere(Rejection::UnknownKey, None),
        },
    }
}

/// A monitor's id in either of its forms.
fn monitor_id(slug: &str) -> Option<MonitorId> {
    let uuid = || slug.parse().ok().filter(|_| slug.len() == 36).map(MonitorId::from_uuid);
    slug.parse().ok().or_else(uuid)
}
