//! Puts the parts together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use crontopus_app::alerts::{Addresses, AlertSettings};
use crontopus_app::git::GitSettings;
use crontopus_app::tasks::dead_man::DeadMan;
use crontopus_app::{App, HashCost, Parts, PasswordHasher, Settings};
use crontopus_clock::{SystemClock, SystemEntropy};
use crontopus_http::{Console, HttpSettings};
use crontopus_smtp::SmtpSettings;
use crontopus_store::Store;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::outbound::DeadManUrl;

/// The service while it runs.
pub(crate) struct Running {
    /// The use cases.
    pub(crate) app: Arc<App>,
}

/// Opens the database and starts what runs in the background.
pub(crate) async fn start(config: &Config, data: &DataDir, address: SocketAddr) -> anyhow::Result<Running> {
    let store = Store::open(&config.database_url(data)).await.context("cannot open the database")?;
    store.migrate().await.context("cannot migrate the database")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let app = App::new(Parts {
        store,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        settings: settings(config, data, address),
        key: data.server_key()?,
        hasher: PasswordHasher::new(HashCost::default(), cores)?,
    });
    Ok(Running { app: Arc::new(app) })
}

impl Running {
    /// Gives signs of life to the configured address.
    pub(crate) fn watch(&self, config: &Config) {
        if let Some(url) = &config.dead_man_url {
            let outside = Arc::new(DeadManUrl::new(url));
            let dead_man = DeadMan::new(self.app.clone(), outside);
            self.app.tasks().spawn(dead_man.run(self.app.shutdown().clone()));
        }
    }

    /// Waits for what runs in the background, then closes the database.
    pub(crate) async fn finish(self) {
        self.app.shutdown().cancel();
        self.app.tasks().close();
        self.app.tasks().wait().await;
        self.app.store().close().await;
        tracing::info!("ended");
    }
}

/// How the service is reached when it listens on `address`.
pub(crate) fn http_settings(config: &Config, address: SocketAddr) -> anyhow::Result<HttpSettings> {
    let mut hosts = config.hosts.clone();
    hosts.push(address.to_string());
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(|h| format!("{h}:{}", address.port())));
    }
    let console = match &config.console {
        Some(dir) => {
            Console::read(dir).with_context(|| format!("cannot read the console in {}", dir.display()))?
        }
        None => Console::default(),
    };
    Ok(HttpSettings {
        hosts,
        ping_hosts: config.ping_hosts.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        timeout: Duration::from_secs(config.request_seconds.into()),
        series_limit: config.series_limit as usize,
        console,
        ..HttpSettings::default()
    })
}

/// How mail is received: for the domain that is set, or the host of the public URL.
pub(crate) fn smtp_settings(config: &Config, app: &App) -> SmtpSettings {
    let host = app.settings().public_url.split_once("://").map_or("", |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    SmtpSettings::of(config.smtp_domain.as_deref().unwrap_or(host))
}

fn settings(config: &Config, data: &DataDir, address: SocketAddr) -> Settings {
    let own = match address.ip().is_unspecified() {
        true => format!("http://127.0.0.1:{}", address.port()),
        false => format!("http://{address}"),
    };
    Settings {
        public_url: config.public_url.clone().unwrap_or(own),
        open_sign_up: config.open_sign_up,
        session_days: config.session_days,
        heartbeat_seconds: config.heartbeat_seconds,
        poll_seconds: config.poll_seconds,
        rotate_days: config.rotate_days,
        git: GitSettings {
            data_dir: data.path().to_owned(),
            allow_paths: config.git_allow_paths,
            allow_private_addresses: config.git_allow_private_addresses,
            ..GitSettings::default()
        },
        alerts: AlertSettings {
            addresses: match config.alerts_allow_private_addresses {
                true => Addresses::Any,
                false if config.alerts_allow_addresses.is_empty() => Addresses::Public,
                false => Addresses::Also(config.alerts_allow_addresses.clone().into()),
            },
            mail: config.mail.clone(),
            secret_keys_file: config.secret_keys_file.clone(),
            ..AlertSettings::default()
        },
    }
}
