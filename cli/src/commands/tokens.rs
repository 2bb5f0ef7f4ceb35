use clap::{Args, Subcommand};
use crontopus_api::{CreateToken, Scope};
use crontopus_ids::TokenId;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// API tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// List them, without their secrets
    #[command(visible_alias = "ls")]
    List,
    /// Make one; its secret is shown once
    Create(Create),
    /// End them at once
    #[command(visible_alias = "rm")]
    Revoke {
        /// Ids, `tok_…`
        #[arg(required = true)]
        ids: Vec<TokenId>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  crontopus tokens create ci --scope jobs:read --scope checkins:write --expires 30")]
pub(crate) struct Create {
    /// What it is for
    name: String,
    /// What it may do; several times for several
    #[arg(long = "scope", required = true, value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<Scope>,
    /// Days until it ends; never when absent
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650), value_name = "DAYS")]
    expires: Option<u32>,
}

pub(crate) fn run(command: Tokens, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Tokens::List => {
            let tokens = client.tokens().list().collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&tokens, "There are no tokens.", |tokens| {
                let heading = ["ID", "NAME", "HINT", "SCOPES", "MADE BY", "EXPIRES", "LAST USED"];
                let mut table = Table::new(&app.screen, heading);
                let moments = &app.screen.moments;
                for token in tokens {
                    let scopes: Vec<_> = token.scopes.iter().map(|s| s.as_str()).collect();
                    table.row([
                        token.id.to_string(),
                        plain(&token.name),
                        plain(&token.hint),
                        scopes.join(" "),
                        plain(&token.created_by),
                        token.expires_at.map_or_else(|| "never".into(), |at| moments.write(at)),
                        moments.maybe(token.last_used_at),
                    ]);
                }
                table.text()
            })
        }
        Tokens::Create(Create { name, scopes, expires }) => {
            let created = client.tokens().create(&CreateToken { name, scopes, expires_in_days: expires })?;
            app.screen.show(&created, || {
                app.screen.note("This is shown once. Keep it where only its user can read it.");
                format!("{}\n", plain(&created.secret))
            })
        }
        Tokens::Revoke { ids } => {
            for id in ids {
                client.tokens().delete(id)?;
                app.screen.note(&format!("Revoked {id}."));
            }
            Ok(())
        }
    }
}
