use std::io::{IsTerminal as _, Read as _};

use clap::Args;
use crontopus_api::{Code, CreateToken, CreatedToken, Me, Role, Scope, SignIn};
use crontopus_client::resources::SignedIn;
use crontopus_client::{BaseUrl, Client, ClientError, Credential};
use dialoguer::{Input, Password};

use crate::app::App;
use crate::contexts::Saved;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;

/// Sign in to a server and remember it.
///
/// Asks for e-mail address and password, makes an API token for this machine and keeps that, or the session where
/// the role may make no tokens; the password is kept nowhere. With `--token` or `--token-stdin` an existing token is kept instead.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus login --url https://cron.example
  crontopus login --url https://cron.example --token-stdin < token.txt
  echo \"$PASSWORD\" | crontopus login --url https://cron.example --email ops@acme.example --password-stdin")]
pub(crate) struct Login {
    /// Name to save the server by; its host by default
    #[arg(long)]
    name: Option<String>,
    /// E-mail address; asked for when absent
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input
    #[arg(long, conflicts_with = "token_stdin")]
    password_stdin: bool,
    /// A code of the authenticator, or a recovery code, where the account has a second factor; asked for when absent
    #[arg(long, conflicts_with = "token_stdin")]
    code: Option<String>,
    /// Read an API token from standard input
    #[arg(long, conflicts_with = "email")]
    token_stdin: bool,
    /// Tenant to be in, when there are several
    #[arg(long)]
    tenant: Option<String>,
    /// Days until the token made for this machine ends
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    expires: u32,
}

pub(crate) fn run(args: &Login, app: &App) -> Outcome {
    let url = url(app)?;
    if !url.is_https() && !url.is_loopback() {
        app.screen
            .note(&format!("warning: {url} is not encrypted; whoever listens on the way learns the token"));
    }
    let (me, saved) = match given_token(args, app)? {
        Some(token) => by_token(url, token, app)?,
        None => by_password(args, url, app)?,
    };
    let mut contexts = app.contexts()?;
    let name = match (&args.name, contexts.by_url(&saved.url)) {
        (Some(name), _) => name.clone(),
        (None, Some((name, known))) if known.tenant.as_deref().is_none_or(|t| t == me.tenant) => name,
        (None, Some(_)) => format!("{}/{}", saved.url.authority(), me.tenant),
        (None, None) => saved.url.authority().to_owned(),
    };
    let url = saved.url.clone();
    contexts.set(&name, saved);
    contexts.select(&name);
    contexts.save()?;
    app.screen.show(&me, || {
        let who = me.user.as_ref().map_or_else(|| "a token".to_owned(), |u| plain(&u.email));
        format!("Signed in to {url} as {who}, {} of {} (saved as `{name}`).\n", me.role, plain(&me.tenant))
    })
}

fn url(app: &App) -> Outcome<BaseUrl> {
    if let Some(url) = &app.globals.url {
        return Ok(url.clone());
    }
    if let Some((_, saved)) = app.saved()? {
        return Ok(saved.url);
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            Failure::of(Kind::Usage, "which server?").hint("crontopus login --url https://cron.example")
        );
    }
    let text: String = ask(Input::new().with_prompt("Server").interact_text())?;
    text.parse().map_err(|e| Failure::of(Kind::Usage, format!("{e}")))
}

fn given_token(args: &Login, app: &App) -> Outcome<Option<String>> {
    if args.token_stdin {
        return stdin_line().map(Some);
    }
    Ok(app.globals.token.clone())
}

fn by_token(url: BaseUrl, token: String, app: &App) -> Outcome<(Me, Saved)> {
    let me = app.connect(url.clone(), Credential::Token(token.clone()))?.auth().me()?;
    let saved = saved(url, &me, token);
    Ok((me, saved))
}

fn by_password(args: &Login, url: BaseUrl, app: &App) -> Outcome<(Me, Saved)> {
    let email = match &args.email {
        Some(email) => email.clone(),
        None if std::io::stdin().is_terminal() => ask(Input::new().with_prompt("E-mail").interact_text())?,
        None => {
            return Err(Failure::of(Kind::Usage, "there is no terminal to ask on")
                .hint("give a token: crontopus login --token-stdin < file"));
        }
    };
    let password = match (args.password_stdin, std::io::stdin().is_terminal()) {
        (true, _) => stdin_line()?,
        (false, true) => ask(Password::new().with_prompt("Password").interact())?,
        (false, false) => {
            return Err(Failure::of(Kind::Usage, "there is no terminal to ask for the password on")
                .hint("give it with --password-stdin, or a token with --token-stdin"));
        }
    };
    let client = app.connect(url.clone(), Credential::None)?;
    let signed_in = sign_in(&client, SignIn { email, password, code: args.code.clone() })?;
    let session = in_tenant(signed_in.session, args.tenant.clone());
    let client = client.with_credential(session.clone());
    let me = client.auth().me()?;
    match make_token(&client, &me, args.expires) {
        Ok(created) => {
            // The token takes the session's place. A session that could not be ended expires by itself.
            client.auth().sign_out().ok();
            let saved = Saved { token_id: Some(created.token.id), ..saved(url, &me, created.secret) };
            Ok((me, saved))
        }
        // Whose role may not make tokens keeps the session.
        Err(error) if error.code() == Some(Code::Forbidden) => {
            let Credential::Session { cookie, .. } = session else { return Err(error.into()) };
            let tenant = Some(me.tenant.clone());
            let user = me.user.as_ref().map(|u| u.email.clone());
            Ok((me, Saved { url, token: None, session: Some(cookie), token_id: None, tenant, user }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Signs in, and asks for a code where the account has a second factor and none was given.
fn sign_in(client: &Client, mut request: SignIn) -> Outcome<SignedIn> {
    match client.auth().sign_in(&request) {
        Err(error) if error.code() == Some(Code::SecondFactorRequired) && request.code.is_none() => {
            if !std::io::stdin().is_terminal() {
                return Err(Failure::from(error).hint("give the code of your authenticator with --code"));
            }
            request.code = Some(ask(Input::new().with_prompt("Code").interact_text())?);
            Ok(client.auth().sign_in(&request)?)
        }
        answer => Ok(answer?),
    }
}

fn in_tenant(session: Credential, tenant: Option<String>) -> Credential {
    match session {
        Credential::Session { cookie, .. } => Credential::Session { cookie, tenant },
        other => other,
    }
}

fn make_token(client: &Client, me: &Me, days: u32) -> Result<CreatedToken, ClientError> {
    client.tokens().create(&CreateToken {
        name: "crontopus command line".into(),
        scopes: scopes(me.role),
        expires_in_days: Some(days),
    })
}

fn saved(url: BaseUrl, me: &Me, token: String) -> Saved {
    let user = me.user.as_ref().map(|u| u.email.clone());
    let tenant = Some(me.tenant.clone());
    Saved { url, token: Some(token), session: None, token_id: None, tenant, user }
}

/// Every right of the role: the command line does what its user may do.
fn scopes(role: Role) -> Vec<Scope> {
    let least = |scope: &Scope| match scope {
        Scope::RunsRead
        | Scope::JobsRead
        | Scope::AgentsRead
        | Scope::IncidentsRead
        | Scope::ChannelsRead => Role::Viewer,
        Scope::JobsWrite | Scope::CheckinsWrite | Scope::IncidentsWrite => Role::Member,
        Scope::TenantWrite => Role::Owner,
        _ => Role::Admin,
    };
    Scope::ALL.iter().copied().filter(|scope| least(scope) <= role).collect()
}

fn stdin_line() -> Outcome<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(64 << 10)
        .read_to_string(&mut text)
        .map_err(|e| Failure::new("standard input cannot be read").because(&e))?;
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    if line.is_empty() { Err(Failure::of(Kind::Usage, "standard input is empty")) } else { Ok(line) }
}

fn ask<T>(answer: dialoguer::Result<T>) -> Outcome<T> {
    answer.map_err(|e| Failure::new("nothing was answered").because(&e))
}
