//! Accepted signals. Those of a run are kept in its own row, which is written with them anyway; what changes no run
//! is kept apart.

use std::fmt::Write as _;

use crontopus_ids::{CheckInId, MonitorId, RunId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_CHECK_INS = "SELECT at, run_id, kind, door FROM check_ins
        WHERE tenant_id = $1 AND monitor_id = $2 ORDER BY at DESC, id DESC LIMIT $3";
    LIST_SIGNALS = "SELECT id, signals FROM runs
        WHERE tenant_id = $1 AND monitor_id = $2 AND signals IS NOT NULL ORDER BY at DESC, id DESC LIMIT $3";
    FIND_HEARD = "SELECT heard FROM monitor_states WHERE tenant_id = $1 AND id = $2";
}

batches! {
    SAVE_CHECK_INS(tenant_id Text, monitor_id Text, at Int, id Text, run_id Text, kind Text, door Text) =
        "INSERT INTO check_ins (tenant_id, monitor_id, at, id, run_id, kind, door)
        SELECT tenant_id, monitor_id, at, id, run_id, kind, door FROM {rows} WHERE true
        ON CONFLICT (tenant_id, monitor_id, at, id) DO NOTHING";
    COUNT_HEARD(tenant_id Text, id Text) = "SELECT s.id, s.heard FROM {rows} CROSS JOIN monitor_states s
        WHERE s.tenant_id = batch.tenant_id AND s.id = batch.id";
}

/// An accepted signal, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedCheckIn {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// When it came, UTC milliseconds.
    pub at: i64,
    /// The run it belongs to.
    pub run_id: Option<RunId>,
    /// What it said.
    pub kind: String,
    /// Through which door it came: `native`, `key`, `agent`.
    pub door: String,
}

/// An accepted signal that changes no run, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooseCheckIn {
    /// Whose.
    pub tenant_id: TenantId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// Id.
    pub id: CheckInId,
    /// The run it belongs to all the same.
    pub run_id: Option<RunId>,
    /// The rest.
    pub signal: HeardSignal,
}

/// What is remembered of an accepted signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeardSignal {
    /// When it came, UTC milliseconds.
    pub at: i64,
    /// What it said: one word.
    pub kind: &'static str,
    /// Through which door it came: one word.
    pub door: &'static str,
}

impl HeardSignal {
    /// Appends it to the `signals` of a run: `1764547200000 success native;`.
    pub(super) fn write(self, signals: &mut String) {
        let Self { at, kind, door } = self;
        write!(signals, "{at} {kind} {door};").expect("writing to a string does not fail");
    }
}

/// Reads the `signals` of a run, in the order in which they were written, and whether others before them are gone.
fn signals_of(
    monitor_id: MonitorId,
    run: RunId,
    signals: &str,
) -> Result<(Vec<ReceivedCheckIn>, bool), StoreError> {
    // What follows the mark is the end of one that was cut.
    let (signals, is_cut) = match signals.strip_prefix('~') {
        Some(rest) => (rest.split_once(';').map_or("", |(_, whole)| whole), true),
        None => (signals, false),
    };
    let damaged = || StoreError::inconsistent("runs", "signals", run);
    let one = |text: &str| {
        let mut words = text.split(' ');
        let (Some(at), Some(kind), Some(door), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(damaged());
        };
        let at = at.parse().map_err(|_| damaged())?;
        Ok(ReceivedCheckIn {
            monitor_id,
            at,
            run_id: Some(run),
            kind: kind.to_owned(),
            door: door.to_owned(),
        })
    };
    let all: Result<Vec<_>, _> = signals.split_terminator(';').map(one).collect();
    Ok((all?, is_cut))
}

impl Read<TenantScope> {
    /// The last signals of a monitor, newest first, as far back as none is missing between them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_check_ins(
        &mut self,
        monitor_id: MonitorId,
        limit: u32,
    ) -> Result<Vec<ReceivedCheckIn>, StoreError> {
        let (tenant, most) = (self.tenant(), i64::from(limit));
        type Row = (i64, Option<Text<RunId>>, String, String);
        let rows: Vec<Row> = query!(self, fetch_all LIST_CHECK_INS, Text(tenant), Text(monitor_id), most)?;
        let loose = |(at, run, kind, door): Row| ReceivedCheckIn {
            monitor_id,
            at,
            run_id: run.map(|r| r.0),
            kind,
            door,
        };
        let mut found: Vec<_> = rows.into_iter().rev().map(loose).collect();
        let runs: Vec<(Text<RunId>, String)> =
            query!(self, fetch_all LIST_SIGNALS, Text(tenant), Text(monitor_id), most)?;
        let mut whole_since = i64::MIN;
        for (run, signals) in runs.into_iter().rev() {
            let (own, is_cut) = signals_of(monitor_id, run.0, &signals)?;
            if is_cut {
                whole_since = own.first().map_or(i64::MAX, |signal| whole_since.max(signal.at));
            }
            found.extend(own);
        }
        found.retain(|signal| signal.at >= whole_since);
        found.sort_by_key(|signal| signal.at);
        found.reverse();
        found.truncate(limit as usize);
        Ok(found)
    }

    /// How many signals of a monitor were ever accepted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_check_ins(&mut self, monitor_id: MonitorId) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let row: Option<(i64,)> = query!(self, fetch_optional FIND_HEARD, Text(tenant), Text(monitor_id))?;
        Ok(row.map_or(0, |(heard,)| heard))
    }

    /// The same of several monitors, in no order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_check_ins_of(
        &mut self,
        monitors: &[MonitorId],
    ) -> Result<Vec<(MonitorId, i64)>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&COUNT_HEARD));
        for id in monitors {
            batch.text(tenant).text(id);
        }
        let rows: Vec<(Text<MonitorId>, i64)> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(|(id, heard)| (id.0, heard)).collect())
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down accepted signals that change no run.
    pub(super) async fn save_check_ins(&mut self, check_ins: &[LooseCheckIn]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_CHECK_INS);
        for c in check_ins {
            batch.text(c.tenant_id).text(c.monitor_id).int(c.signal.at).text(c.id).opt_text(c.run_id);
            batch.text(c.signal.kind).text(c.signal.door);
        }
        batch.execute(self).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_read_as_they_were_written() {
        let (monitor, run) = (MonitorId::from_bits(1), RunId::from_bits(2));
        let mut text = String::new();
        for (at, kind) in [(-1, "start"), (1_764_547_200_000, "success")] {
            HeardSignal { at, kind, door: "native" }.write(&mut text);
        }
        let (read, _) = signals_of(monitor, run, &text).unwrap();
        assert_eq!(
            read.iter().map(|s| (s.at, s.kind.as_str(), s.door.as_str())).collect::<Vec<_>>(),
            [(-1, "start", "native"), (1_764_547_200_000, "success", "native")]
        );
        assert!(read.iter().all(|s| s.run_id == Some(run) && s.monitor_id == monitor));
        assert_eq!(signals_of(monitor, run, "").unwrap(), (Vec::new(), false));
        let (rest, is_cut) =
            signals_of(monitor, run, "~00 start key;2 heartbeat key;3 success key;").unwrap();
        assert_eq!((rest.iter().map(|s| s.at).collect::<Vec<_>>(), is_cut), (vec![2, 3], true));
        for damaged in ["x", "1 start", "1 start native more;", "one start native;", ";"] {
            assert!(signals_of(monitor, run, damaged).is_err(), "{damaged}");
        }
    }
}
