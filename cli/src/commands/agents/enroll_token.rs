use std::time::Duration;

use clap::{Args, Subcommand};
use crontopus_api::CreateEnrollToken;
use crontopus_ids::EnrollTokenId;
use crontopus_manifest::parse_duration;

use crate::app::App;
use crate::failure::Outcome;
use crate::labels;
use crate::output::{Table, plain};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  crontopus agents enroll-token --label role=db
  crontopus agents enroll-token --uses 50 --expires 7d --approval   # for a machine image"
)]
pub(crate) struct EnrollToken {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    create: Create,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make one; the same as without a word
    Create(Create),
    /// List them, without their secrets
    #[command(visible_alias = "ls")]
    List,
    /// Let nobody join by them any more
    #[command(visible_alias = "rm")]
    Revoke {
        /// Ids, `ent_…`
        #[arg(required = true)]
        ids: Vec<EnrollTokenId>,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// Label of every agent that joins by it; several times for several
    #[arg(short, long = "label", value_name = "KEY=VALUE", value_parser = labels::parse)]
    labels: Vec<(String, String)>,
    /// How many agents may join by it
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    uses: u32,
    /// How long it lasts, up to 7d
    #[arg(long, default_value = "15m", value_name = "DURATION", value_parser = minutes)]
    expires: u32,
    /// An admin must approve each agent that joins by it
    #[arg(long)]
    approval: bool,
    /// Repository its agents follow; needed when there are several
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
}

/// Whole minutes, rounded up.
fn minutes(text: &str) -> Result<u32, String> {
    let duration: Duration = parse_duration(text).map_err(|e| e.to_string())?;
    match duration.as_secs().div_ceil(60) {
        minutes @ 1..=10_080 => u32::try_from(minutes).map_err(|e| e.to_string()),
        _ => Err("between 1m and 7d".to_owned()),
    }
}

pub(crate) fn run(args: EnrollToken, app: &App) -> Outcome {
    match args.action {
        None => create(args.create, app),
        Some(Action::Create(args)) => create(args, app),
        Some(Action::List) => list(app),
        Some(Action::Revoke { ids }) => {
            let client = app.client()?;
            for id in ids {
                client.enroll_tokens().delete(id)?;
                app.screen.note(&format!("Revoked {id}."));
            }
            Ok(())
        }
    }
}

fn create(args: Create, app: &App) -> Outcome {
    let Create { labels, uses, expires, approval, repository } = args;
    let request = CreateEnrollToken {
        labels: labels.into_iter().collect(),
        uses: Some(uses),
        expires_in_minutes: Some(expires),
        approval,
        repository,
    };
    let created = app.client()?.enroll_tokens().create(&request)?;
    app.screen.show(&created, || {
        let until = app.screen.moments.write(created.enroll_token.expires_at);
        app.screen.note(&format!("Run this on the host. The token is shown once and ends {until}."));
        format!("{}\n", plain(&created.command))
    })
}

fn list(app: &App) -> Outcome {
    let tokens = app.client()?.enroll_tokens().list().collect::<Result<Vec<_>, _>>()?;
    app.screen.list(&tokens, "There are no enrolment tokens.", |tokens| {
        let heading = ["ID", "LABELS", "USED", "APPROVAL", "REPOSITORY", "MADE BY", "EXPIRES"];
        let mut table = Table::new(&app.screen, heading);
        for token in tokens {
            table.row([
                token.id.to_string(),
                labels::show(&token.labels),
                format!("{} of {}", token.used, token.uses),
                if token.approval { "yes".into() } else { "no".into() },
                plain(&token.repository),
                plain(&token.created_by),
                app.screen.moments.write(token.expires_at),
            ]);
        }
        table.text()
    })
}
