use std::collections::BTreeMap;

use crontopus_domain::statistics::{DAY_MS, HOUR_MS, Tally, start_of};
use crontopus_ids::MonitorId;
use crontopus_store::{Read, TenantScope};

use crate::Result;

/// Hours before this many milliseconds are told as they were counted last.
const FRESH_MS: i64 = DAY_MS;

/// The days of monitors that begin from `from` to before `to` (UTC milliseconds), with what was not counted yet of
/// the last day's hours.
pub(crate) async fn days(
    read: &mut Read<TenantScope>,
    monitors: &[MonitorId],
    (from, to): (i64, i64),
    now: i64,
) -> Result<Vec<(MonitorId, i64, Tally)>> {
    let rows = read.list_days(monitors, from, to).await?;
    let mut days: BTreeMap<(MonitorId, i64), Tally> =
        rows.into_iter().map(|(monitor, day, tally)| ((monitor, day), tally)).collect();
    if to > now - FRESH_MS {
        for hour in read.list_fresh_hours(monitors, start_of(now - FRESH_MS, HOUR_MS)).await? {
            let day = start_of(hour.hour, DAY_MS);
            if (from..to).contains(&day) {
                let tally = days.entry((hour.monitor_id, day)).or_default();
                tally.merge(&hour.now);
                tally.take(&hour.counted);
            }
        }
    }
    Ok(days.into_iter().map(|((monitor, day), tally)| (monitor, day, tally)).collect())
}

/// The hours of monitors that begin from `from` to before `to`, in the same way.
pub(super) async fn hours(
    read: &mut Read<TenantScope>,
    monitors: &[MonitorId],
    (from, to): (i64, i64),
    now: i64,
) -> Result<Vec<(MonitorId, i64, Tally)>> {
    let rows = read.list_hours(monitors, from, to).await?;
    let mut hours: BTreeMap<(MonitorId, i64), Tally> =
        rows.into_iter().map(|(monitor, hour, tally)| ((monitor, hour), tally)).collect();
    if to > now - FRESH_MS {
        let fresh = read.list_fresh_hours(monitors, start_of(now - FRESH_MS, HOUR_MS)).await?;
        let fresh = fresh.into_iter().filter(|hour| (from..to).contains(&hour.hour));
        hours.extend(fresh.map(|hour| ((hour.monitor_id, hour.hour), hour.now)));
    }
    Ok(hours.into_iter().map(|((monitor, hour), tally)| (monitor, hour, tally)).collect())
}
