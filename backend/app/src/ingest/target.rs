//! From what a check-in names to its monitor.

use std::collections::HashMap;

use crontopus_ids::{MonitorId, TenantId};
use crontopus_store::{KeyOwner, Read, Spot, StoreError, SystemScope};

use super::signal::{Rejection, Target};

/// Where a check-in goes, or why it goes nowhere and whose it would have been.
pub(super) type Found = Result<(TenantId, MonitorId), (Rejection, Option<TenantId>)>;

/// Finds the monitor of each target, with two statements for all of them.
pub(super) async fn resolve(
    read: &mut Read<SystemScope>,
    targets: &[&Target],
) -> Result<Vec<Found>, StoreError> {
    let keys = find_keys(read, targets).await?;
    let mut spots: Vec<Spot> = Vec::new();
    let mut numbers: HashMap<Spot, usize> = HashMap::new();
    let mut places = Vec::with_capacity(targets.len());
    for target in targets {
        places.push(match place(target, &keys) {
            Place::Monitor(tenant, monitor) => Ok((tenant, Err(monitor))),
            Place::Spot(spot) => {
                let tenant = spot.tenant_id;
                let number = *numbers.entry(spot.clone()).or_insert_with(|| {
                    spots.push(spot);
                    spots.len() - 1
                });
                Ok((tenant, Ok(number)))
            }
            Place::Nowhere(why, tenant) => Err((why, tenant)),
        });
    }
    let found: HashMap<usize, MonitorId> = match spots.is_empty() {
        true => HashMap::new(),
        false => read.find_spots(&spots).await?.into_iter().collect(),
    };
    let monitor = |(tenant, at): (TenantId, Result<usize, MonitorId>)| match at {
        Err(monitor) => Ok((tenant, monitor)),
        Ok(number) => match found.get(&number) {
            Some(monitor) => Ok((tenant, *monitor)),
            None => Err((Rejection::UnknownMonitor, Some(tenant))),
        },
    };
    Ok(places.into_iter().map(|place| place.and_then(monitor)).collect())
}

async fn find_keys(
    read: &mut Read<SystemScope>,
    targets: &[&Target],
) -> Result<HashMap<String, KeyOwner>, StoreError> {
    let hash = |target: &&Target| match target {
        Target::Key { hash } | Target::TenantKey { hash, .. } => Some(hash.clone()),
        _ => None,
    };
    let mut hashes: Vec<String> = targets.iter().filter_map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.is_empty() {
        return Ok(HashMap::new());
    }
    let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    Ok(read.find_check_in_keys(&hashes).await?.into_iter().collect())
}

enum Place {
    Monitor(TenantId, MonitorId),
    Spot(Spot),
    Nowhere(Rejection, Option<TenantId>),
}

fn place(target: &Target, keys: &HashMap<String, KeyOwner>) -> Place {
    let spot = |tenant_id, namespace: &String, name: &String, agent_id| {
        Place::Spot(Spot { tenant_id, namespace: namespace.clone(), name: name.clone(), agent_id })
    };
    match target {
        Target::Monitor { tenant_id, monitor_id } => Place::Monitor(*tenant_id, *monitor_id),
        Target::Job { tenant_id, namespace, name } => spot(*tenant_id, namespace, name, None),
        Target::AgentJob { tenant_id, agent_id, namespace, name } => {
            spot(*tenant_id, namespace, name, Some(*agent_id))
        }
        Target::Key { hash } => match keys.get(hash) {
            Some(KeyOwner { tenant_id, monitor_id: Some(monitor) }) => Place::Monitor(*tenant_id, *monitor),
            Some(KeyOwner { tenant_id, monitor_id: None }) => {
                Place::Nowhere(Rejection::UnknownMonitor, Some(*tenant_id))
            }
            None => Place::Nowhere(Rejection::UnknownKey, None),
        },
        Target::TenantKey { hash, namespace, name } => match keys.get(hash) {
            Some(KeyOwner { tenant_id, monitor_id: None }) => spot(*tenant_id, namespace, name, None),
            // A monitor's own key with a name behind it is not the tenant's key.
            _ => Place::Nowhere(Rejection::UnknownKey, None),
        },
    }
}
