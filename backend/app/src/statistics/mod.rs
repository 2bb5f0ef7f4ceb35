//! What people look at: how jobs are at a glance, how they did, what comes next. Everything is read from what was
//! counted or from narrow indexes, in a number of statements that does not grow with the number of jobs.

mod agenda;
mod days;
mod history;
mod overview;
mod period;
mod reason;
mod recent;
mod series;
mod timeline;
mod window;

pub(crate) use agenda::Agendas;
pub use agenda::{Agenda, Load, Moment, Start};
pub(crate) use days::days;
pub use history::Calendar;
pub use overview::{Attention, Overview, SilentHost};
pub use period::{DayTally, PlaceStatistics, Statistics};
pub use recent::JobRecent;
pub use series::{Bucket, DurationPoint, DurationSeries, Metric, MetricBucket, MetricSeries};
pub use timeline::{JobTimeline, Lane, LaneCell, PlaceRuns, TenantTimeline};
pub use window::Window;

pub use crontopus_domain::statistics::{Counts, DurationChange, Durations, RELATIVE_ERROR, Side, Tally};
