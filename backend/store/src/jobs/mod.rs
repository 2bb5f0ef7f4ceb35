//! Jobs in force, as Git has them, and those that were removed.

pub(crate) mod forms;
pub(crate) mod listed;
pub(crate) mod write;

pub use forms::JobForm;
pub use listed::{JobFilter, JobOrder, NamespaceCount};
