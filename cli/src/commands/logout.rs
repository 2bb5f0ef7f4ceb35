use clap::Args;

use crate::app::App;
use crate::contexts::Saved;
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
    match end(&saved, app) {
        Ok(()) => {}
        // Over already, or without the right to end itself: nothing more can be done from here.
        Err(failure) if matches!(failure.kind, Kind::Denied | Kind::NotFound) => {
            app.screen.note("warning: the server did not end the sign-in; it is over when it expires");
        }
        Err(failure) if args.force => {
            drop(failure);
            app.screen.note("warning: the server could not be told; the sign-in is over when it expires");
        }
        Err(failure) => return Err(failure.hint("forget it all the same: crontopus logout --force")),
    }
    let mut contexts = app.contexts()?;
    contexts.remove(&name);
    contexts.save()?;
    app.screen.note(&format!("Signed out of {} (`{name}`).", saved.url));
    Ok(())
}

/// Ends what `login` made; a token that was given may serve elsewhere too and goes on.
fn end(saved: &Saved, app: &App) -> Outcome {
    let Some(credential) = saved.credential() else { return Ok(()) };
    let client = app.connect(saved.url.clone(), credential)?;
    match saved.token_id {
        Some(id) => client.tokens().delete(id)?,
        None if saved.session.is_some() => client.auth().sign_out()?,
        None => {}
    }
    Ok(())
}
