//! How other Git servers say that somebody pushed: by which header they are believed, and which of their events is a
//! push. What they send beside that is only signed, never looked at.

use axum::body::Body;
use axum::http::HeaderMap;
use crontopus_api::Code;
use crontopus_app::git::{HookCall, HookProof};
use crontopus_app::rows::GitProvider;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::extract::Patience;
use crate::failure::Failure;

/// One provider's headers. Forgejo sends Gitea's as well, Gitea those of Gogs and GitHub, so the order counts.
struct Manner {
    provider: GitProvider,
    /// Names the event.
    event: &'static str,
    /// The events that are pushes.
    pushes: &'static [&'static str],
    /// HMAC-SHA256 of the body in hexadecimal digits, with `sha256=` before it or without.
    signature: Option<&'static str>,
    /// The secret itself.
    token: Option<&'static str>,
}

const MANNERS: [Manner; 6] = [
    // https://forgejo.org/docs/latest/user/webhooks/
    signing(GitProvider::Forgejo, "x-forgejo-event", &["push"], "x-forgejo-signature"),
    // https://docs.gitea.com/usage/webhooks
    signing(GitProvider::Gitea, "x-gitea-event", &["push"], "x-gitea-signature"),
    // https://gogs.io/docs/features/webhook
    signing(GitProvider::Gogs, "x-gogs-event", &["push"], "x-gogs-signature"),
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    signing(GitProvider::Github, "x-github-event", &["push"], "x-hub-signature-256"),
    // https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ and its data center's twin
    signing(GitProvider::Bitbucket, "x-event-key", &["repo:push", "repo:refs_changed"], "x-hub-signature"),
    // https://docs.gitlab.com/user/project/integrations/webhooks/
    Manner {
        provider: GitProvider::Gitlab,
        event: "x-gitlab-event",
        pushes: &["Push Hook", "System Hook"],
        signature: None,
        token: Some("x-gitlab-token"),
    },
];

const fn signing(
    provider: GitProvider,
    event: &'static str,
    pushes: &'static [&'static str],
    signature: &'static str,
) -> Manner {
    Manner { provider, event, pushes, signature: Some(signature), token: None }
}

/// What the headers of a call say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) provider: GitProvider,
    pub(crate) is_push: bool,
    pub(crate) proof: HookProof,
}

/// Reads the headers. A caller of none of the known manners is believed by GitHub's signature, and means a push.
pub(crate) fn claim(headers: &HeaderMap) -> Claim {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = |name: &str| text(name).and_then(signature);
    for manner in &MANNERS {
        let Some(event) = text(manner.event) else { continue };
        let signed = manner.signature.and_then(signature).map(HookProof::Signature);
        let token = || manner.token.and_then(text).map(|token| HookProof::Token(token.to_owned()));
        let proof = signed.or_else(token).unwrap_or(HookProof::None);
        return Claim { provider: manner.provider, is_push: manner.pushes.contains(&event), proof };
    }
    let proof = signature("x-hub-signature-256").map_or(HookProof::None, HookProof::Signature);
    Claim { provider: GitProvider::Other, is_push: true, proof }
}

/// The bytes of a signature of the right length; SHA-1 of old is none.
fn signature(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("sha256=").unwrap_or(text);
    hex::decode(digits).ok().filter(|bytes| bytes.len() == 32)
}

/// Reads the body into the call's signature, piece by piece: a large one takes no memory.
pub(crate) async fn read(
    body: Body,
    limit: usize,
    patience: Patience,
    call: &mut HookCall,
) -> Result<(), Failure> {
    let mut body = Limited::new(body, limit);
    let until = tokio::time::Instant::now() + patience.0;
    loop {
        let frame = match tokio::time::timeout_at(until, body.frame()).await {
            Err(_) => return Err(Failure::new(Code::TooSlow, "the body did not come in time")),
            Ok(None) => return Ok(()),
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                return Err(Failure::new(Code::TooLarge, format!("the body has more than {limit} bytes")));
            }
            Ok(Some(Err(_))) => {
                return Err(Failure::new(Code::BadRequest, "the body ended before it was complete"));
            }
        };
        if let Some(bytes) = frame.data_ref() {
            call.update(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    /// Name and value of a header.
    type Pair<'v> = (&'static str, &'v str);

    fn of(pairs: &[Pair<'_>]) -> Claim {
        let header =
            |(name, value): &Pair<'_>| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        claim(&pairs.iter().map(header).collect())
    }

    #[test]
    fn each_provider_is_known_by_its_own_header() {
        let hex = "ab".repeat(32);
        let prefixed = format!("sha256={hex}");
        let signed = HookProof::Signature(vec![0xab; 32]);
        let cases: [(&[Pair<'_>], GitProvider, bool, HookProof); 9] = [
            (
                &[("x-github-event", "push"), ("x-hub-signature-256", &prefixed)],
                GitProvider::Github,
                true,
                signed.clone(),
            ),
            (
                &[("x-github-event", "ping"), ("x-hub-signature-256", &prefixed)],
                GitProvider::Github,
                false,
                signed.clone(),
            ),
            (
                &[
                    ("x-gitea-event", "push"),
                    ("x-github-event", "push"),
                    ("x-gogs-event", "push"),
                    ("x-gitea-signature", &hex),
                ],
                GitProvider::Gitea,
                true,
                signed.clone(),
            ),
            (
                &[("x-forgejo-event", "push"), ("x-gitea-event", "push"), ("x-forgejo-signature", &hex)],
                GitProvider::Forgejo,
                true,
                signed.clone(),
            ),
            (
                &[("x-event-key", "repo:push"), ("x-hub-signature", &prefixed)],
                GitProvider::Bitbucket,
                true,
                signed.clone(),
            ),
            (
                &[("x-event-key", "pr:opened"), ("x-hub-signature", &prefixed)],
                GitProvider::Bitbucket,
                false,
                signed.clone(),
            ),
            (
                &[("x-gitlab-event", "Push Hook"), ("x-gitlab-token", "s3")],
                GitProvider::Gitlab,
                true,
                HookProof::Token("s3".into()),
            ),
            (&[("x-hub-signature-256", &prefixed)], GitProvider::Other, true, signed),
            // Another provider's header is no proof of this one.
            (
                &[("x-gitlab-event", "Push Hook"), ("x-hub-signature-256", &prefixed)],
                GitProvider::Gitlab,
                true,
                HookProof::None,
            ),
        ];
        for (headers, provider, is_push, proof) in cases {
            assert_eq!(of(headers), Claim { provider, is_push, proof }, "{headers:?}");
        }
    }

    #[test]
    fn what_is_no_signature_proves_nothing() {
        let short = "ab".repeat(31);
        for text in ["", "sha256=", "sha1=abcd", "sha256=xyz", &short, "ab"] {
            let claim = of(&[("x-github-event", "push"), ("x-hub-signature-256", text)]);
            assert_eq!(claim.proof, HookProof::None, "{text}");
        }
    }
}
