//! Keys by which clients of other monitors report.

use crontopus_clock::Entropy;
use crontopus_domain::Integration;
use crontopus_ids::TenantId;
use crontopus_store::IntegrationKey;
use sha2::{Digest as _, Sha256};

use crate::access::Actor;
use crate::{App, Deed, Error, Result, secret};

/// Characters of a ping key, by which Healthchecks clients know one.
pub const PING_KEY_LENGTH: usize = 22;

/// A kind of client and the key it has, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationState {
    /// Whose clients.
    pub kind: Integration,
    /// The key, without its secret.
    pub key: Option<IntegrationKey>,
}

/// The number that stands for a tenant in a Sentry DSN.
pub fn sentry_project(tenant: TenantId) -> u64 {
    let digest = Sha256::digest(format!("crontopus-sentry-project\n{tenant}"));
    let first: [u8; 8] = std::array::from_fn(|n| digest[n]);
    // Clients read it as a number that JavaScript can hold.
    u64::from_be_bytes(first) >> 16
}

/// A fresh key of the form the clients of `kind` expect.
fn fresh(kind: Integration, entropy: &dyn Entropy) -> String {
    match kind {
        // 22 letters and digits: 130 bits.
        Integration::Healthchecks => {
            const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
            let mut key = String::with_capacity(PING_KEY_LENGTH);
            while key.len() < PING_KEY_LENGTH {
                let bytes = secret::bytes::<32>(entropy);
                // What is beyond the largest multiple of the alphabet would favour its beginning.
                let fair = bytes.iter().filter(|b| usize::from(**b) < 4 * ALPHABET.len());
                let room = PING_KEY_LENGTH - key.len();
                key.extend(fair.take(room).map(|b| char::from(ALPHABET[usize::from(*b) % ALPHABET.len()])));
            }
            key
        }
        // 32 hexadecimal digits: 128 bits.
        Integration::Sentry | Integration::Cronitor => secret::to_hex(&secret::bytes::<16>(entropy)),
    }
}

impl App {
    /// Every kind of client there is, with the key the tenant has for it.
    pub async fn list_integrations(&self, actor: &Actor) -> Result<Vec<IntegrationState>> {
        let keys = self.read(actor.tenant_id).await?.list_integrations().await?;
        let key = |kind: Integration| keys.iter().find(|key| key.kind == kind).cloned();
        Ok(Integration::ALL.iter().map(|kind| IntegrationState { kind: *kind, key: key(*kind) }).collect())
    }

    /// Gives the tenant a new key for the clients of `kind`; the old one ends at once. The key is answered
    /// this once.
    pub async fn rotate_integration_key(&self, actor: &Actor, kind: Integration) -> Result<String> {
        let key = fresh(kind, self.entropy.as_ref());
        let row = IntegrationKey {
            kind,
            hint: key[..4].to_owned(),
            created_at: self.now_ms(),
            created_by: actor.label.clone(),
        };
        let mut tx = self.begin(actor.tenant_id).await?;
        tx.set_integration(&row, &secret::hash(&key)).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("rotate_integration_key", kind.as_str()))).await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Takes the tenant's key for the clients of `kind` away: they report no more.
    pub async fn revoke_integration_key(&self, actor: &Actor, kind: Integration) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        if !tx.delete_integration(kind).await? {
            return Err(Error::not_found(format!("{kind} key")));
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("revoke_integration_key", kind.as_str()))).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use crontopus_clock::SeededEntropy;

    use super::*;

    #[test]
    fn keys_have_the_form_clients_know() {
        let entropy = SeededEntropy::new(1);
        let ping = fresh(Integration::Healthchecks, &entropy);
        assert!(ping.len() == 22 && ping.bytes().all(|b| b.is_ascii_alphanumeric()), "{ping}");
        for kind in [Integration::Sentry, Integration::Cronitor] {
            let key = fresh(kind, &entropy);
            assert!(key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit()), "{key}");
        }
        assert_ne!(ping, fresh(Integration::Healthchecks, &entropy));
    }

    #[test]
    fn a_project_number_is_the_tenants_own() {
        let (one, two) = (TenantId::from_bits(1), TenantId::from_bits(2));
        assert_eq!(sentry_project(one), sentry_project(one));
        assert_ne!(sentry_project(one), sentry_project(two));
        assert!(sentry_project(one) < 1 << 48);
    }
}
