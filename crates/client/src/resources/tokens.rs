use crontopus_api::{CreateToken, CreatedToken, Token};
use crontopus_ids::TokenId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/tokens`: credentials of programs.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a> {
    pub(super) client: &'a Client,
}

impl Tokens<'_> {
    /// Newest first, without their secrets.
    pub fn list(&self) -> Pages<Token> {
        Pages::new(self.client, Target::new("/api/v1/tokens"))
    }

    /// Makes one; its secret is in the answer and nowhere else.
    pub fn create(&self, request: &CreateToken) -> Result<CreatedToken, ClientError> {
        self.client.post(&Target::new("/api/v1/tokens"), request)
    }

    /// It is taken no more.
    pub fn delete(&self, id: TokenId) -> Result<(), ClientError> {
        self.client.delete(&Target::new("/api/v1/tokens").segment(id))
    }
}
