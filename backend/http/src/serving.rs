use std::sync::Arc;
use std::time::Duration;

use crontopus_api::signature::SecretKey;
use crontopus_app::App;

use crate::access::Network;
use crate::console::Console;
use crate::extract::Patience;
use crate::limits::Limits;
use crate::metrics::Metrics;

/// How the service is reached.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Host names (with port, where it is not the scheme's own) under which the service answers signed
    /// requests; that of the public address is always among them.
    pub hosts: Vec<String>,
    /// Host names on which addresses without a first part that names their protocol are served; with port,
    /// where only that port is meant.
    pub ping_hosts: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Longest time one answer may take, streams excepted.
    pub timeout: Duration,
    /// The server's version.
    pub version: &'static str,
    /// Most time series of monitors that a tenant's metrics hold.
    pub series_limit: usize,
    /// The pages for browsers.
    pub console: Console,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            ping_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            timeout: Duration::from_secs(30),
            version: env!("CARGO_PKG_VERSION"),
            series_limit: 100_000,
            console: Console::default(),
        }
    }
}

/// What every handler has at hand.
#[derive(Debug, Clone)]
pub struct Serving(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: Arc<App>,
    signer: SecretKey,
    settings: HttpSettings,
    hosts: Vec<String>,
    limits: Limits,
    metrics: Arc<Metrics>,
}

impl Serving {
    /// The HTTP side of `app`.
    pub fn new(app: Arc<App>, settings: HttpSettings) -> Self {
        let signer = SecretKey::from_bytes(&app.key().seed());
        let public = app.settings().public_url.split_once("://").map_or("", |(_, host)| host);
        let mut hosts: Vec<String> = settings.hosts.iter().map(|h| h.to_ascii_lowercase()).collect();
        hosts.push(public.trim_end_matches('/').to_ascii_lowercase());
        let limits = Limits::new(app.clock());
        let metrics = Arc::new(Metrics::new(&app, settings.version));
        Self(Arc::new(Inner { app, signer, settings, hosts, limits, metrics }))
    }

    /// The use cases.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.0.app
    }

    /// The key answers to agents are signed with.
    pub(crate) fn signer(&self) -> &SecretKey {
        &self.0.signer
    }

    /// How the service is reached.
    pub(crate) fn settings(&self) -> &HttpSettings {
        &self.0.settings
    }

    /// How long a body may take: the rest of the time is for the answer.
    pub(crate) fn patience(&self) -> Patience {
        Patience(self.settings().timeout.mul_f32(0.6))
    }

    /// How often somebody may try.
    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What is counted.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.0.metrics
    }

    pub(crate) fn trusted_proxies(&self) -> &[Network] {
        &self.0.settings.trusted_proxies
    }

    pub(crate) fn public_hosts(&self) -> &[String] {
        &self.0.hosts
    }

    /// Whether the service answers signed requests under this name.
    pub(crate) fn is_own_host(&self, authority: &str) -> bool {
        self.0.hosts.iter().any(|h| h == authority)
    }

    /// Whether this authority (a host name and perhaps a port) is a ping host.
    pub(crate) fn is_ping_host(&self, authority: &str) -> bool {
        let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
        let hosts = &self.0.settings.ping_hosts;
        hosts.iter().any(|host| host.eq_ignore_ascii_case(authority) || host.eq_ignore_ascii_case(name))
    }

    /// Whether the public address is HTTPS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.app.settings().public_url.starts_with("https://")
    }
}
