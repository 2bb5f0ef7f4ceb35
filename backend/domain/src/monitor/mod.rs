//! The rules for one monitor: functions from state and signal to state and effects.
//!
//! [`wanted`] and [`check_in`] for signals, [`tick`] when a deadline has passed, the rest when job, host or
//! operator change something. None asks the time or does anything itself.

mod claim;
mod declare;
mod effects;
mod put_off;
mod record;
mod state;
mod tally;
mod tick;
mod verdict;

pub use declare::{
    arm, begin_maintenance, close_incident, declare, end_maintenance, lose_host, pause, regain_host, remove,
    resume,
};
pub use effects::{Effects, Replaced};
pub use put_off::put_off;
pub use record::{Wanted, check_in, wanted};
pub use state::{MonitorState, MonitorStatus, Past, Subject, Verdict};
pub use tally::Tally;
pub use tick::{Around, tick};
