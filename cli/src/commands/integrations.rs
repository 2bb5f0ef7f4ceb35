use clap::{Subcommand, ValueEnum};
use crontopus_api::IntegrationKind;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// Clients of other monitors that report with a key of the tenant.
#[derive(Debug, Subcommand)]
pub(crate) enum Integrations {
    /// List them, and which have a key
    #[command(visible_alias = "ls")]
    List,
    /// Make a new key; it is shown once, and the old one ends at once
    Rotate {
        /// Whose clients
        #[arg(value_enum)]
        kind: Kind,
    },
    /// Take the key away; its clients report no more
    #[command(visible_alias = "rm")]
    Revoke {
        /// Whose clients
        #[arg(value_enum)]
        kind: Kind,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// Healthchecks pings by slug
    Healthchecks,
    /// Sentry Crons
    Sentry,
    /// Cronitor telemetry
    Cronitor,
}

impl From<Kind> for IntegrationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Healthchecks => Self::Healthchecks,
            Kind::Sentry => Self::Sentry,
            Kind::Cronitor => Self::Cronitor,
        }
    }
}

pub(crate) fn run(command: Integrations, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Integrations::List => {
            let kinds = client.integrations().list()?.items;
            app.screen.list(&kinds, "There are no integrations.", |kinds| {
                let mut table = Table::new(&app.screen, ["KIND", "KEY", "MADE", "MADE BY", "ADDRESS"]);
                for kind in kinds {
                    table.row([
                        kind.kind.to_string(),
                        kind.hint.as_deref().map_or_else(|| "-".into(), |hint| format!("{}…", plain(hint))),
                        app.screen.moments.maybe(kind.created_at),
                        kind.created_by.as_deref().map_or_else(|| "-".into(), plain),
                        plain(&kind.address),
                    ]);
                }
                table.text()
            })
        }
        Integrations::Rotate { kind } => {
            let created = client.integrations().create_key(kind.into())?;
            app.screen.show(&created, || {
                app.screen
                    .note("This is shown once. Whoever has it can report runs of this tenant, nothing else.");
                format!("{}\n", plain(&created.address))
            })
        }
        Integrations::Revoke { kind } => {
            let kind = kind.into();
            client.integrations().delete_key(kind)?;
            app.screen.note(&format!("Revoked the key of {kind}."));
            Ok(())
        }
    }
}
