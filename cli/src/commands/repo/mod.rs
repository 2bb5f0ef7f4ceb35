mod clone;
mod connect;
mod status;
mod sync;
mod webhook;

use clap::Subcommand;
use crontopus_api::Repository;
use crontopus_client::Client;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::{Table, plain, word};

/// Git repositories of manifests.
#[derive(Debug, Subcommand)]
pub(crate) enum Repo {
    /// List repositories
    #[command(visible_alias = "ls")]
    List,
    /// Make one on the built-in host, or follow a remote one
    Connect(connect::Connect),
    /// Show how the last sync went, what is wrong, and which commits reached the hosts
    Status(status::Status),
    /// Sync now
    Sync(sync::Sync),
    /// Let another Git server say that somebody pushed
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Clone one with git; pushes work without a further sign-in
    Clone(clone::Clone),
}

pub(crate) fn run(command: Repo, app: &App) -> Outcome {
    match command {
        Repo::List => list(app),
        Repo::Connect(args) => connect::run(args, app),
        Repo::Status(args) => status::run(&args, app),
        Repo::Sync(args) => sync::run(&args, app),
        Repo::Webhook(args) => webhook::run(&args, app),
        Repo::Clone(args) => clone::run(&args, app),
    }
}

fn list(app: &App) -> Outcome {
    let repositories = app.client()?.repositories().list().collect::<Result<Vec<_>, _>>()?;
    let empty = "There are no repositories. Make one: crontopus repo connect jobs";
    app.screen.list(&repositories, empty, |repositories| {
        let heading = ["NAME", "KIND", "BRANCH", "STATE", "COMMIT", "JOBS", "ERRORS", "SYNCED"];
        let mut table = Table::new(&app.screen, heading);
        for repository in repositories {
            table.row([
                plain(&repository.name),
                word(repository.kind),
                plain(&repository.branch),
                app.screen.paint.status(&word(repository.state)),
                repository.commit.as_deref().map_or_else(|| "-".into(), short),
                repository.jobs.to_string(),
                repository.errors.to_string(),
                app.screen.moments.maybe(repository.synced_at),
            ]);
        }
        table.text()
    })
}

/// The repository that was named, or the only one.
fn resolve(client: &Client, name: Option<&str>) -> Outcome<Repository> {
    if let Some(name) = name {
        return Ok(client.repositories().get(name)?);
    }
    let mut all = client.repositories().list().first(2)?;
    match (all.pop(), all.pop()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Failure::of(Kind::NotFound, "there is no repository")
            .hint("make one: crontopus repo connect jobs")),
        _ => Err(Failure::of(Kind::Usage, "there are several repositories; name one")
            .hint("list them: crontopus repo list")),
    }
}

/// A commit as people say it.
fn short(commit: &str) -> String {
    plain(commit).chars().take(10).collect()
}
