//! Addresses outside that the service speaks to, and the listener for those who measure it.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::{Finding, Note, State, Well, finding};
use crate::config::Config;

/// Longest wait for a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// Who is told when the service ends, who measures it, where its traces go. Nothing is sent.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        finding("metrics", metrics(config.internal_listen)),
        finding("dead man", dead_man(config.dead_man_url.as_deref())),
    ];
    if let Some(endpoint) = &config.otlp_endpoint {
        let next = "traces are lost until then; mend `--otlp-endpoint` or the way there";
        findings.push(finding("traces", reached(endpoint, next)));
    }
    findings
}

fn metrics(listen: Option<SocketAddr>) -> State {
    match listen {
        None => Note("nobody can measure the service; set `--internal-listen 127.0.0.1:9090`".to_owned()),
        Some(address) if address.ip().is_loopback() => Well(format!("http://{address}/metrics")),
        Some(address) => Note(format!(
            "http://{address}/metrics asks for no credentials; let only your Prometheus reach it"
        )),
    }
}

fn dead_man(url: Option<&str>) -> State {
    let next = "until it is reached, whoever waits there will say that this service is dead";
    match url {
        Some(url) => reached(url, next),
        None => Note(
            "nobody is told when this service ends; set `--dead-man-url` to a monitor elsewhere that expects \
             a sign every minute"
                .to_owned(),
        ),
    }
}

fn reached(url: &str, next: &str) -> State {
    let Some(place) = place(url) else { return Note(format!("the address names no host; {next}")) };
    let found = place.to_socket_addrs().map_err(|error| error.to_string());
    let connected = found.and_then(|addresses| {
        let tries = addresses.map(|a| TcpStream::connect_timeout(&a, PATIENCE));
        let mut last = "no address".to_owned();
        for attempt in tries {
            match attempt.map_err(|error| error.to_string()).and_then(|stream| secure(url, &place, stream)) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    });
    match connected {
        Ok(()) => Well(format!("{place} can be reached")),
        Err(error) => Note(format!("{place} cannot be reached: {error}; {next}")),
    }
}

/// Makes the connection safe as a request would, when the address says so; no request follows.
fn secure(url: &str, place: &str, mut stream: TcpStream) -> Result<(), String> {
    if !url.starts_with("https://") {
        return Ok(());
    }
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host).trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|_| "no certificate can be for such a name".to_owned())?;
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut session = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let patience = Instant::now() + PATIENCE;
    for timeout in [stream.set_read_timeout(Some(PATIENCE)), stream.set_write_timeout(Some(PATIENCE))] {
        timeout.map_err(|error| error.to_string())?;
    }
    while session.is_handshaking() {
        if Instant::now() > patience {
            return Err("TLS did not come about in time".to_owned());
        }
        match session.complete_io(&mut stream) {
            Ok((0, 0)) => return Err("it hung up before TLS came about".to_owned()),
            Ok(_) => {}
            Err(error) => return Err(format!("TLS does not come about: {error}")),
        }
    }
    Ok(())
}

/// Host and port of an address; the rest may be a secret and is never shown.
fn place(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let port = if scheme == "https" { 443 } else { 80 };
    (!host.is_empty()).then(|| if has_port { host.to_owned() } else { format!("{host}:{port}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(state: State) -> String {
        finding("x", state).to_string()
    }

    #[test]
    fn secrets_in_addresses_are_not_shown() {
        for (url, wanted) in [
            ("https://user:word@hc.example/ping/secret?a=b", Some("hc.example:443")),
            ("http://[::1]:8080/x", Some("[::1]:8080")),
            ("http://hc.example", Some("hc.example:80")),
            ("nonsense", None),
        ] {
            assert_eq!(place(url).as_deref(), wanted, "{url}");
        }
    }

    /// Whatever listens there and is no server of HTTPS: nobody is held up, and nothing is sent but the greeting of TLS.
    #[test]
    fn what_does_not_speak_tls_cannot_be_reached() {
        for answer in [
            &b""[..],
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            b"\x16\x03\x03\xff\xff",
            &[0x15, 3, 3, 0, 2, 2, 40],
        ] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("https://127.0.0.1:{}/ping/secret", listener.local_addr().unwrap().port());
            let server = std::thread::spawn(move || {
                use std::io::{Read as _, Write as _};
                let (mut stream, _) = listener.accept().unwrap();
                let mut heard = [0; 4096];
                let count = stream.read(&mut heard).unwrap();
                stream.write_all(answer).ok();
                heard[..count].to_vec()
            });
            let found = text(dead_man(Some(&url)));
            assert!(found.starts_with("note") && found.contains("TLS") && found.contains("dead"), "{found}");
            assert!(!found.contains("secret"), "{found}");
            let heard = server.join().unwrap();
            assert!(
                heard.starts_with(&[0x16, 3]) && !heard.windows(4).any(|w| w == b"ping"),
                "a handshake alone"
            );
        }
    }

    #[test]
    fn what_is_missing_is_named_with_the_next_step() {
        assert!(text(dead_man(None)).contains("--dead-man-url"));
        assert!(text(metrics(None)).contains("--internal-listen"));
        assert!(text(metrics(Some("0.0.0.0:9090".parse().unwrap()))).contains("no credentials"));
        assert!(text(metrics(Some("127.0.0.1:9090".parse().unwrap()))).starts_with("ok"));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/ping/secret", listener.local_addr().unwrap());
        let found = text(dead_man(Some(&url)));
        assert!(found.starts_with("ok") && !found.contains("secret"), "{found}");
        drop(listener);
        let found = text(dead_man(Some(&url)));
        assert!(found.contains("cannot be reached") && found.contains("dead"), "{found}");
    }
}
