//! What every command needs: options, saved servers, the screen, the time.

use crontopus_client::{BaseUrl, Client, ClientConfig, Connection, Credential, Roots};
use crontopus_clock::{Clock as _, SystemClock};
use jiff::Timestamp;

use crate::args::Globals;
use crate::contexts::{Contexts, Saved};
use crate::failure::{Failure, Kind, Outcome};
use crate::output::Screen;

const USER_AGENT: &str = concat!("crontopus/", env!("CARGO_PKG_VERSION"));

/// One invocation of the program.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) globals: Globals,
    pub(crate) screen: Screen,
    environment: Environment,
}

/// The part of the environment that is no option of its own.
#[derive(Debug, Default)]
struct Environment {
    https_proxy: Option<String>,
    http_proxy: Option<String>,
    no_proxy: Option<String>,
}

impl App {
    pub(crate) fn new(globals: Globals) -> Outcome<Self> {
        let columns = variable("COLUMNS").and_then(|c| c.parse().ok()).filter(|c| *c >= 20);
        let plain = globals.no_color
            || variable("NO_COLOR").is_some_and(|v| !v.is_empty())
            || variable("TERM").is_some_and(|v| v == "dumb");
        let now = globals.now.unwrap_or_else(|| SystemClock.now());
        let screen = Screen::new(&globals, columns, plain, now);
        let either = |lower: &str, upper: &str| variable(lower).or_else(|| variable(upper));
        let environment = Environment {
            https_proxy: either("https_proxy", "HTTPS_PROXY"),
            http_proxy: variable("http_proxy"),
            no_proxy: either("no_proxy", "NO_PROXY"),
        };
        Ok(Self { globals, screen, environment })
    }

    /// The present instant, asked anew each time.
    pub(crate) fn now(&self) -> Timestamp {
        self.globals.now.unwrap_or_else(|| SystemClock.now())
    }

    /// The saved servers.
    pub(crate) fn contexts(&self) -> Outcome<Contexts> {
        Contexts::load(self.globals.config_dir.clone())
    }

    /// The saved server in use, unless options or environment name another.
    pub(crate) fn saved(&self) -> Outcome<Option<(String, Saved)>> {
        let contexts = self.contexts()?;
        if let Some(name) = &self.globals.context {
            let saved = contexts.get(name).ok_or_else(|| {
                Failure::of(Kind::NotFound, format!("there is no saved server `{name}`"))
                    .hint("list them: crontopus context list")
            })?;
            if let Some(url) = &self.globals.url
                && *url != saved.url
            {
                return Err(Failure::of(Kind::Usage, format!("`{name}` is {}, not {url}", saved.url))
                    .hint("give --context or --url, not both"));
            }
            return Ok(Some((name.clone(), saved)));
        }
        Ok(match &self.globals.url {
            // A token is for one server and goes to no other.
            Some(url) => contexts.by_url(url),
            None => contexts.current(),
        })
    }

    /// A client that is signed in.
    pub(crate) fn client(&self) -> Outcome<Client> {
        let saved = self.saved()?.map(|(_, saved)| saved);
        let url = self.globals.url.clone().or_else(|| saved.as_ref().map(|s| s.url.clone()));
        let Some(url) = url else {
            return Err(Failure::of(Kind::Denied, "no server is known")
                .hint("sign in: crontopus login --url https://cron.example"));
        };
        let given = self.globals.token.clone().map(Credential::Token);
        match given.or_else(|| saved.and_then(|s| s.credential())) {
            Some(credential) => self.connect(url, credential),
            None => Err(Failure::of(Kind::Denied, format!("not signed in to {url}"))
                .hint(format!("sign in: crontopus login --url {url}"))),
        }
    }

    /// A client of any server, as anybody.
    pub(crate) fn connect(&self, url: BaseUrl, credential: Credential) -> Outcome<Client> {
        let mut connection = Connection::new(url, USER_AGENT);
        connection.proxy = self.proxy(&connection.base_url);
        if let Some(file) = &self.globals.ca_file {
            let pem = std::fs::read(file)
                .map_err(|e| Failure::new(format!("{} cannot be read", file.display())).because(&e))?;
            connection.roots = Roots::Pem(pem);
        }
        Ok(Client::new(ClientConfig { connection, credential })?)
    }

    fn proxy(&self, url: &BaseUrl) -> Option<String> {
        let Environment { https_proxy, http_proxy, no_proxy } = &self.environment;
        let direct = no_proxy.iter().flat_map(|list| list.split(',')).map(str::trim).any(|entry| {
            let suffix = entry.trim_start_matches('.');
            entry == "*"
                || !suffix.is_empty() && (url.host() == suffix || url.host().ends_with(&format!(".{suffix}")))
        });
        if direct || url.is_loopback() {
            return None;
        }
        let proxy = if url.is_https() { https_proxy } else { http_proxy };
        proxy.clone().filter(|p| !p.is_empty())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the program reads its environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
