use std::collections::BTreeMap;

use crontopus_ids::EnrollTokenId;
use crontopus_store::{EnrollToken, Listed, Paging};

use crate::access::Actor;
use crate::names::{check_labels, check_slug};
use crate::{App, Deed, Error, Result, secret};

/// An enrolment token to make.
#[derive(Debug, Clone, Default)]
pub struct NewEnrollToken {
    /// Labels of every agent that joins by it.
    pub labels: BTreeMap<String, String>,
    /// 1 to 1000; 1 when absent.
    pub uses: Option<u32>,
    /// 1 to 10080; 15 when absent.
    pub minutes: Option<u32>,
    /// Whether an admin must approve who joins by it.
    pub approval: bool,
    /// Name of the repository its agents follow.
    pub repository: Option<String>,
}

/// A fresh enrolment token.
#[derive(Debug, Clone)]
pub struct CreatedEnrollToken {
    /// The token.
    pub token: EnrollToken,
    /// The bare secret, to be wrapped with the server's address and key; shown this once.
    pub secret: String,
}

impl App {
    /// Enrolment tokens that can still be used.
    pub async fn list_enroll_tokens(&self, actor: &Actor, paging: &Paging) -> Result<Listed<EnrollToken>> {
        Ok(self.read(actor.tenant_id).await?.list_enroll_tokens(self.now_ms(), paging).await?)
    }

    /// Makes an enrolment token.
    pub async fn create_enroll_token(
        &self,
        actor: &Actor,
        new: NewEnrollToken,
    ) -> Result<CreatedEnrollToken> {
        check_labels("/labels", &new.labels)?;
        let uses = new.uses.unwrap_or(1);
        if !(1..=1000).contains(&uses) {
            return Err(Error::invalid("/uses", "1 to 1000"));
        }
        let minutes = new.minutes.unwrap_or(15);
        if !(1..=10_080).contains(&minutes) {
            return Err(Error::invalid("/expires_in_minutes", "1 to 10080"));
        }
        if let Some(name) = &new.repository {
            check_slug("/repository", name)?;
        }
        let (now, secret) = (self.now_ms(), secret::random(self.entropy.as_ref()));
        let mut tx = self.begin(actor.tenant_id).await?;
        let token = EnrollToken {
            tenant_id: actor.tenant_id,
            id: EnrollTokenId::from_parts(now, self.random()),
            labels: new.labels,
            uses: i64::from(uses),
            used: 0,
            approval: new.approval,
            repository: new.repository.unwrap_or_default(),
            created_by: actor.label.clone(),
            created_at: now,
            expires_at: now + i64::from(minutes) * 60_000,
        };
        tx.create_enroll_token(&token, &secret::hash(&secret)).await?;
        let deed = Deed::new("create_enroll_token", &token.repository)
            .detail(format!("{uses} uses within {minutes} minutes"));
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        tx.commit().await?;
        Ok(CreatedEnrollToken { token, secret })
    }

    /// Ends an enrolment token.
    pub async fn delete_enroll_token(&self, actor: &Actor, id: EnrollTokenId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        if !tx.delete_enroll_token(id).await? {
            return Err(Error::not_found(format!("enrolment token {id}")));
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_enroll_token", &id.to_string()))).await?;
        Ok(tx.commit().await?)
    }
}
