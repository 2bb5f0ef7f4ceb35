use crontopus_api::agent_v1::{
    Challenge, ChallengeRequest, Enroll, EnrollSecret, Enrolled, HostFacts, enroll_proof,
};
use crontopus_api::signature::{KeyError, PublicKey, SecretKey};

use crate::query::Target;
use crate::{BaseUrl, BaseUrlError, Client, ClientConfig, ClientError, ConfigError, Connection, Credential};

/// Joins a tenant: the host proves that it holds its key, the server that it is the token's.
#[derive(Debug)]
pub struct Enroller {
    client: Client,
    token: String,
    key_fingerprint: String,
}

/// What an enrolment gives; the host keeps all of it.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// Who the host is from now on.
    pub enrolled: Enrolled,
    /// The key every answer must be signed with.
    pub server_key: PublicKey,
}

/// Why an enrolment failed.
#[derive(Debug, thiserror::Error)]
pub enum EnrollError {
    /// The token is not one.
    #[error("{0}")]
    Token(&'static str),
    /// The address in the token is not one.
    #[error("the enrolment token names no usable server")]
    Address(#[from] BaseUrlError),
    /// No client can be made.
    #[error("the connection cannot be set up")]
    Config(#[from] ConfigError),
    /// The server's key is not one.
    #[error("the server gave no usable key")]
    ServerKey(#[from] KeyError),
    /// Another server than the token's answers at this address.
    #[error("the server at {server} is not the one the token was made by (its key's fingerprint is {found})")]
    Impostor {
        /// Its address.
        server: String,
        /// SHA-256 of the key it showed, hex.
        found: String,
    },
    /// The server refused, or did not answer.
    #[error("the server did not take the enrolment")]
    Refused(#[from] ClientError),
}

impl Enroller {
    /// Reads the token. `connection` makes the connection to the server the token names.
    pub fn new(token: &str, connection: impl FnOnce(BaseUrl) -> Connection) -> Result<Self, EnrollError> {
        let secret: EnrollSecret = token.parse().map_err(EnrollError::Token)?;
        let connection = connection(secret.server.parse()?);
        let client = Client::new(ClientConfig { connection, credential: Credential::None })?;
        Ok(Self { client, token: token.trim().to_owned(), key_fingerprint: secret.key_fingerprint })
    }

    /// The server's address.
    pub fn base_url(&self) -> &BaseUrl {
        self.client.base_url()
    }

    /// Joins with `key`, made on this host and kept on it.
    pub fn enroll(&self, key: &SecretKey, facts: HostFacts) -> Result<Enrolment, EnrollError> {
        let request = ChallengeRequest { token: self.token.clone() };
        let Challenge { challenge, server_key } =
            self.client.post(&Target::new("/agent/v1/enroll/challenge"), &request)?;
        let server_key = PublicKey::from_base64(&server_key)?;
        if server_key.fingerprint() != self.key_fingerprint {
            let server = self.client.base_url().to_string();
            return Err(EnrollError::Impostor { server, found: server_key.fingerprint() });
        }
        let public_key = key.public().to_base64();
        let proof = key.sign(&enroll_proof(&challenge, &public_key));
        let request = Enroll { token: self.token.clone(), challenge, public_key, proof, facts };
        let enrolled = self.client.post(&Target::new("/agent/v1/enroll"), &request)?;
        Ok(Enrolment { enrolled, server_key })
    }
}
