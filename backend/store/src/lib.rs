#![doc = include_str!("../README.md")]

#[macro_use]
mod statement;

mod batch;
mod column;
mod dialect;
mod error;
mod events;
mod migrate;
mod postgres;
mod query;
#[cfg(test)]
mod registry;
mod scope;
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod wake;

pub use error::StoreError;
pub use events::{EVENTS_PER_BATCH, RecordedEvent};
pub use query::{Cursor, Listed, Paging};
pub use scope::{Scope, SystemScope, TenantScope};
pub use store::Store;
pub use tx::{Read, SystemTx, TenantTx, Tx};
pub use wake::{Topic, Wake};
