use crontopus_domain::monitor::{self, Effects, MonitorState, Subject};
use crontopus_ids::{IncidentId, MonitorId};
use crontopus_store::{Judged, Monitor, StoreError, TenantTx};

use crate::ingest::Expectations;

/// Pauses a monitor: nothing is expected until it is [resumed](resume). `None` when it is not there.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn pause(
    tx: &mut TenantTx,
    expectations: &Expectations,
    id: MonitorId,
    now: i64,
) -> Result<Option<Monitor>, StoreError> {
    change(tx, expectations, id, now, monitor::pause).await
}

/// Ends an operator's pause; starts are expected from `now` on. `None` when it is not there.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn resume(
    tx: &mut TenantTx,
    expectations: &Expectations,
    id: MonitorId,
    now: i64,
) -> Result<Option<Monitor>, StoreError> {
    change(tx, expectations, id, now, |state, subject| monitor::resume(state, subject, now)).await
}

/// Ends an incident because `by` (an e-mail address) says so; whether it was open. The incident of a silent
/// host ends when the host is back, and not before.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn close_incident(
    tx: &mut TenantTx,
    expectations: &Expectations,
    id: IncidentId,
    by: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let incident = tx.find_incident(id).await?;
    let Some(monitor_id) = incident.and_then(|i| i.monitor_id) else { return Ok(false) };
    let mut was_open = false;
    let tenant = tx.tenant();
    for known in tx.lock_monitors(&[(tenant, monitor_id)]).await? {
        if known.state.incident.as_ref().is_none_or(|i| i.id != id) {
            continue;
        }
        was_open = true;
        tx.note_incident(id, "resolving", by, now).await?;
        apply(tx, expectations, &known, now, |state, _| monitor::close_incident(state, now)).await?;
    }
    Ok(was_open)
}

async fn change(
    tx: &mut TenantTx,
    expectations: &Expectations,
    id: MonitorId,
    now: i64,
    change: impl Fn(&mut MonitorState, Subject<'_>) -> Effects,
) -> Result<Option<Monitor>, StoreError> {
    let tenant = tx.tenant();
    let locked = tx.lock_monitors(&[(tenant, id)]).await?;
    let Some(known) = locked.into_iter().find(|m| !m.removed) else { return Ok(None) };
    apply(tx, expectations, &known, now, change).await?;
    tx.find_monitor(id).await
}

async fn apply(
    tx: &mut TenantTx,
    expectations: &Expectations,
    known: &Monitor,
    now: i64,
    change: impl Fn(&mut MonitorState, Subject<'_>) -> Effects,
) -> Result<(), StoreError> {
    let Some(expectation) = expectations.of(known) else {
        return Err(StoreError::inconsistent("monitors", "spec", known.id));
    };
    let mut judged = Judged::of(known, expectation.spec.severity);
    let effects = change(&mut judged.state, Subject { id: known.id, expectation: &expectation });
    judged.add(effects);
    tx.write_judged(&[judged], now).await
}
