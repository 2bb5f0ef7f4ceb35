use crontopus_ids::UserId;
use crontopus_store::{Listed, Member, Paging, TenantTx};

use crate::access::{Actor, Role};
use crate::{App, Deed, Error, Result};

impl App {
    /// The tenant's members.
    pub async fn list_members(&self, actor: &Actor, paging: &Paging) -> Result<Listed<Member>> {
        Ok(self.read(actor.tenant_id).await?.list_members(paging).await?)
    }

    /// Gives a member another role.
    pub async fn update_member(&self, actor: &Actor, user_id: UserId, role: Role) -> Result<Member> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut member = self.member_to_change(actor, &mut tx, user_id, Some(role)).await?;
        actor.grants_role(role)?;
        tx.update_member(user_id, role.as_str()).await?;
        let deed = Deed::new("update_member", &member.email).detail(format!("{} → {role}", member.role));
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        tx.commit().await?;
        member.role = role.as_str().to_owned();
        Ok(member)
    }

    /// Lets a member go. Their tokens are worth nothing from then on.
    pub async fn delete_member(&self, actor: &Actor, user_id: UserId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let member = self.member_to_change(actor, &mut tx, user_id, None).await?;
        tx.delete_member(user_id).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_member", &member.email))).await?;
        Ok(tx.commit().await?)
    }

    /// The member, if the actor may change them and an owner stays when they become `role`.
    async fn member_to_change(
        &self,
        actor: &Actor,
        tx: &mut TenantTx,
        user_id: UserId,
        role: Option<Role>,
    ) -> Result<Member> {
        let owners = tx.lock_owners().await?;
        let member = tx.find_member(user_id).await?;
        let member = member.ok_or_else(|| Error::not_found(format!("member {user_id}")))?;
        actor.grants_role(member.role.parse().map_err(|e| Error::internal("reading a role", e))?)?;
        if owners == [user_id] && role != Some(Role::Owner) {
            return Err(Error::conflict("the last owner of a tenant stays one"));
        }
        Ok(member)
    }
}
