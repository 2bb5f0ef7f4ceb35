use clap::Subcommand;
use crontopus_api::RepositoryWebhook;

use super::resolve;
use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Facts, plain, word};

/// What another Git server calls when somebody pushed there, so that the sync does not wait for the next fetch.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Show the address to give to the Git server, and when it was called last
    Show {
        /// Which repository; may be left out when there is only one
        name: Option<String>,
    },
    /// Make a new secret; it is shown once, and the old one ends at once
    Rotate {
        /// Which repository; may be left out when there is only one
        name: Option<String>,
    },
    /// Believe no call any more
    #[command(visible_alias = "rm")]
    Delete {
        /// Which repository; may be left out when there is only one
        name: Option<String>,
    },
}

pub(crate) fn run(command: &Webhook, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Webhook::Show { name } => {
            let name = resolve(&client, name.as_deref())?.name;
            let webhook = client.repositories().webhook(&name)?;
            app.screen.show(&webhook, || facts(&webhook, None, app))
        }
        Webhook::Rotate { name } => {
            let name = resolve(&client, name.as_deref())?.name;
            let created = client.repositories().rotate_webhook(&name)?;
            app.screen.show(&created, || {
                app.screen
                    .note("The secret is shown once. Give both to the Git server, for pushes, as JSON.");
                facts(&created.webhook, Some(&created.secret), app)
            })
        }
        Webhook::Delete { name } => {
            let name = resolve(&client, name.as_deref())?.name;
            client.repositories().delete_webhook(&name)?;
            app.screen.note(&format!("No call for `{}` is believed any more.", plain(&name)));
            Ok(())
        }
    }
}

fn facts(webhook: &RepositoryWebhook, secret: Option<&str>, app: &App) -> String {
    let mut facts = Facts::default();
    facts.add("Address", plain(&webhook.url));
    facts.add_some("Secret", secret.map(plain));
    if secret.is_none() && !webhook.active {
        facts.add("Secret", "none; make one: crontopus repo webhook rotate");
    }
    facts.add_some("Made", webhook.created_at.map(|at| app.screen.moments.write(at)));
    facts.add_some("Last call", webhook.received_at.map(|at| app.screen.moments.write(at)));
    facts.add_some("Called by", webhook.provider.map(word));
    facts.text(&app.screen)
}
