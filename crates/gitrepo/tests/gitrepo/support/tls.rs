//! TLS in front of a plain server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Passes requests to a plain server, one for each connection, until the test ends.
pub(crate) struct Tls {
    pub(crate) port: u16,
    /// The certificate of the authority that vouches for `localhost` here, PEM.
    pub(crate) authority: Arc<[u8]>,
}

impl Tls {
    pub(crate) fn before(plain: String) -> Self {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let authority = params.self_signed(&authority_key).unwrap().pem();
        let issuer = rcgen::Issuer::new(params, authority_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let own = own.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], key)
            .unwrap();
        let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, plain) = (Arc::clone(&config), plain.clone());
                thread::spawn(move || pass(config, stream, &plain));
            }
        });
        Self { port, authority: authority.into_bytes().into() }
    }
}

/// One request; the plain server closes after its answer. A client that does not trust us is gone by then.
fn pass(config: Arc<ServerConfig>, stream: TcpStream, plain: &str) {
    let mut near = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let (mut far, mut request) = (TcpStream::connect(plain).unwrap(), Vec::new());
    let mut piece = [0; 16 << 10];
    while !is_whole(&request) {
        match near.read(&mut piece) {
            Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
            _ => return,
        }
    }
    far.write_all(&request).unwrap();
    let mut answer = Vec::new();
    far.read_to_end(&mut answer).unwrap();
    if near.write_all(&answer).is_ok() {
        near.conn.send_close_notify();
        near.flush().ok();
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|part| part == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    request.len() >= end + 4 + length.unwrap_or(0_usize)
}
