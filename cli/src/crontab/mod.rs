//! Crontabs as people wrote them: read line by line, turned into manifests.

mod command;
mod environment;
#[cfg(test)]
mod hostile;
mod line;
mod manifest;
mod name;

pub(crate) use manifest::{Made, Options, Skipped, convert};
