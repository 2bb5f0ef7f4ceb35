//! Channels and what is sent to them, silences, and who would be told.

mod answers;
mod channels;
mod compose;
mod deliveries;
mod links;
mod metrics;
mod reseal;
mod routes;
mod sealed;
mod send;
mod settings;
mod snoozes;

pub(crate) use metrics::DeliveryMetrics;

pub use channels::{ChannelChange, ChannelTest, NewChannel};
pub use links::LinkAction;
pub use reseal::Resealed;
pub use routes::{Preview, PreviewStep, RouteView};
pub use settings::AlertSettings;
pub use snoozes::NewSnooze;

pub use crontopus_domain::alerts::{Occasion, SnoozeScope, Target};
pub use crontopus_domain::{IncidentKind, IncidentState, Severity};
pub use crontopus_notify::{Addresses, ChannelKind, Endpoints, MailServer, NoMail, Security as MailSecurity};
pub use crontopus_store::{Channel, Delivery, DeliveryBacklog, DeliveryFilter, DeliveryState, Snooze};
