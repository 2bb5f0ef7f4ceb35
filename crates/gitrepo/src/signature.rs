use ssh_key::{HashAlg, PublicKey, SshSig};

use crate::{AllowedSigners, CommitId, Error, Repo, Result};

/// What the signature of a commit is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// Signed by a key that may sign.
    Good(Signed),
    /// Not signed at all.
    None,
    /// Signed in another way than with an SSH key.
    Unsupported,
    /// Signed well, by a key that may not sign (or not at the commit's time).
    Untrusted {
        /// `SHA256:…` of the key.
        fingerprint: String,
    },
    /// The signature is not over this commit, or damaged.
    Bad,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// As the list of allowed signers names them.
    pub principals: String,
    /// `SHA256:…` of the key.
    pub fingerprint: String,
}

impl Repo {
    /// Verifies a commit's SSH signature against keys that may sign. A key's time of validity is held against
    /// the committer's date, as Git does.
    ///
    /// # Errors
    /// [`Error::NoCommit`], [`Error::Damaged`].
    pub fn verify_signature(&self, id: CommitId, signers: &AllowedSigners) -> Result<Signature> {
        let commit = self.commit(id)?;
        let damaged = |e| Error::damaged(format!("commit {id} cannot be decoded"), e);
        let found = commit.signature().map_err(|e| damaged(e.into()))?;
        let Some((signature, signed)) = found else { return Ok(Signature::None) };
        if !signature.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
            return Ok(Signature::Unsupported);
        }
        // What follows is only about SSH.
        let Ok(parsed) = SshSig::from_pem(signature.trim_ascii_end()) else { return Ok(Signature::Bad) };
        let key = PublicKey::from(parsed.public_key().clone());
        let payload = signed.to_bstring();
        if key.verify("git", &payload, &parsed).is_err() {
            return Ok(Signature::Bad);
        }
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let at = commit.time().map_or(0, |time| time.seconds);
        Ok(match signers.principals(&key, at) {
            Some(principals) => Signature::Good(Signed { principals: principals.to_owned(), fingerprint }),
            None => Signature::Untrusted { fingerprint },
        })
    }
}
