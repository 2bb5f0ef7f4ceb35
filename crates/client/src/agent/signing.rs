use crontopus_api::signature::{SignedHeaders, sign};
use ureq::http::Uri;

use super::AgentClient;

impl AgentClient {
    /// The headers (lower-case names) that sign a request made elsewhere: Git's fetches. `url` is the whole
    /// address as it will be sent; for another host than the server's there is no signature to give, and
    /// `None` is returned.
    pub fn signed_headers(
        &self,
        method: &str,
        url: &str,
        body: &[u8],
    ) -> Option<Vec<(&'static str, String)>> {
        let uri: Uri = url.parse().ok()?;
        let scheme_is_ours =
            uri.scheme_str() == Some(if self.base_url().is_https() { "https" } else { "http" });
        let own_port = if self.base_url().is_https() { 443 } else { 80 };
        let host = uri.host()?.to_ascii_lowercase();
        let authority = match uri.port_u16() {
            Some(port) if port != own_port => format!("{host}:{port}"),
            _ => host,
        };
        if !scheme_is_ours || authority != self.base_url().authority() {
            return None;
        }
        let signed = self.signed((method, &authority, uri.path(), uri.query()), body);
        Some(signed.pairs().map(|(name, value)| (name, value.to_owned())).to_vec())
    }

    pub(super) fn signed(&self, request: (&str, &str, &str, Option<&str>), body: &[u8]) -> SignedHeaders {
        let stamp = self.stamper.stamp();
        sign(&self.signer, request, body, stamp.now_ms.div_euclid(1000), stamp.seq, stamp.nonce)
    }
}
