//! Who is told what: channels, what waits to be sent, and what is remembered between one telling and the next.

pub(crate) mod channels;
pub(crate) mod deliveries;
pub(crate) mod flaps;
pub(crate) mod late;
pub(crate) mod lease;
pub(crate) mod outbox;
pub(crate) mod pauses;
pub(crate) mod record;
pub(crate) mod rules;
pub(crate) mod snoozes;
pub(crate) mod subjects;
pub(crate) mod tell;
pub(crate) mod threads;
pub(crate) mod timers;
pub(crate) mod watches;

pub use channels::{Channel, ChannelAnswer, NewChannel};
pub use deliveries::{Delivery, DeliveryBacklog, DeliveryFilter, DeliveryState};
pub use late::LateStart;
pub use lease::{Leased, LeasedRow};
pub use outbox::{Payload, Told};
pub use pauses::MonitorPlace;
pub use record::Verdict;
pub use snoozes::Snooze;
pub use threads::Thread;
