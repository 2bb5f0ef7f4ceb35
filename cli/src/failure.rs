//! Why a command failed: the exit status, the chain of causes, and what to type next.

use std::process::ExitCode;

use crontopus_api::{Code, Problem};
use crontopus_client::{ClientError, ConfigError, TransportKind};
use owo_colors::OwoColorize as _;

/// What kind of failure it is; the number is the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It did not work.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Not signed in, or not allowed.
    Denied = 3,
    /// Nothing by that name.
    NotFound = 4,
    /// The server cannot be reached or cannot take it now.
    Unavailable = 5,
}

/// A command that did not end well.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// Nothing more is to be said when empty.
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// What every command returns.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// It did not work.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::of(Kind::Failed, message)
    }

    pub(crate) fn of(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// Everything was said already.
    pub(crate) fn silent(kind: Kind) -> Self {
        Self::of(kind, "")
    }

    /// Why it failed.
    pub(crate) fn because(mut self, cause: &dyn std::error::Error) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// What to type next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says it on standard error; the exit status.
    pub(crate) fn report(self, colour: bool) -> ExitCode {
        let mut text = String::new();
        if !self.message.is_empty() {
            let label = if colour { "error:".red().bold().to_string() } else { "error:".into() };
            text += &format!("{label} {}\n", self.message);
        }
        for cause in &self.causes {
            text += &format!("  because: {cause}\n");
        }
        if let Some(hint) = &self.hint {
            let label = if colour { "hint:".cyan().bold().to_string() } else { "hint:".into() };
            text += &format!("{label} {hint}\n");
        }
        eprint!("{text}");
        ExitCode::from(self.kind as u8)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let failure = match &error {
            ClientError::Problem { problem, .. } => return of_problem(problem),
            ClientError::Transport { kind, .. } => Self::of(Kind::Unavailable, error.to_string()).hint(match kind
            {
                TransportKind::Tls => "give the authority's certificate with --ca-file if it is your own",
                TransportKind::Name | TransportKind::Connect => {
                    "check the address: `crontopus context list` shows the saved ones, --url gives another"
                }
                _ => "try again; `crontopus whoami` shows whether the server answers",
            }),
            ClientError::Unexpected { status, text, .. } => {
                let kind = if *status >= 500 { Kind::Unavailable } else { Kind::Failed };
                let failure = Self::of(kind, error.to_string());
                let first = text.lines().map(str::trim).find(|line| !line.is_empty());
                match first {
                    Some(line) => failure.hint(format!("it says: {}", crate::output::plain(line))),
                    None => failure,
                }
            }
            ClientError::Redirected { .. } => {
                Self::new(error.to_string()).hint("if that is right, sign in there: crontopus login --url <URL>")
            }
            _ => Self::new(error.to_string()),
        };
        match std::error::Error::source(&error) {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }
}

fn of_problem(problem: &Problem) -> Failure {
    let plain = crate::output::plain;
    let (kind, hint) = match problem.code {
        Code::Unauthenticated => (Kind::Denied, Some("sign in: crontopus login")),
        Code::InvalidCredentials | Code::SecondFactorRequired | Code::InvalidCode => (Kind::Denied, None),
        Code::MissingScope => {
            (Kind::Denied, Some("make a token that may: crontopus tokens create <NAME> --scope <SCOPE>"))
        }
        Code::Forbidden => {
            (Kind::Denied, Some("ask an admin of the tenant; `crontopus whoami` shows your role"))
        }
        Code::CrossSite | Code::InvalidSignature | Code::ClockSkew | Code::Replayed | Code::AgentRevoked => {
            (Kind::Denied, None)
        }
        Code::NotFound => (Kind::NotFound, None),
        Code::Unavailable | Code::RateLimited => (Kind::Unavailable, Some("try again in a while")),
        _ => (Kind::Failed, None),
    };
    let mut failure = Failure::of(kind, plain(&problem.to_string()));
    for field in &problem.errors {
        failure.causes.push(format!("{}: {}", plain(&field.pointer), plain(&field.detail)));
    }
    if problem.code == Code::Internal
        && let Some(id) = &problem.request_id
    {
        failure = failure.hint(format!("the server's log has more, by request id {}", plain(id)));
    }
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
