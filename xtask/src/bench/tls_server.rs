//! A server over TLS that takes every report, for the wrapper to speak to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificate::Localhost;

/// Listens until the process ends.
pub(super) struct TlsServer {
    /// What reports are sent to.
    pub(super) url: String,
    answered: Arc<AtomicUsize>,
}

impl TlsServer {
    /// Writes the certificate of its authority to `ca`.
    pub(super) fn start(ca: &Path) -> Result<Self> {
        let config = Arc::new(config(ca)?);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("https://localhost:{}/in/bench", listener.local_addr()?.port());
        let answered = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&answered);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (config, count) = (Arc::clone(&config), Arc::clone(&count));
                // A wrapper that goes away in the middle is its own affair.
                thread::spawn(move || serve(config, connection, &count).ok());
            }
        });
        Ok(Self { url, answered })
    }

    /// How many reports came.
    pub(super) fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }
}

fn config(ca: &Path) -> Result<ServerConfig> {
    let Localhost { authority, certificate, key } = Localhost::create()?;
    std::fs::write(ca, authority.pem())?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    Ok(ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?)
}

fn serve(config: Arc<ServerConfig>, tcp: TcpStream, answered: &AtomicUsize) -> Result<()> {
    tcp.set_nodelay(true)?;
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config)?, tcp));
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match line.trim_end().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().context("a length")?,
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        std::io::copy(&mut (&mut stream).take(length), &mut std::io::sink())?;
        answered.fetch_add(1, Ordering::Relaxed);
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK")?;
        stream.get_mut().flush()?;
    }
}
