use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use crontopus_app::alerts::{MailSecurity, MailServer};
use crontopus_http::Network;
use serde::Deserialize;

use crate::data_dir::DataDir;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Settings from the command line and the environment; they go before the file's.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Options {
    /// Settings file (TOML)
    #[arg(long, env = "CRONTOPUS_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Directory of everything that must not be lost: database, keys, Git repositories [default: ./crontopus-data]
    #[arg(long, env = "CRONTOPUS_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "CRONTOPUS_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Address of the operators' listener with /metrics; none without it
    #[arg(long, env = "CRONTOPUS_INTERNAL_LISTEN", value_name = "ADDR")]
    pub(crate) internal_listen: Option<SocketAddr>,
    /// Address of the listener for check-ins by e-mail; none without it
    #[arg(long, env = "CRONTOPUS_SMTP_LISTEN", value_name = "ADDR")]
    pub(crate) smtp_listen: Option<SocketAddr>,
    /// `postgres://…`, or the path of a SQLite file [default: crontopus.db in the data directory]
    #[arg(long, env = "CRONTOPUS_DATABASE", value_name = "URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Scheme and host under which people and agents reach the service [default: the address listened on]
    #[arg(long, env = "CRONTOPUS_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address that is asked every minute while the service is well, so that somebody elsewhere notices when it is not
    #[arg(long, env = "CRONTOPUS_DEAD_MAN_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) dead_man_url: Option<String>,
    /// OTLP collector that traces are sent to (HTTP, protobuf), like http://127.0.0.1:4318; none without it
    #[arg(long, env = "CRONTOPUS_OTLP_ENDPOINT", value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,
    /// Headers for the collector, `name=value,name=value`
    #[arg(long, env = "CRONTOPUS_OTLP_HEADERS", value_name = "HEADERS", hide_env_values = true)]
    pub(crate) otlp_headers: Option<String>,
    /// File with the keys that kept secrets are encrypted with [default: secrets.key in the data directory]
    #[arg(long, env = "CRONTOPUS_SECRET_KEYS_FILE", value_name = "FILE")]
    pub(crate) secret_keys_file: Option<PathBuf>,
    /// Password for the mail server; better given in the environment, where others cannot see it
    #[arg(long, env = "CRONTOPUS_SMTP_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    pub(crate) smtp_password: Option<String>,
    /// Directory of a built console to serve instead of the one in the program
    #[arg(long, env = "CRONTOPUS_CONSOLE", value_name = "DIR")]
    pub(crate) console: Option<PathBuf>,
    /// Host name on which other monitors' clients may leave out what says whose they are; several times for several
    #[arg(long = "ping-host", env = "CRONTOPUS_PING_HOSTS", value_name = "HOST", value_delimiter = ',')]
    pub(crate) ping_hosts: Vec<String>,
    /// What to log, like `info` or `info,crontopus_http=debug` [default: info]
    #[arg(long, env = "CRONTOPUS_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How log lines look [default: text]
    #[arg(long, env = "CRONTOPUS_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

/// Every setting.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The settings file that was read.
    pub(crate) file: Option<PathBuf>,
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) internal_listen: Option<SocketAddr>,
    pub(crate) smtp_listen: Option<SocketAddr>,
    pub(crate) smtp_domain: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) ping_hosts: Vec<String>,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) open_sign_up: bool,
    pub(crate) session_days: u32,
    pub(crate) heartbeat_seconds: u32,
    pub(crate) poll_seconds: u32,
    pub(crate) rotate_days: u32,
    pub(crate) max_connections: u32,
    pub(crate) head_seconds: u32,
    pub(crate) request_seconds: u32,
    pub(crate) git_allow_paths: bool,
    pub(crate) git_allow_private_addresses: bool,
    pub(crate) series_limit: u32,
    pub(crate) dead_man_url: Option<String>,
    pub(crate) otlp_endpoint: Option<String>,
    pub(crate) otlp_headers: Option<String>,
    pub(crate) otlp_ratio: f64,
    pub(crate) alerts_allow_private_addresses: bool,
    pub(crate) alerts_allow_addresses: Vec<IpAddr>,
    pub(crate) secret_keys_file: Option<PathBuf>,
    pub(crate) mail: Option<MailServer>,
    pub(crate) console: Option<PathBuf>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $example:literal),+ $(,)?) => {
        /// The settings file; what is absent has its default.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            $($(#[doc = $doc])+ $name: Option<$type>),+
        }

        /// Name, example and meaning of every setting: `docs/settings.md` is made of it.
        #[cfg(test)]
        const REFERENCE: &[(&str, &str, &str)] =
            &[$((stringify!($name), $example, concat!($($doc),+))),+];
    };
}

settings! {
    /// Directory of everything that must not be lost: database, keys, Git repositories.
    data: PathBuf = "\"./crontopus-data\"",
    /// Address to listen on; port 0 takes a free one.
    listen: SocketAddr = "\"127.0.0.1:8080\"",
    /// Address of the operators' listener with `/metrics`; none without it.
    internal_listen: SocketAddr = "\"127.0.0.1:9090\"",
    /// Address of the listener for check-ins by e-mail; none without it.
    smtp_listen: SocketAddr = "\"127.0.0.1:2525\"",
    /// Domain of their addresses; the host of the public URL when absent.
    smtp_domain: String = "\"checkins.example.org\"",
    /// `postgres://…`, or the path of a SQLite file; `crontopus.db` in the data directory when absent. TLS is used
    /// where PostgreSQL offers it; with `?sslmode=verify-full` it must be there and the certificate must hold
    /// (against the public authorities, or against `&sslrootcert=FILE`).
    database: String = "\"postgres://crontopus@localhost/crontopus\"",
    /// Scheme and host under which people and agents reach the service; the address listened on when absent.
    public_url: String = "\"https://cron.example.org\"",
    /// Further host names (with port) under which agents may reach the service.
    hosts: Vec<String> = "[\"cron.internal:8080\"]",
    /// Host names on which other monitors' clients may leave out the part of the address that says whose they
    /// are, like `https://ping.example.org/<uuid>`; never the name of the public URL.
    ping_hosts: Vec<String> = "[\"ping.example.org\"]",
    /// Address ranges of proxies whose `X-Forwarded-For` is believed.
    trusted_proxies: Vec<String> = "[\"10.0.0.0/8\"]",
    /// Whether anybody may make an account; the very first one can always be made.
    open_sign_up: bool = "true",
    /// Days a session lasts without being used, 1 to 365.
    session_days: u32 = "30",
    /// Seconds between an agent's heartbeats, 5 to 3600; silent for three of them, it is lost.
    heartbeat_seconds: u32 = "30",
    /// Seconds between an agent's polls while its event stream is away, 5 to 3600.
    poll_seconds: u32 = "60",
    /// Days after which an agent changes its key, 1 to 365.
    rotate_days: u32 = "30",
    /// Connections at once, 1 to 1000000; others wait until one ends.
    max_connections: u32 = "10000",
    /// Seconds the head of a request may take, and a connection may be idle between two, 1 to 300.
    head_seconds: u32 = "20",
    /// Seconds an answer may take, the request's body included, 2 to 600; streams and Git go on longer.
    request_seconds: u32 = "30",
    /// Whether a tenant may connect a repository by its path on this machine; for servers of one's own alone.
    git_allow_paths: bool = "false",
    /// Whether a tenant may connect repositories on hosts in private networks, and by plain HTTP.
    git_allow_private_addresses: bool = "false",
    /// Most time series of monitors in a tenant's metrics, 1000 to 1000000.
    series_limit: u32 = "100000",
    /// Address that is asked every minute while the service is well, so that somebody elsewhere notices when it is not.
    dead_man_url: String = "\"https://cron.elsewhere.example/in/key\"",
    /// OTLP collector that traces are sent to (HTTP, protobuf); none without it.
    otlp_endpoint: String = "\"http://127.0.0.1:4318\"",
    /// Headers for the collector, `name=value,name=value`.
    otlp_headers: String = "\"authorization=Bearer secret\"",
    /// Share of traces begun here that are sent, 0 to 1; those begun by the caller go by the caller's choice.
    otlp_ratio: f64 = "1.0",
    /// Whether channels may speak to hosts in private networks and on this machine.
    alerts_allow_private_addresses: bool = "false",
    /// Addresses in private networks, or on this machine, that channels may speak to all the same.
    alerts_allow_addresses: Vec<IpAddr> = "[\"10.1.2.3\"]",
    /// File with the keys that credentials and settings of channels are encrypted with, one a line, 64 hexadecimal
    /// digits each: the first encrypts, all decrypt. `secrets.key` in the data directory when absent. To change the
    /// key, put the new one first, run `crontopus-server reseal`, and take the old one out. Every replica needs it.
    secret_keys_file: PathBuf = "\"/etc/crontopus/secret-keys\"",
    /// Host of the mail server through which people are told; no mail is sent without it.
    smtp_host: String = "\"mail.example.org\"",
    /// Its port; 587 for `starttls`, 465 for `tls`, 25 for `none` when absent.
    smtp_port: u16 = "587",
    /// `starttls`, `tls` from the first byte, or `none` for a server on the same machine.
    smtp_security: MailSecurity = "\"starttls\"",
    /// User at the mail server; none when absent.
    smtp_user: String = "\"crontopus\"",
    /// Password of that user.
    smtp_password: String = "\"secret\"",
    /// Who writes the mails; needed with `smtp_host`.
    smtp_from: String = "\"Crontopus <crontopus@example.org>\"",
    /// PEM file with a certificate authority the mail server's certificate comes from, besides the public ones.
    smtp_ca_file: PathBuf = "\"/etc/crontopus/mail-ca.pem\"",
    /// Directory of a built console to serve instead of the one in the program.
    console: PathBuf = "\"./frontend/dist\"",
    /// What to log, like `info` or `info,crontopus_http=debug`.
    log: String = "\"info\"",
    /// How log lines look: `text` for people, `json` for programs.
    log_format: LogFormat = "\"text\"",
}

impl Config {
    /// The settings of command line, environment and file, checked.
    pub(crate) fn load(options: &Options) -> anyhow::Result<Self> {
        let file = match &options.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        Self::of(options, file)
    }

    fn of(options: &Options, file: File) -> anyhow::Result<Self> {
        let mail = mail(options, &file)?;
        let proxies = file.trusted_proxies.unwrap_or_default();
        let proxies: Result<Vec<Network>, String> = proxies.iter().map(|p| p.parse()).collect();
        let public_url =
            options.public_url.clone().or(file.public_url).map(|url| check_url(&url)).transpose()?;
        let ping_hosts = match options.ping_hosts.is_empty() {
            true => file.ping_hosts.unwrap_or_default(),
            false => options.ping_hosts.clone(),
        };
        check_ping_hosts(&ping_hosts, public_url.as_deref())?;
        Ok(Self {
            file: options.config.clone(),
            data: options.data.clone().or(file.data).unwrap_or_else(|| "crontopus-data".into()),
            listen: options.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            internal_listen: options.internal_listen.or(file.internal_listen),
            smtp_listen: options.smtp_listen.or(file.smtp_listen),
            smtp_domain: file.smtp_domain,
            database: options.database.clone().or(file.database),
            public_url,
            hosts: file.hosts.unwrap_or_default(),
            ping_hosts,
            trusted_proxies: proxies.map_err(anyhow::Error::msg).context("trusted_proxies")?,
            open_sign_up: file.open_sign_up.unwrap_or(true),
            session_days: within("session_days", file.session_days.unwrap_or(30), 1, 365)?,
            heartbeat_seconds: within("heartbeat_seconds", file.heartbeat_seconds.unwrap_or(30), 5, 3600)?,
            poll_seconds: within("poll_seconds", file.poll_seconds.unwrap_or(60), 5, 3600)?,
            rotate_days: within("rotate_days", file.rotate_days.unwrap_or(30), 1, 365)?,
            max_connections: within("max_connections", file.max_connections.unwrap_or(10_000), 1, 1_000_000)?,
            head_seconds: within("head_seconds", file.head_seconds.unwrap_or(20), 1, 300)?,
            request_seconds: within("request_seconds", file.request_seconds.unwrap_or(30), 2, 600)?,
            git_allow_paths: file.git_allow_paths.unwrap_or(false),
            git_allow_private_addresses: file.git_allow_private_addresses.unwrap_or(false),
            series_limit: within("series_limit", file.series_limit.unwrap_or(100_000), 1_000, 1_000_000)?,
            dead_man_url: address("dead_man_url", options.dead_man_url.clone().or(file.dead_man_url))?,
            otlp_endpoint: address("otlp_endpoint", options.otlp_endpoint.clone().or(file.otlp_endpoint))?,
            otlp_headers: check_headers(options.otlp_headers.clone().or(file.otlp_headers))?,
            otlp_ratio: share("otlp_ratio", file.otlp_ratio.unwrap_or(1.0))?,
            alerts_allow_private_addresses: file.alerts_allow_private_addresses.unwrap_or(false),
            alerts_allow_addresses: file.alerts_allow_addresses.unwrap_or_default(),
            secret_keys_file: options.secret_keys_file.clone().or(file.secret_keys_file),
            mail,
            console: options.console.clone().or(file.console),
            log: options.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_format: options.log_format.or(file.log_format).unwrap_or_default(),
        })
    }

    /// Whether the database is on PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.database
            .as_deref()
            .is_some_and(|d| d.starts_with("postgres://") || d.starts_with("postgresql://"))
    }

    /// Where the database is.
    pub(crate) fn database_url(&self, data: &DataDir) -> String {
        self.database.clone().unwrap_or_else(|| data.database().display().to_string())
    }
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the settings in {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("the settings in {} are not valid", path.display()))
    }
}

/// A scheme and a host, without a slash at the end.
fn check_url(url: &str) -> anyhow::Result<String> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(url.to_owned()),
        _ => bail!("`{url}` is no public URL; one looks like https://cron.example.org"),
    }
}

/// An address of HTTP or HTTPS. It may hold a secret, so that it is not repeated.
fn address(name: &str, url: Option<String>) -> anyhow::Result<Option<String>> {
    let Some(url) = url.filter(|url| !url.is_empty()) else { return Ok(None) };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default()) {
        Some(host) if !host.is_empty() && !url.contains(char::is_whitespace) => Ok(Some(url)),
        _ => bail!("{name} is an address that begins with http:// or https://"),
    }
}

fn check_headers(text: Option<String>) -> anyhow::Result<Option<String>> {
    crate::traces::headers(text.as_deref().unwrap_or_default())?;
    Ok(text)
}

fn share(name: &str, value: f64) -> anyhow::Result<f64> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { bail!("{name} is 0 to 1, not {value}") }
}

/// The mail server of the settings.
fn mail(options: &Options, file: &File) -> anyhow::Result<Option<MailServer>> {
    let Some(host) = file.smtp_host.clone() else { return Ok(None) };
    let from =
        file.smtp_from.clone().context("smtp_host needs smtp_from: the address that mails come from")?;
    let security = file.smtp_security.unwrap_or(MailSecurity::Starttls);
    let usual = match security {
        MailSecurity::Tls => 465,
        MailSecurity::Starttls => 587,
        MailSecurity::None => 25,
    };
    let password = options.smtp_password.clone().or(file.smtp_password.clone());
    let login = match (file.smtp_user.clone(), password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => bail!("smtp_user and smtp_password go together"),
    };
    let extra_roots = file.smtp_ca_file.as_ref().map(|path| {
        std::fs::read(path).with_context(|| format!("cannot read smtp_ca_file {}", path.display()))
    });
    let port = file.smtp_port.unwrap_or(usual);
    Ok(Some(MailServer { host, port, security, login, from, extra_roots: extra_roots.transpose()? }))
}

/// Names alone, none of which is where people go.
fn check_ping_hosts(hosts: &[String], public_url: Option<&str>) -> anyhow::Result<()> {
    let public = public_url.and_then(|url| url.split_once("://")).map(|(_, host)| host);
    for host in hosts {
        if host.is_empty() || host.contains(['/', '@', ' ']) {
            bail!("ping_hosts: `{host}` is no host name; one looks like ping.example.org");
        }
        if public.is_some_and(|public| public.eq_ignore_ascii_case(host)) {
            bail!("ping_hosts: `{host}` is where the console lives; a ping host has a name of its own");
        }
    }
    Ok(())
}

fn within(name: &str, value: u32, least: u32, most: u32) -> anyhow::Result<u32> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        bail!("{name} is {least} to {most}, not {value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> anyhow::Result<Config> {
        Config::of(&Options::default(), toml::from_str(text)?)
    }

    #[test]
    fn nothing_is_traced_and_nobody_is_told_of_life_unless_it_is_said() {
        let config = config("").unwrap();
        assert!(config.otlp_endpoint.is_none() && config.dead_man_url.is_none());
        assert!(crate::traces::Traces::start(&config).unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            ("port = 1", "port"),
            ("listen = \"nowhere\"", "listen"),
            ("public_url = \"cron.example\"", "public URL"),
            ("public_url = \"https://cron.example/path\"", "public URL"),
            ("trusted_proxies = [\"10.0.0.0/99\"]", "trusted_proxies"),
            ("ping_hosts = [\"https://ping.example\"]", "ping_hosts"),
            ("public_url = \"https://cron.example\"\nping_hosts = [\"cron.example\"]", "ping_hosts"),
            ("session_days = 0", "session_days"),
            ("log_format = \"xml\"", "log_format"),
            ("dead_man_url = \"hc.example/ping\"", "dead_man_url"),
            ("otlp_endpoint = \"http://\"", "otlp_endpoint"),
            ("otlp_headers = \"word\"", "otlp_headers"),
            ("otlp_ratio = 1.5", "otlp_ratio"),
            ("series_limit = 1", "series_limit"),
            ("smtp_host = \"mx\"", "smtp_from"),
            ("smtp_host = \"mx\"\nsmtp_from = \"a@b.c\"\nsmtp_user = \"u\"", "smtp_password"),
            ("smtp_security = \"ssl\"", "smtp_security"),
        ] {
            let error = format!("{:#}", config(text).unwrap_err());
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn an_unknown_key_is_shown_where_it_stands() {
        let error = format!("{:#}", config("listen = \"127.0.0.1:1\"\nlissten = 1").unwrap_err());
        assert!(error.contains("line 2, column 1") && error.contains("lissten = 1"), "{error}");
    }

    #[test]
    fn the_command_line_goes_before_the_file() {
        let options = Options { log: Some("debug".into()), ..Options::default() };
        let file: File = toml::from_str("log = \"warn\"\nheartbeat_seconds = 5").unwrap();
        let config = Config::of(&options, file).unwrap();
        assert_eq!((config.log.as_str(), config.heartbeat_seconds), ("debug", 5));
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    /// `docs/settings.md` says what the code says; run once with `CRONTOPUS_BLESS=1` to write it anew.
    #[test]
    fn the_reference_is_up_to_date() {
        let text = reference();
        let body = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let mut file: File = toml::from_str(body).expect("the examples are valid");
        // The one example that names a file which is read at once.
        file.smtp_ca_file = None;
        Config::of(&Options::default(), file).expect("the examples are valid");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
        #[expect(clippy::disallowed_methods, reason = "a test is told to write what it would compare")]
        let bless = std::env::var_os("CRONTOPUS_BLESS").is_some();
        if bless {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            text,
            "docs/settings.md is out of date"
        );
    }

    fn reference() -> String {
        let options = Options::augment_args(clap::Command::new("serve"));
        let mut text = String::from(INTRODUCTION);
        for (name, example, meaning) in REFERENCE {
            text.push_str(&format!("#{meaning}\n"));
            if let Some(arg) = options.get_arguments().find(|a| a.get_id() == name) {
                let (long, env) = (arg.get_long().unwrap(), arg.get_env().unwrap().display());
                text.push_str(&format!("# Also `--{long}` and `{env}`.\n"));
            }
            text.push_str(&format!("{name} = {example}\n\n"));
        }
        format!("{}\n```\n", text.trim_end())
    }

    const INTRODUCTION: &str = "\
# Settings of the server

`crontopus-server` runs without a single setting. What is set on the command line goes before the environment,
the environment before the file that `--config` (or `CRONTOPUS_CONFIG`) names, the file before the default. A
key the server does not know is an error that names line and column. `crontopus-server doctor` takes the same
settings and says what the service lacks.

Every key of the file, with its default or, where there is none, an example:

```toml
";
}
