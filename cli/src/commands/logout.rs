use clap::Args;
use crontopus_client::Credential;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};

/// Forget a server and end its token.
#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// Forget it even when the server cannot be told
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Logout, app: &App) -> Outcome {
    let Some((name, saved)) = app.saved()? else {
        return Err(Failure::of(Kind::NotFound, "no server is saved").hint("crontopus context list"));
    };
    // Only a token that `login` made is ended; one that was given may serve elsewhere too.
    if let (Some(token), Some(id)) = (&saved.token, saved.token_id) {
        let client = app.connect(saved.url.clone(), Credential::Token(token.clone()))?;
        match client.tokens().delete(id).map_err(Failure::from) {
            Ok(()) => {}
            // Gone already, or without the right to end itself: nothing more can be done from here.
            Err(failure) if matches!(failure.kind, Kind::Denied | Kind::NotFound) => {
                app.screen.note("warning: the server did not end the token; see `crontopus tokens list`");
            }
            Err(failure) if args.force => {
                drop(failure);
                app.screen.note("warning: the server could not be told; the token ends when it expires");
            }
            Err(failure) => return Err(failure.hint("forget it all the same: crontopus logout --force")),
        }
    }
    let mut contexts = app.contexts()?;
    contexts.remove(&name);
    contexts.save()?;
    app.screen.note(&format!("Signed out of {} (`{name}`).", saved.url));
    Ok(())
}
