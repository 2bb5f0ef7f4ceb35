//! Background tasks, one file each.
