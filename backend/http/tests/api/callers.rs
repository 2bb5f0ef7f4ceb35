//! Who may send a request, with good and bad credentials.

use std::sync::atomic::{AtomicU64, Ordering};

use crontopus_api::signature::{SecretKey, Signer, sign};

use crate::ask::Ask;
use crate::world::World;

/// What a request carries.
#[derive(Debug)]
pub(crate) enum Credential {
    Nothing,
    Session(String),
    Token(String),
    Signature(Box<Host>),
}

/// An enrolled host.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) id: String,
    pub(crate) key: SecretKey,
    pub(crate) seq: AtomicU64,
}

impl Credential {
    pub(crate) fn headers(&self, world: &World, ask: &Ask) -> Vec<(String, String)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Session(secret) => vec![("cookie".to_owned(), format!("crontopus_session={secret}"))],
            Self::Token(secret) => vec![("authorization".to_owned(), format!("Bearer {secret}"))],
            Self::Signature(host) => host.sign(world, ask),
        }
    }
}

impl Host {
    fn sign(&self, world: &World, ask: &Ask) -> Vec<(String, String)> {
        let signer = Signer { key: SecretKey::from_bytes(&self.key_bytes()), keyid: self.id.clone() };
        let seq = self.seq.fetch_add(1, Ordering::Relaxed);
        let authority = world.address.to_string();
        let query = (!ask.query.is_empty()).then_some(ask.query.as_str());
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&seq.to_be_bytes());
        nonce[8..].copy_from_slice(&world.number().to_be_bytes());
        let now = world.app.clock().now().as_second();
        let signed = sign(&signer, (&ask.method, &authority, &ask.path, query), &ask.body, now, seq, nonce);
        signed.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    fn key_bytes(&self) -> [u8; 32] {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(self.key.to_base64()).unwrap();
        bytes.try_into().unwrap()
    }
}
