//! The test vector of WebAuthn Level 3, 16 (none.ES256). Its authenticator does not verify who holds it, so
//! as a whole it is refused; its parts are what the rest is held against.

use super::*;

const OBJECT: &str = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
const ID: &str = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
const DATA: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
const CLIENT: &str = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
const SIGNATURE: &str = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87";
const CHALLENGE: &str = "OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag";

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn party() -> RelyingParty {
    RelyingParty::at("https://example.org").unwrap()
}

fn assertion(data: Vec<u8>, client: &str, signature: &str) -> Assertion {
    let encoded = |bytes: Vec<u8>| serde_json::to_value(Bytes(bytes)).unwrap();
    serde_json::from_value(json!({
        "rawId": encoded(bytes(ID)),
        "response": {
            "clientDataJSON": encoded(bytes(client)),
            "authenticatorData": encoded(data),
            "signature": encoded(bytes(signature)),
            "userHandle": "AQ",
        },
    }))
    .unwrap()
}

#[test]
fn the_key_of_the_vector_verifies_its_signature() {
    let object = bytes(OBJECT);
    let data = AuthenticatorData::read(attested(&object).unwrap()).unwrap();
    assert_eq!(data.check(&party().hash), Err(Unfit("the authenticator did not make sure who holds it")));
    assert!(data.may_be_copied() && data.counter == 0);
    let (id, key) = data.made.unwrap();
    assert_eq!(id, bytes(ID));
    let signed = [bytes(DATA), Sha256::digest(bytes(CLIENT)).to_vec()].concat();
    assert_eq!(key.verify(&signed, &bytes(SIGNATURE)), Ok(()));
    for at in [0, 33, signed.len() - 1] {
        let mut other = signed.clone();
        other[at] ^= 1;
        assert!(key.verify(&other, &bytes(SIGNATURE)).is_err(), "{at}");
    }
    let kept = serde_json::to_string(&key).unwrap();
    assert!(kept.starts_with(r#"{"algorithm":"ES256","point":"BK_voW"#), "{kept}");
    assert_eq!(serde_json::from_str::<PublicKey>(&kept).unwrap(), key);
}

#[test]
fn the_challenge_of_the_vector_is_for_its_own_page() {
    let answer = assertion(bytes(DATA), CLIENT, SIGNATURE);
    assert_eq!(party().challenge_of_request(&answer).as_deref(), Ok(CHALLENGE));
    for elsewhere in ["https://www.example.org", "https://example.org:8443", "http://example.org"] {
        assert!(RelyingParty::at(elsewhere).unwrap().challenge_of_request(&answer).is_err(), "{elsewhere}");
    }
    let framed = bytes(CLIENT);
    let framed = String::from_utf8(framed).unwrap().replace(":false", ":true");
    let answer = assertion(bytes(DATA), &hex::encode(framed), SIGNATURE);
    assert!(party().challenge_of_request(&answer).is_err(), "a page within another's");
}

#[test]
fn flags_are_looked_at_before_a_signature_is() {
    let object = bytes(OBJECT);
    let (_, key) = AuthenticatorData::read(attested(&object).unwrap()).unwrap().made.unwrap();
    let known = Credential { key, counter: 0, may_be_copied: true };
    let why = |flags: u8, handle: &[u8], known: &Credential| {
        let mut data = bytes(DATA);
        data[32] = flags;
        party().verify(&assertion(data, CLIENT, SIGNATURE), known, handle).unwrap_err().to_string()
    };
    assert_eq!(why(0x1d, &[1], &known), "the signature does not verify", "the flags are signed, too");
    assert_eq!(why(0x19, &[1], &known), "the authenticator did not make sure who holds it");
    assert_eq!(why(0x1c, &[1], &known), "the authenticator did not make sure who holds it");
    assert_eq!(why(0x15, &[1], &known), "the key has a copy that it cannot have");
    assert_eq!(why(0x1d, &[2], &known), "the key is somebody else's");
    let fixed = Credential { may_be_copied: false, ..known };
    assert_eq!(why(0x1d, &[1], &fixed), "whether the key may be copied has changed");
}

#[test]
fn whatever_an_authenticator_says_is_read_or_refused() {
    let object = bytes(OBJECT);
    let data = attested(&object).unwrap().to_vec();
    for length in 0..data.len() {
        assert!(AuthenticatorData::read(&data[..length]).is_err(), "{length}");
    }
    assert!(AuthenticatorData::read(&[&data[..], &[0]].concat()).is_err(), "it goes on");
    let mut refused = 0;
    for at in 0..object.len() {
        for value in [0x00, 0x1f, 0x5b, 0x9b, 0xbb, 0xff] {
            let mut bent = object.clone();
            bent[at] = value;
            // Nothing here may panic.
            let read = attested(&bent).and_then(|data| AuthenticatorData::read(data).map(drop));
            refused += usize::from(read.is_err());
        }
    }
    assert!(refused > object.len(), "{refused}");
}

#[test]
fn keys_of_the_other_kinds_are_read() {
    let read = |hex: &str| PublicKey::read(&mut cbor::Reader::new(&bytes(hex)));
    let x = "21".repeat(32);
    assert!(matches!(
        read(&format!("a40101032720062158 20{x}").replace(' ', "")),
        Ok(PublicKey::Ed25519 { .. })
    ));
    assert!(matches!(read("a401030339010020430102032143010001"), Ok(PublicKey::Rsa { .. })));
    // A curve that was not asked for, a point that is cut, a key without a kind.
    for wrong in [
        "a5010203262002215820".to_owned() + &x + "225820" + &x,
        "a501020326200121430102032243010203".to_owned(),
        "a10326".to_owned(),
    ] {
        assert!(read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_server_with_a_name_is_one() {
    let check = |url: &str, wanted: Option<(&str, &str)>| {
        let party = RelyingParty::at(url);
        assert_eq!(party.as_ref().map(|p| (p.name.as_str(), p.origin.as_str())), wanted, "{url}");
    };
    check("https://cron.example", Some(("cron.example", "https://cron.example")));
    check("https://CRON.example:443", Some(("cron.example", "https://cron.example")));
    check("https://cron.example:8443", Some(("cron.example", "https://cron.example:8443")));
    check("http://localhost:8080", Some(("localhost", "http://localhost:8080")));
    check("https://crön.example", Some(("xn--crn-tna.example", "https://xn--crn-tna.example")));
    check("http://127.0.0.1:8080", None);
    check("http://[::1]:8080", None);
    check("nonsense", None);
}
