//! The second factor: codes of an authenticator (RFC 6238) beside the password, and recovery codes for who lost it.

use crontopus_ids::UserId;
use crontopus_store::{SystemTx, User};
use totp_rs::{Builder, Secret, Totp};

use crate::access::{Actor, Principal};
use crate::{App, Deed, Error, Result, secret};

/// Recovery codes of one person.
const RECOVERY_CODES: usize = 10;

/// Whether a person has a second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondFactorState {
    /// Since when it is in force, UTC milliseconds.
    pub since: Option<i64>,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
}

/// A second factor that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunFactor {
    /// The secret in base 32.
    pub secret: String,
    /// As an address that authenticators read.
    pub url: String,
}

impl App {
    /// The second factor of who calls.
    pub async fn get_second_factor(&self, actor: &Actor) -> Result<SecondFactorState> {
        let user = person(actor)?;
        let mut read = self.look_up().await?;
        let since = read.find_second_factor(user).await?.and_then(|factor| factor.confirmed_at);
        Ok(SecondFactorState { since, recovery_codes: read.count_recovery_codes(user).await? })
    }

    /// Begins a second factor for who knows the password; it counts when a code of it was given.
    pub async fn begin_second_factor(&self, actor: &Actor, password: &str) -> Result<BegunFactor> {
        let user = self.sure_person(actor, password).await?;
        let secret = self.random::<20>();
        let host = self.settings.public_url.split_once("://").map_or("", |(_, host)| host);
        // A colon ends the issuer in the address of an authenticator; a port says nothing to people.
        let name = host.split(':').next().filter(|name| !name.starts_with('[')).unwrap_or_default();
        let issuer = format!("Crontopus {name}");
        let totp = Builder::new()
            .with_secret(secret.to_vec())
            .with_account_name(user.email.replace(':', " "))
            .with_issuer(Some(issuer.trim_end().to_owned()));
        let totp = totp.build().map_err(|e| Error::internal("beginning a second factor", e))?;
        let url = totp.to_url().map_err(|e| Error::internal("beginning a second factor", e))?;
        let sealed = self.secrets()?.seal(&owner(user.id), &secret, self.random());
        let mut tx = self.sign_in_tx().await?;
        if !tx.set_second_factor(user.id, &sealed, self.now_ms()).await? {
            return Err(Error::conflict("a second factor is in force; disable it first"));
        }
        tx.commit().await?;
        Ok(BegunFactor { secret: totp.secret().to_base32(), url })
    }

    /// Puts the begun second factor in force with a code of it; answers recovery codes, this once.
    pub async fn confirm_second_factor(&self, actor: &Actor, code: &str) -> Result<Vec<String>> {
        let (user, now) = (person(actor)?, self.now_ms());
        let mut tx = self.sign_in_tx().await?;
        let Some(factor) = tx.find_second_factor(user).await? else {
            return Err(Error::conflict("no second factor was begun"));
        };
        let step = self.step_of(user, &factor.sealed, &plain(code)).map_err(of_field)?;
        if !tx.confirm_second_factor(user, now).await? {
            return Err(Error::conflict("the second factor is in force already"));
        }
        if !tx.use_step(user, step).await? {
            return Err(of_field(Error::InvalidCode));
        }
        let codes = self.new_recovery_codes(&mut tx, user).await?;
        self.audit_everywhere(&mut tx, actor, user, "enable_second_factor").await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Ends the second factor for who knows the password and has a code.
    pub async fn disable_second_factor(&self, actor: &Actor, password: &str, code: &str) -> Result<()> {
        let user = self.sure_person(actor, password).await?.id;
        let mut tx = self.sign_in_tx().await?;
        self.pass_second_factor(&mut tx, user, Some(code)).await.map_err(of_field)?;
        if !tx.delete_second_factor(user).await? {
            return Err(Error::conflict("there is no second factor"));
        }
        self.audit_everywhere(&mut tx, actor, user, "disable_second_factor").await?;
        Ok(tx.commit().await?)
    }

    /// Makes other recovery codes, which are answered this once.
    pub async fn renew_recovery_codes(
        &self,
        actor: &Actor,
        password: &str,
        code: &str,
    ) -> Result<Vec<String>> {
        let user = self.sure_person(actor, password).await?.id;
        let mut tx = self.sign_in_tx().await?;
        if tx.find_second_factor(user).await?.is_none_or(|factor| factor.confirmed_at.is_none()) {
            return Err(Error::conflict("there is no second factor"));
        }
        self.pass_second_factor(&mut tx, user, Some(code)).await.map_err(of_field)?;
        let codes = self.new_recovery_codes(&mut tx, user).await?;
        self.audit_everywhere(&mut tx, actor, user, "renew_recovery_codes").await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Lets a person pass who has no second factor, or a code that fits; the code is used up when the transaction is
    /// committed.
    pub(super) async fn pass_second_factor(
        &self,
        tx: &mut SystemTx,
        user: UserId,
        code: Option<&str>,
    ) -> Result<()> {
        let factor = tx.find_second_factor(user).await?.filter(|factor| factor.confirmed_at.is_some());
        let Some(factor) = factor else { return Ok(()) };
        let code = plain(code.ok_or(Error::SecondFactorRequired)?);
        if code.len() == 6 {
            let step = self.step_of(user, &factor.sealed, &code)?;
            return if tx.use_step(user, step).await? { Ok(()) } else { Err(Error::InvalidCode) };
        }
        match tx.use_recovery_code(user, &secret::hash(&code)).await? {
            true => Ok(()),
            false => Err(Error::InvalidCode),
        }
    }

    /// Whether a password alone must not do.
    pub(crate) async fn has_second_factor(&self, user: UserId) -> Result<bool> {
        let factor = self.look_up().await?.find_second_factor(user).await?;
        Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
    }

    /// The interval whose code this is: the present one, the one before or the one after.
    fn step_of(&self, user: UserId, sealed: &[u8], code: &str) -> Result<i64> {
        let opened = self.secrets()?.open_sealed(&owner(user), sealed);
        let secret = opened.ok_or_else(|| {
            Error::internal("opening a second factor", "none of the keys is the one it was sealed with")
        })?;
        let totp = totp(secret)?;
        let seconds = u64::try_from(self.now_ms() / 1000).unwrap_or_default();
        let step = totp.check(code, seconds).ok_or(Error::InvalidCode)?;
        i64::try_from(step).map_err(|e| Error::internal("reading an interval", e))
    }

    async fn new_recovery_codes(&self, tx: &mut SystemTx, user: UserId) -> Result<Vec<String>> {
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(self.random())).collect();
        let hashes: Vec<String> = codes.iter().map(|code| secret::hash(&plain(code))).collect();
        tx.replace_recovery_codes(user, &hashes).await?;
        Ok(codes)
    }

    /// The person who acts, when the password is theirs.
    pub(super) async fn sure_person(&self, actor: &Actor, password: &str) -> Result<User> {
        let id = person(actor)?;
        let user = self.look_up().await?.find_user(id).await?;
        let user = user.ok_or(Error::Unauthenticated("the account is no more"))?;
        self.verify_password(&user.email, password).await.map_err(of_field)
    }

    async fn audit_everywhere(
        &self,
        tx: &mut SystemTx,
        actor: &Actor,
        user: UserId,
        action: &'static str,
    ) -> Result<()> {
        let deed = Deed::new(action, &actor.label);
        self.audit_in_all(tx, user, &actor.label, actor.origin, &deed).await
    }
}

/// What is wrong with a password or code of who is signed in already is wrong with a field, not with the session.
fn of_field(error: Error) -> Error {
    match error {
        Error::InvalidCredentials => Error::invalid("/password", "the password is wrong"),
        Error::InvalidCode => Error::invalid("/code", error.to_string()),
        error => error,
    }
}

/// The signed-in person; tokens and agents have no second factor.
pub(super) fn person(actor: &Actor) -> Result<UserId> {
    match actor.principal {
        Principal::Person { user_id, session_id: Some(_), .. } => Ok(user_id),
        _ => Err(Error::forbidden("only a signed-in person does this")),
    }
}

fn totp(secret: Vec<u8>) -> Result<Totp> {
    let built = Builder::new().with_secret(secret).build();
    built.map_err(|e| Error::internal("reading a second factor", e))
}

/// 80 random bits as people can type them: `abcd-efgh-ijkl-mnop`.
fn recovery_code(random: [u8; 10]) -> String {
    let text = Secret::from(random.to_vec()).to_base32().to_ascii_lowercase();
    let groups: Vec<&str> = (0..4).map(|n| &text[n * 4..n * 4 + 4]).collect();
    groups.join("-")
}

/// A code without what people put between its characters.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| c.is_ascii_alphanumeric()).take(64);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// Whose the sealed secret is.
pub(crate) fn owner(user: UserId) -> Vec<u8> {
    user.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let totp = totp(b"12345678901234567890".to_vec()).unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp.check(code, seconds), Some(seconds / 30));
            assert_eq!(totp.check(code, seconds + 30), Some(seconds / 30), "a clock may be a little off");
            assert_eq!(totp.check(code, seconds + 90), None);
        }
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_written() {
        let code = recovery_code([0xff; 10]);
        assert_eq!(code, "7777-7777-7777-7777");
        assert_eq!(plain(" AbCd-efgh ijkl\tmnop\n"), "abcdefghijklmnop");
        assert_eq!(plain("12 34-56"), "123456");
        assert_eq!(plain("é\u{0}"), "");
    }
}
