use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, Subcommand};
use crontopus_app::App;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::wiring;

/// Lets people in again who cannot help themselves. The service may run meanwhile.
#[derive(Debug, Args)]
pub(crate) struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print a link with which the person sets another password: good once, for an hour
    ResetPassword(Person),
    /// Take away the second factor, and its recovery codes, of who lost it
    RemoveSecondFactor(Person),
}

#[derive(Debug, Args)]
struct Person {
    /// E-mail address of the account
    email: String,
    #[command(flatten)]
    options: Options,
}

impl User {
    /// Does it, says so, and leaves a line in the audit log of every tenant of the person.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::ResetPassword(Person { email, options }) => with_app(&options, async |app| {
                println!("{}", app.password_reset_link(&email).await?);
                eprintln!(
                    "The link is good once, for an hour: whoever opens it sets the password of {email}."
                );
                Ok(())
            }),
            What::RemoveSecondFactor(Person { email, options }) => with_app(&options, async |app| {
                let user = app.remove_second_factor(&email).await?;
                println!("{} signs in with the password alone now", user.email);
                Ok(())
            }),
        }
    }
}

fn with_app(
    options: &Options,
    work: impl AsyncFnOnce(Arc<App>) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load(options)?;
    // Nobody has an account in a directory that is made just now.
    if !config.data.is_dir() {
        bail!("there is no data directory {}; name it with `--data`", config.data.display());
    }
    let data = DataDir::open(&config.data)?;
    // What the running service listens on is in the links when no public URL is set.
    let address = match config.listen {
        free if free.port() == 0 => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        listen => listen,
    };
    block_on(async move {
        let running = wiring::start(&config, &data, address).await?;
        let done = work(running.app.clone()).await;
        running.finish().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}
