use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use crontopus_api::ConnectRepository;

use crate::app::App;
use crate::failure::{Failure, Outcome};
use crate::output::plain;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus repo connect jobs
  crontopus repo connect jobs https://forgejo.example/acme/jobs.git --https-token-stdin < token.txt
  crontopus repo connect jobs ssh://git@forgejo.example/acme/jobs.git --ssh-key ~/.ssh/deploy")]
pub(crate) struct Connect {
    /// Name, unique in the tenant
    name: String,
    /// Address of a remote; absent for a new, empty repository on the built-in host
    #[arg(value_name = "URL")]
    remote: Option<String>,
    /// Branch to follow; `main` when absent
    #[arg(long)]
    branch: Option<String>,
    /// Read the password or token for HTTPS from standard input
    #[arg(long, requires = "remote", conflicts_with = "ssh_key")]
    https_token_stdin: bool,
    /// File of a private SSH key
    #[arg(long, requires = "remote", value_name = "FILE")]
    ssh_key: Option<PathBuf>,
    /// Seconds between fetches
    #[arg(long, requires = "remote", value_parser = clap::value_parser!(u32).range(10..=86_400))]
    interval: Option<u32>,
}

pub(crate) fn run(args: Connect, app: &App) -> Outcome {
    let https_token = if args.https_token_stdin {
        let mut text = String::new();
        std::io::stdin()
            .take(64 << 10)
            .read_to_string(&mut text)
            .map_err(|e| Failure::new("standard input cannot be read").because(&e))?;
        Some(text.trim().to_owned())
    } else {
        None
    };
    let ssh_key = match &args.ssh_key {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .map_err(|e| Failure::new(format!("{} cannot be read", file.display())).because(&e))?,
        ),
        None => None,
    };
    let request = ConnectRepository {
        name: args.name,
        remote_url: args.remote,
        branch: args.branch,
        https_token,
        ssh_key,
        sync_interval_seconds: args.interval,
    };
    let created = app.client()?.repositories().connect(&request)?;
    app.screen.show(&created, || {
        let name = plain(&created.repository.name);
        app.screen.note(&format!("Connected `{name}`. Clone it: crontopus repo clone {name}"));
        format!("{}\n", plain(&created.clone_url))
    })
}
