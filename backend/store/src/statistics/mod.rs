//! What is counted of runs, and how jobs are at a glance. Nothing here is the truth: the runs are, and everything
//! is counted from them again when one of them changes.

pub(crate) mod around;
pub(crate) mod counted;
pub(crate) mod counting;
pub(crate) mod fresh;
pub(crate) mod lags;
pub(crate) mod marks;
pub(crate) mod metrics;
pub(crate) mod recent;
pub(crate) mod spans;
pub(crate) mod standing;

pub use counting::DueHour;
pub use fresh::FreshHour;
pub use metrics::MetricPoint;
pub use recent::RecentRun;
pub use spans::{CommitChange, RunSpan};
pub use standing::{JobStanding, MonitorHead};
