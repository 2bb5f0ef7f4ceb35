//! The program from the outside: each file holds the tests of one command.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod agenda;
mod agents;
mod alerts;
mod checkin;
mod completions;
mod context;
mod discovered;
mod errors;
mod import;
mod incidents;
mod integrations;
mod jobs;
mod login;
mod manifest;
mod monitors;
mod output;
mod reference;
mod repo;
mod runs;
mod schedule;
mod support;
mod tokens;
mod usage;
mod whoami;
