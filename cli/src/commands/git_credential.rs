use std::io::BufRead as _;

use clap::Args;

use crate::app::App;
use crate::failure::Outcome;

/// Answers Git's credential protocol (gitcredentials(7)): a clone made by `repo clone` asks here, so that no
/// token is written into it.
#[derive(Debug, Args)]
pub(crate) struct GitCredential {
    /// `get`; Git's other words need no answer
    action: String,
}

pub(crate) fn run(args: &GitCredential, app: &App) -> Outcome {
    let (mut protocol, mut host) = (String::new(), String::new());
    for line in std::io::stdin().lock().lines().map_while(Result::ok).take_while(|l| !l.is_empty()) {
        match line.split_once('=') {
            Some(("protocol", value)) => protocol = value.to_owned(),
            Some(("host", value)) => host = value.to_owned(),
            _ => {}
        }
    }
    if args.action != "get" {
        return Ok(());
    }
    // Git asks other helpers and then the user when nothing is answered.
    let Ok(url) = format!("{protocol}://{host}").parse() else { return Ok(()) };
    // A token that was given without an address is for the server in use.
    let asked_for = match &app.globals.url {
        Some(own) => *own == url,
        None => app.saved()?.is_some_and(|(_, saved)| saved.url == url),
    };
    let token = match &app.globals.token {
        Some(token) if asked_for => Some(token.clone()),
        _ => app.contexts()?.by_url(&url).and_then(|(_, saved)| saved.token),
    };
    match token {
        Some(token) => app.screen.write(format!("username=crontopus\npassword={token}\n")),
        None => Ok(()),
    }
}
