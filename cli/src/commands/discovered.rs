use clap::{Args, Subcommand};
use crontopus_api::{Discovered, DiscoveredState};
use crontopus_client::Client;
use crontopus_ids::DiscoveredId;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::{Table, plain, word};

/// What checks in without being declared in Git.
#[derive(Debug, Subcommand)]
pub(crate) enum DiscoveredCommand {
    /// List what nobody decided about yet
    #[command(visible_alias = "ls")]
    List {
        /// Also what is declared by now or does not matter
        #[arg(long)]
        all: bool,
    },
    /// Write the manifest that would declare one of them
    Show(Which),
    /// Say that one of them does not matter
    Ignore {
        #[command(flatten)]
        which: Which,
        /// Say that it matters after all
        #[arg(long)]
        undo: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// An id (`dsc_…`), or what the sender calls it
    #[arg(value_name = "SLUG")]
    which: String,
}

pub(crate) fn run(command: DiscoveredCommand, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        DiscoveredCommand::List { all } => {
            let mut found = client.discovered().list().collect::<Result<Vec<_>, _>>()?;
            found.retain(|one| all || one.state == DiscoveredState::Open);
            app.screen.list(&found, "Nothing checks in that is not declared.", |found| table(found, app))
        }
        DiscoveredCommand::Show(which) => {
            let one = client.discovered().get(resolve(&client, &which.which)?)?;
            app.screen.show(&one, || {
                app.screen.note(&format!("Commit this as {}.", plain(&one.file)));
                one.manifest.lines().map(|line| format!("{}\n", plain(line))).collect()
            })
        }
        DiscoveredCommand::Ignore { which, undo } => {
            let id = resolve(&client, &which.which)?;
            let one = if undo { client.discovered().restore(id)? } else { client.discovered().ignore(id)? };
            let done = if undo { "matters again" } else { "is ignored" };
            app.screen.done(&one, &format!("`{}` {done}.", plain(&one.slug)))
        }
    }
}

/// The one that was typed.
fn resolve(client: &Client, which: &str) -> Outcome<DiscoveredId> {
    if let Ok(id) = which.parse() {
        return Ok(id);
    }
    for one in client.discovered().list() {
        let one = one?;
        if one.slug == which {
            return Ok(one.id);
        }
    }
    Err(Failure::of(Kind::NotFound, format!("nothing checks in as `{which}`"))
        .hint("list them: crontopus discovered list --all"))
}

fn table(found: &[Discovered], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["SLUG", "THROUGH", "STATE", "CHECK-INS", "LAST SEEN", "ID"]);
    for one in found {
        table.row([
            plain(&one.slug),
            plain(&one.dialect),
            word(one.state),
            one.check_ins.to_string(),
            app.screen.moments.write(one.last_seen_at),
            one.id.to_string(),
        ]);
    }
    table.text()
}
