use std::time::Duration;

use clap::Args;
use crontopus_api::{Repository, SyncState};

use super::{resolve, short};
use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Which; may be left out when there is only one
    name: Option<String>,
    /// Do not wait for the end
    #[arg(long)]
    no_wait: bool,
}

/// How often and how long the end is waited for.
const PAUSE: Duration = Duration::from_millis(250);
const PAUSES: u32 = 240;

pub(crate) fn run(args: &Sync, app: &App) -> Outcome {
    let client = app.client()?;
    let name = resolve(&client, args.name.as_deref())?.name;
    let before = client.repositories().sync(&name)?;
    if args.no_wait {
        app.screen.note(&format!("The sync of `{}` is asked for.", plain(&name)));
        return Ok(());
    }
    for _ in 0..PAUSES {
        let now = client.repositories().get(&name)?;
        if now.synced_at > before.synced_at || (now.state, &now.error) != (before.state, &before.error) {
            return conclude(&now, app);
        }
        std::thread::sleep(PAUSE);
    }
    Err(Failure::of(Kind::Unavailable, format!("the sync of `{}` takes long", plain(&name)))
        .hint("look again: crontopus repo status"))
}

fn conclude(repository: &Repository, app: &App) -> Outcome {
    app.screen.show(repository, || {
        let commit = repository.commit.as_deref().map_or_else(|| "no commit".into(), short);
        format!(
            "{}: {} jobs at {commit}, {} errors\n",
            plain(&repository.name),
            repository.jobs,
            repository.errors
        )
    })?;
    match repository.state {
        SyncState::Failed => {
            let why = repository.error.as_deref().map_or_else(|| "the sync failed".into(), plain);
            Err(Failure::new(why))
        }
        SyncState::Partial => {
            Err(Failure::new("some manifests have errors; their last valid forms stay in force")
                .hint(format!("see them: crontopus repo status {}", plain(&repository.name))))
        }
        SyncState::Ok | SyncState::Empty => Ok(()),
    }
}
