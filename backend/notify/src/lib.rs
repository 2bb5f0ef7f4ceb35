#![doc = include_str!("../README.md")]

mod channels;
mod clip;
mod delivery;
mod html;
mod letter;
mod message;
#[cfg(feature = "testing")]
pub mod testing;

pub use channels::{Channel, ChannelKind, Earlier, Endpoints, FieldProblem, NotAChannel};
pub use delivery::{
    Addresses, Answer, Call, Courier, Mail, MailServer, Method, NoMail, Outcome, Parcel, Security,
};
pub use letter::Letter;
pub use message::{Links, Message, Notice, Occasion, Output, RunFacts, Subject, last_lines};
