//! A certificate for this machine, of an authority made for it alone.

use anyhow::Result;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};

/// What a server on `localhost` needs for TLS, and what its clients trust.
pub(crate) struct Localhost {
    /// The authority's own certificate.
    pub(crate) authority: Certificate,
    /// The server's certificate.
    pub(crate) certificate: Certificate,
    pub(crate) key: KeyPair,
}

impl Localhost {
    /// Makes authority, key and certificate anew.
    pub(crate) fn create() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate()?;
        let authority = params.self_signed(&authority_key)?;
        let key = KeyPair::generate()?;
        let issuer = Issuer::new(params, authority_key);
        let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
        Ok(Self { authority, certificate, key })
    }
}
