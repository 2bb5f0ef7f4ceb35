use std::sync::Arc;

use crontopus_app::access::{Actor, Origin};
use crontopus_app::alerts::{AlertSettings, MailSecurity, MailServer};
use crontopus_app::git::GitSettings;
use crontopus_app::{
    App, Credentials, Error, HashCost, NewAccount, Paging, Parts, PasswordHasher, ServerKey, Settings,
    SignedIn,
};
use crontopus_clock::{MockClock, SystemEntropy};
use crontopus_notify::testing::{MailReceiver, MailTls};
use crontopus_store::Store;
use jiff::SignedDuration;

pub(crate) const EMAIL: &str = "ada@acme.example";
pub(crate) const PASSWORD: &str = "three green otters juggle 17 clocks";
pub(crate) const OTHER: &str = "nine quiet herons count 40 stones";

/// A service with a mail server, in which Ada has an account.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) mail: MailReceiver,
    pub(crate) clock: MockClock,
    pub(crate) ada: Actor,
    pub(crate) session: String,
    _dir: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new(store: Store) -> Self {
        let mail = MailReceiver::start(MailTls::None).await;
        let server = MailServer {
            host: "127.0.0.1".to_owned(),
            port: mail.address().port(),
            security: MailSecurity::None,
            login: None,
            from: "Crontopus <cron@acme.example>".to_owned(),
            extra_roots: None,
        };
        let dir = tempfile::tempdir().unwrap();
        let clock = MockClock::at("2026-11-24T12:00:00Z".parse().unwrap());
        let settings = Settings {
            public_url: "https://cron.example".to_owned(),
            git: GitSettings { data_dir: dir.path().to_owned(), ..GitSettings::default() },
            alerts: AlertSettings { mail: Some(server), ..AlertSettings::default() },
            ..Settings::default()
        };
        let app = Arc::new(App::new(Parts {
            store,
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SystemEntropy),
            settings,
            key: ServerKey::from_seed(&[7; 32]),
            hasher: PasswordHasher::new(HashCost::LEAST, 2).unwrap(),
        }));
        let account = NewAccount {
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
            name: "Ada".to_owned(),
            tenant: "acme".to_owned(),
        };
        let signed = app.sign_up(Origin::default(), account).await.unwrap();
        let ada = app.session_actor(&signed.secret, None, Origin::default()).await.unwrap();
        Self { app, mail, clock, ada, session: signed.secret, _dir: dir }
    }

    pub(crate) fn pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    pub(crate) async fn sign_in(&self, password: &str, code: Option<&str>) -> Result<SignedIn, Error> {
        let credentials = Credentials { email: EMAIL, password, code };
        self.app.sign_in(Origin::default(), credentials).await
    }

    /// Whether the secret of a session lets anybody in.
    pub(crate) async fn is_in(&self, session: &str) -> bool {
        self.app.session_actor(session, None, Origin::default()).await.is_ok()
    }

    /// What the audit log has, newest first: who did what to what.
    pub(crate) async fn audit(&self) -> Vec<(String, String, String)> {
        let listed = self.app.list_audit(&self.ada, &Paging::first(20)).await.unwrap();
        listed.rows.into_iter().map(|line| (line.actor, line.action, line.target)).collect()
    }
}

/// What stands behind the `#` of the only link to set a password in a text.
pub(crate) fn secret_in(text: &str) -> String {
    // Lines of a mail are folded where they are long.
    let text = text.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=");
    let (_, rest) = text.split_once("https://cron.example/reset-password#").expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}
