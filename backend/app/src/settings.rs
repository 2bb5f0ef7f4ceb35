use crate::alerts::AlertSettings;
use crate::git::GitSettings;

/// What the use cases are told by the operator.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and host under which people and agents reach the service, without a slash at the end.
    pub public_url: String,
    /// Whether anybody may make an account; otherwise only who is invited, and the very first one.
    pub open_sign_up: bool,
    /// Days a session lasts without being used.
    pub session_days: u32,
    /// Seconds between an agent's heartbeats; silent for three of them, it is lost.
    pub heartbeat_seconds: u32,
    /// Seconds between an agent's polls while its event stream is away.
    pub poll_seconds: u32,
    /// Days after which an agent should change its key.
    pub rotate_days: u32,
    /// Where repositories live, and what remotes may be reached.
    pub git: GitSettings,
    /// How people are told.
    pub alerts: AlertSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            open_sign_up: true,
            session_days: 30,
            heartbeat_seconds: 30,
            poll_seconds: 60,
            rotate_days: 30,
            git: GitSettings::default(),
            alerts: AlertSettings::default(),
        }
    }
}
