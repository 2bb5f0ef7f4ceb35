//! One file for each subcommand.

mod backup;
mod doctor;
mod migrate;
mod openapi;
mod reseal;
mod restore;
mod resync;
mod serve;
mod user;

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Options;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer requests until told to end
    Serve(serve::Serve),
    /// Bring the database's schema up to this version
    Migrate {
        #[command(flatten)]
        options: Options,
    },
    /// Make the projection of every repository anew from Git, and say what was not as Git says
    Resync {
        #[command(flatten)]
        options: Options,
    },
    /// Encrypt kept secrets anew with the first key of `secret_keys_file`
    Reseal {
        #[command(flatten)]
        options: Options,
    },
    /// Let people in again who forgot the password or lost the second factor
    User(user::User),
    /// Check what the service needs, and say what to do
    Doctor {
        #[command(flatten)]
        options: Options,
    },
    /// Write database, keys and Git repositories to one file, while the service runs
    Backup(backup::Backup),
    /// Unpack a backup into a new data directory
    Restore(restore::Restore),
    /// Started by the Git host's git, never by people
    #[command(hide = true)]
    Hook(crate::hook::Hook),
    /// Print an API document
    Openapi {
        /// Which
        document: openapi::Which,
    },
}

/// Does it.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve.run(),
        Command::Migrate { options } => migrate::run(options),
        Command::Resync { options } => resync::run(options),
        Command::Reseal { options } => reseal::run(options),
        Command::User(user) => user.run(),
        Command::Doctor { options } => doctor::run(options),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Hook(hook) => hook.run(),
        Command::Openapi { document } => openapi::run(document),
    }
}

/// Runs `work` on an asynchronous runtime with one worker for each processor.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}
