//! Background tasks, one file each. Each runs until the service is asked to end.

pub mod repository_sync;
