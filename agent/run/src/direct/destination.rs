use std::path::PathBuf;

use serde_json::{Value, json};

use super::address::Address;

/// Where a run is reported, and what is said besides of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(super) address: Address,
    /// Certificates to trust instead of the public ones.
    pub(super) ca: Option<PathBuf>,
    pub(super) host: String,
    pub(super) environment: Option<String>,
}

/// The destination as it was asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) key: Option<String>,
    pub(super) server: Option<String>,
    pub(super) job: Option<String>,
    pub(super) url: Option<String>,
    pub(super) ca: Option<PathBuf>,
    pub(super) environment: Option<String>,
    pub(super) plain_http: bool,
}

impl Wanted {
    /// Puts it together, or says what is missing.
    pub(super) fn into_destination(self) -> Result<Destination, String> {
        let address = match (self.url, self.key) {
            (Some(url), _) => Address::parse(&url)?,
            (None, Some(key)) => {
                let plain = |text: &str| {
                    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
                };
                let Some(server) = self.server else {
                    return Err("the key needs a --server (or CRONTOPUS_URL)".into());
                };
                if !plain(&key) {
                    return Err("the key has characters that no key has".into());
                }
                let job = match self.job {
                    Some(job) if job.split('/').count() == 2 && job.split('/').all(plain) => {
                        format!("/{job}")
                    }
                    Some(_) => return Err("--job is a job as namespace/name".into()),
                    None => String::new(),
                };
                Address::parse(&server)?.below(&format!("/in/{key}{job}"))
            }
            (None, None) => return Err("it takes a --url, or a --key (or CRONTOPUS_KEY)".into()),
        };
        if !(address.tls || address.is_loopback() || self.plain_http) {
            return Err(format!(
                "{} would carry the key in the clear; use https, or --allow-plain-http",
                address.server()
            ));
        }
        let ca = self.ca.filter(|ca| !ca.as_os_str().is_empty());
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Ok(Destination { address, ca, host, environment: self.environment })
    }
}

impl Destination {
    /// The whole address, key included.
    #[cfg(test)]
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// As it is kept with a record.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "url": self.address.to_string(), "ca": self.ca, "host": self.host, "environment": self.environment,
        })
    }

    /// What was kept; `None` when it makes no sense.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            address: Address::parse(&text("url")?).ok()?,
            ca: text("ca").map(PathBuf::from),
            host: text("host")?,
            environment: text("environment"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_alone_or_with_a_job() {
        let wanted = |job: Option<&str>| Wanted {
            key: Some("k1".into()),
            server: Some("https://a.test/base/".into()),
            job: job.map(str::to_owned),
            ..Wanted::default()
        };
        let address = |job| wanted(job).into_destination().map(|to| to.address.to_string());
        assert_eq!(address(None).unwrap(), "https://a.test/base/in/k1");
        assert_eq!(address(Some("prod/backup")).unwrap(), "https://a.test/base/in/k1/prod/backup");
        for job in ["backup", "a/b/c", "/", "a/", "a/b?c"] {
            assert!(address(Some(job)).is_err(), "{job}");
        }
        let key = Wanted { key: Some("a/b".into()), ..wanted(None) };
        assert!(key.into_destination().is_err());
    }

    #[test]
    fn keys_do_not_travel_in_the_clear() {
        let to = |url: &str, plain_http| {
            let wanted = Wanted { url: Some(url.into()), plain_http, ..Wanted::default() };
            wanted.into_destination()
        };
        let said = to("http://a.test/in/secret", false).unwrap_err();
        assert!(said.contains("http://a.test would carry") && !said.contains("secret"), "{said}");
        assert!(to("http://a.test/in/secret", true).is_ok() && to("http://127.0.0.1:1/in/k", false).is_ok());
    }

    #[test]
    fn kept_and_read_again() {
        let wanted = Wanted {
            url: Some("https://[::1]:8443/in/k?create=1".into()),
            ca: Some("/etc/ca.pem".into()),
            environment: Some("prod".into()),
            ..Wanted::default()
        };
        let to = wanted.into_destination().unwrap();
        assert_eq!(Destination::from_json(&to.to_json()), Some(to));
        assert_eq!(Destination::from_json(&json!({"url": 1})), None);
    }
}
