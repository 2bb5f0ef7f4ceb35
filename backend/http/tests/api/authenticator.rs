//! An authenticator in software: one EdDSA key, attested by nobody (WebAuthn Level 3, 6.1, 6.5.1 and 8.7).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crontopus_api::signature::SecretKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

pub(crate) struct Authenticator {
    key: SecretKey,
    id: Vec<u8>,
    /// The page that asks it.
    pub(crate) origin: String,
    /// Whom the key is for, as the server calls them.
    pub(crate) handle: Vec<u8>,
    /// Whether it looks whose hand it is in.
    pub(crate) verifies: bool,
    /// How often it has signed.
    pub(crate) counter: u32,
}

impl Authenticator {
    pub(crate) fn new(origin: String, n: u8) -> Self {
        let key = SecretKey::from_bytes(&[n; 32]);
        Self { key, id: vec![n; 20], origin, handle: Vec::new(), verifies: true, counter: 0 }
    }

    /// What a browser answers to the options of `navigator.credentials.create`.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.handle = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // COSE: {kty: OKP, alg: EdDSA, crv: Ed25519, x}.
        data.extend([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]);
        data.extend(STANDARD.decode(self.key.public().to_base64()).unwrap());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        self.answer(json!({
            "clientDataJSON": encode(self.client("webauthn.create", options)),
            "attestationObject": encode(object),
        }))
    }

    /// What a browser answers to the options of `navigator.credentials.get`.
    pub(crate) fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client("webauthn.get", options);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = STANDARD.decode(self.key.sign(&signed)).unwrap();
        self.answer(json!({
            "clientDataJSON": encode(client),
            "authenticatorData": encode(data),
            "signature": encode(signature),
            "userHandle": encode(&self.handle),
        }))
    }

    fn data(&self, name: &str, flags: u8) -> Vec<u8> {
        let flags = PRESENT | flags | if self.verifies { VERIFIED } else { 0 };
        [&Sha256::digest(name)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, what: &str, options: &Value) -> Vec<u8> {
        let origin = &self.origin;
        json!({"type": what, "challenge": options["challenge"], "origin": origin, "crossOrigin": false})
            .to_string()
            .into_bytes()
    }

    fn answer(&self, response: Value) -> Value {
        let id = encode(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
