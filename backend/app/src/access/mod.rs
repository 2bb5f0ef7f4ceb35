//! Who may do what: roles, scopes, and the actor every use case is given.

mod actor;
mod role;
mod scope;

pub use actor::{Actor, Origin, Principal};
pub use role::Role;
pub use scope::Scope;
