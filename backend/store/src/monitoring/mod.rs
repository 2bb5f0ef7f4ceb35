//! Monitors, runs and incidents: what check-ins write and people read.

pub(crate) mod check_ins;
pub(crate) mod figures;
pub(crate) mod incidents;
pub(crate) mod judged;
pub(crate) mod keys;
pub(crate) mod monitors;
pub(crate) mod named;
pub(crate) mod notes;
pub(crate) mod outputs;
pub(crate) mod placed;
pub(crate) mod proposals;
pub(crate) mod rejected;
pub(crate) mod run_list;
pub(crate) mod runs;
pub(crate) mod states;

pub use check_ins::{HeardSignal, LooseCheckIn, ReceivedCheckIn};
pub use figures::{Figures, MonitorFigures};
pub use incidents::{Incident, IncidentEvent, IncidentFilter};
pub use judged::{Judged, UNWOKEN_MS};
pub use keys::KeyOwner;
pub use monitors::{Monitor, MonitorFilter, NewMonitor, Spot};
pub use named::JobName;
pub use outputs::RunOutput;
pub use proposals::{MonitorProposal, NewProposal};
pub use rejected::RejectedCheckIn;
pub use run_list::RunFilter;
pub use runs::RecordedRun;
