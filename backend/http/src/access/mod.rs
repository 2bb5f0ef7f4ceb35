//! Who may call what: the table, the credentials, and the guard before every operation.

mod address;
mod caller;
mod guard;
mod origin;
mod row;
mod session;
mod signature;
mod table;

pub use row::{Row, Tokens};
pub use table::TABLE;

pub use address::Network;
pub(crate) use address::client_address;
pub(crate) use caller::{Acting, AgentCaller, Caller, From};
pub(crate) use guard::guard;
pub(crate) use origin::same_site;
pub(crate) use session::{SessionCookie, cookie, cookie_token};
pub(crate) use signature::agent_of;
