use crontopus_api::{Me, SignIn, SignUp};
use serde::Serialize;
use ureq::http::{Method, header};

use super::{decode, encode};
use crate::query::Target;
use crate::{Client, ClientError, Credential};

/// `/api/v1/auth`, `/api/v1/me`: sign-up, sign-in, sign-out, who calls.
#[derive(Debug, Clone, Copy)]
pub struct Auth<'a> {
    pub(super) client: &'a Client,
}

/// What signing in gives.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who that is.
    pub me: Me,
    /// Use it with [`Client::with_credential`]; it is in the person's first tenant.
    pub session: Credential,
}

impl Auth<'_> {
    /// Makes a person, a tenant of which they are the owner, and a session.
    pub fn sign_up(&self, request: &SignUp) -> Result<SignedIn, ClientError> {
        self.enter(&Target::new("/api/v1/auth/sign-up"), request)
    }

    /// Opens a session.
    pub fn sign_in(&self, request: &SignIn) -> Result<SignedIn, ClientError> {
        self.enter(&Target::new("/api/v1/auth/sign-in"), request)
    }

    /// Ends the session the client has as its credential.
    pub fn sign_out(&self) -> Result<(), ClientError> {
        self.client.send_off(&Target::new("/api/v1/auth/sign-out"))
    }

    /// Who calls, by what credential, and in which tenant.
    pub fn me(&self) -> Result<Me, ClientError> {
        self.client.get(&Target::new("/api/v1/me"))
    }

    fn enter(&self, target: &Target, request: &impl Serialize) -> Result<SignedIn, ClientError> {
        let (operation, answer) = self.client.call(Method::POST, target, Some(encode(target, request)?))?;
        let me = decode(&operation, &answer.body)?;
        let cookie = answer.headers.get_all(header::SET_COOKIE).iter().find_map(|value| {
            let pair = value.to_str().ok()?.split(';').next()?;
            let (name, value) = pair.split_once('=')?;
            (name.trim() == "crontopus_session").then(|| value.trim().to_owned())
        });
        match cookie {
            Some(cookie) => Ok(SignedIn { me, session: Credential::Session { cookie, tenant: None } }),
            None => Err(ClientError::Unexpected {
                operation,
                status: answer.status,
                text: "the answer sets no session cookie".into(),
            }),
        }
    }
}
