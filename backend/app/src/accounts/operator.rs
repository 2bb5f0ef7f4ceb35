//! What only who runs the server can do for a person, on the machine itself.

use crontopus_store::User;

use crate::access::Origin;
use crate::{App, Deed, Error, Result};

/// How the audit log calls who runs the server.
const OPERATOR: &str = "the server's operator";

impl App {
    /// A link with which the person sets another password, for who brings it to them.
    pub async fn password_reset_link(&self, email: &str) -> Result<String> {
        let user = self.person_by_email(email).await?;
        self.create_password_reset(&user, OPERATOR, Origin::default()).await
    }

    /// Takes away the second factor of who lost it, with its recovery codes; the person it was.
    pub async fn remove_second_factor(&self, email: &str) -> Result<User> {
        let user = self.person_by_email(email).await?;
        let mut tx = self.sign_in_tx().await?;
        if !tx.delete_second_factor(user.id).await? {
            return Err(Error::conflict(format!("{} has no second factor", user.email)));
        }
        let deed = Deed::new("remove_second_factor", &user.email);
        self.audit_in_all(&mut tx, user.id, OPERATOR, Origin::default(), &deed).await?;
        tx.commit().await?;
        Ok(user)
    }

    async fn person_by_email(&self, email: &str) -> Result<User> {
        let found = self.look_up().await?.find_user_by_email(email).await?;
        found.ok_or_else(|| Error::not_found(format!("account with the address {email}")))
    }
}
