//! The signature profile: what verifies, and that nothing else does.

use crontopus_api::signature::{Covered, Received, Refusal, SecretKey, SignedHeaders, Signer, sign, verify};

const NOW: i64 = 1_790_000_000;

fn signed() -> (Signer, SignedHeaders) {
    let signer = Signer { key: SecretKey::from_bytes(&[7; 32]), keyid: "agt_1".into() };
    let headers = sign(
        &signer,
        ("POST", "Cron.example:8443", "/agent/v1/report", Some("a=1")),
        b"body",
        NOW,
        9,
        [3; 16],
    );
    (signer, headers)
}

fn received(h: &SignedHeaders) -> Received<'_> {
    Received {
        covered: Covered {
            method: "POST",
            authority: "cron.example:8443",
            path: "/agent/v1/report",
            query: "?a=1",
            content_digest: &h.content_digest,
            seq: &h.seq,
        },
        signature_input: &h.signature_input,
        signature: &h.signature,
    }
}

#[test]
fn the_headers_are_these() {
    let (_, h) = signed();
    insta::assert_snapshot!(h.pairs().map(|(n, v)| format!("{n}: {v}")).join("\n"), @r#"
    content-digest: sha-256=:Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=:
    crontopus-seq: 9
    signature-input: sig1=("@method" "@authority" "@path" "@query" "content-digest" "crontopus-seq");created=1790000000;expires=1790000300;nonce="03030303030303030303030303030303";keyid="agt_1";alg="ed25519";tag="crontopus-agent-v1"
    signature: sig1=:WcQtHmQ9SNNV8rlOSCDapwZTwwoeFv2laCp/A/QWeqze1aY6QsjtxZf0qs/gIfiNcOC3znZ5z6Hu58xaRP5WAA==:
    "#);
}

#[test]
fn a_good_signature_verifies() {
    let (signer, h) = signed();
    let verified = verify(&received(&h), &signer.key.public(), Some(b"body"), NOW + 10).unwrap();
    assert_eq!((verified.seq, verified.params.keyid.as_str()), (9, "agt_1"));
}

#[test]
fn every_covered_part_is_bound() {
    let (signer, h) = signed();
    let key = signer.key.public();
    let good = received(&h);
    let c = good.covered;
    let other_digest = crontopus_api::signature::content_digest(b"other");
    for changed in [
        Covered { method: "GET", ..c },
        Covered { authority: "evil.example", ..c },
        Covered { path: "/agent/v1/config", ..c },
        Covered { query: "?", ..c },
        Covered { content_digest: &other_digest, ..c },
        Covered { seq: "10", ..c },
    ] {
        let refused = verify(&Received { covered: changed, ..good }, &key, None, NOW);
        assert_eq!(refused, Err(Refusal::Signature), "{changed:?}");
    }
    let stranger = SecretKey::from_bytes(&[8; 32]).public();
    assert_eq!(verify(&good, &stranger, None, NOW), Err(Refusal::Signature));
    assert_eq!(verify(&good, &key, Some(b"other"), NOW), Err(Refusal::Digest));
}

#[test]
fn times_are_held() {
    let (signer, h) = signed();
    let key = signer.key.public();
    for (now, fits) in [(NOW - 301, false), (NOW - 300, true), (NOW + 300, true), (NOW + 301, false)] {
        assert_eq!(verify(&received(&h), &key, None, now).is_ok(), fits, "{}", now - NOW);
    }
}

#[test]
fn another_profile_is_refused() {
    let (signer, h) = signed();
    let key = signer.key.public();
    for input in [
        String::new(),
        h.signature_input.replace("sig1=", "sig2="),
        h.signature_input.replace("ed25519", "none"),
        h.signature_input.replace("\"@query\" ", ""),
        h.signature_input.replace("crontopus-agent-v1", "other"),
        format!("{};x=1", h.signature_input),
    ] {
        let refused = verify(&Received { signature_input: &input, ..received(&h) }, &key, None, NOW);
        assert_eq!(refused, Err(Refusal::Profile), "{input}");
    }
}
