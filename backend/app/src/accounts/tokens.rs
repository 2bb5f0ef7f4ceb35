use std::collections::BTreeSet;

use crontopus_ids::TokenId;
use crontopus_store::{Listed, Paging, Token};

use crate::access::{Actor, Scope};
use crate::names::check_label;
use crate::{App, Deed, Error, Result, secret};

/// A token to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Days until it ends; never when absent.
    pub days: Option<u32>,
}

/// A fresh token.
#[derive(Debug, Clone)]
pub struct CreatedToken {
    /// The token.
    pub token: Token,
    /// `ctp_…`; shown this once.
    pub secret: String,
}

impl App {
    /// The tenant's API tokens.
    pub async fn list_tokens(&self, actor: &Actor, paging: &Paging) -> Result<Listed<Token>> {
        Ok(self.read(actor.tenant_id).await?.list_tokens(paging).await?)
    }

    /// Makes an API token that can do at most what the actor can.
    pub async fn create_token(&self, actor: &Actor, new: NewToken) -> Result<CreatedToken> {
        check_label("/name", &new.name)?;
        if new.scopes.is_empty() {
            return Err(Error::invalid("/scopes", "at least one"));
        }
        new.scopes.iter().try_for_each(|s| actor.grants_scope(*s))?;
        if new.days.is_some_and(|d| !(1..=3650).contains(&d)) {
            return Err(Error::invalid("/expires_in_days", "1 to 3650"));
        }
        let Some(user_id) = actor.user_id() else { return Err(Error::forbidden("agents make no tokens")) };
        let (now, secret) = (self.now_ms(), secret::api_token(self.entropy.as_ref()));
        let scopes: BTreeSet<Scope> = new.scopes.into_iter().collect();
        let mut tx = self.begin(actor.tenant_id).await?;
        let maker = tx.find_member(user_id).await?;
        let token = Token {
            id: TokenId::from_parts(now, self.random()),
            user_id,
            email: maker.map(|m| m.email).unwrap_or_default(),
            name: new.name,
            hint: secret[..9].to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            created_at: now,
            expires_at: new.days.map(|d| now + i64::from(d) * 86_400_000),
            used_at: None,
        };
        tx.create_token(&token, &secret::hash(&secret)).await?;
        let deed = Deed::new("create_token", &token.name).detail(token.scopes.join(" "));
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        tx.commit().await?;
        Ok(CreatedToken { token, secret })
    }

    /// Ends an API token.
    pub async fn delete_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let token = tx.find_token(id).await?.ok_or_else(|| Error::not_found(format!("token {id}")))?;
        tx.delete_token(id).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_token", &token.name))).await?;
        Ok(tx.commit().await?)
    }
}
