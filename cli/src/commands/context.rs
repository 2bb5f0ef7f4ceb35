use clap::Subcommand;
use crontopus_client::BaseUrl;
use serde::Serialize;

use crate::app::App;
use crate::contexts::Saved;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::{Table, plain};

/// Saved servers.
#[derive(Debug, Subcommand)]
pub(crate) enum Context {
    /// List saved servers
    #[command(visible_alias = "ls")]
    List,
    /// Use another one from now on
    Use {
        /// As `context list` names it
        name: String,
    },
    /// Save a server without signing in
    Add {
        /// Name to save it by
        name: String,
        /// Its address
        address: BaseUrl,
    },
    /// Forget a server; its token goes on to be valid, `logout` ends it
    #[command(visible_alias = "rm")]
    Remove {
        /// As `context list` names it
        name: String,
    },
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    current: bool,
    url: String,
    tenant: Option<String>,
    user: Option<String>,
    signed_in: bool,
}

pub(crate) fn run(command: Context, app: &App) -> Outcome {
    let mut contexts = app.contexts()?;
    match command {
        Context::List => {
            let current = contexts.current_name();
            let rows: Vec<_> = contexts
                .names()
                .filter_map(|name| {
                    let saved = contexts.get(name)?;
                    let signed_in = saved.credential().is_some();
                    let Saved { url, tenant, user, .. } = saved;
                    let current = current == Some(name);
                    Some(Row { name: name.into(), current, url: url.to_string(), tenant, user, signed_in })
                })
                .collect();
            return app.screen.list(&rows, "No server is saved. Sign in: crontopus login", |rows| {
                let mut table =
                    Table::new(&app.screen, ["", "NAME", "SERVER", "TENANT", "USER", "SIGNED IN"]);
                for row in rows {
                    let mark = if row.current { "*" } else { "" };
                    let text = |t: &Option<String>| t.as_deref().map_or_else(|| "-".into(), plain);
                    let signed_in = app.screen.paint.status(if row.signed_in { "yes" } else { "no" });
                    let (name, url) = (row.name.clone(), row.url.clone());
                    table.row([mark.into(), name, url, text(&row.tenant), text(&row.user), signed_in]);
                }
                table.text()
            });
        }
        Context::Use { name } => {
            let Some(saved) = contexts.get(&name) else { return Err(unknown(&name)) };
            contexts.select(&name);
            contexts.save()?;
            app.screen.note(&format!("Using {} (`{name}`).", saved.url));
        }
        Context::Add { name, address } => {
            if contexts.get(&name).is_some() {
                return Err(Failure::new(format!("there is a saved server `{name}` already"))
                    .hint(format!("crontopus context remove {name}")));
            }
            let first = contexts.current_name().is_none();
            let saved =
                Saved { url: address, token: None, session: None, token_id: None, tenant: None, user: None };
            contexts.set(&name, saved);
            if first {
                contexts.select(&name);
            }
            contexts.save()?;
            app.screen.note(&format!("Saved `{name}`. Sign in: crontopus login --context {name}"));
        }
        Context::Remove { name } => {
            if !contexts.remove(&name) {
                return Err(unknown(&name));
            }
            contexts.save()?;
            app.screen.note(&format!("Forgot `{name}`."));
        }
    }
    Ok(())
}

fn unknown(name: &str) -> Failure {
    Failure::of(Kind::NotFound, format!("there is no saved server `{name}`"))
        .hint("list them: crontopus context list")
}
