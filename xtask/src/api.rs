//! The few calls of the public API that `up` and the benchmarks make, over plain HTTP to this machine.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// A client, signed in or not.
pub(crate) struct Api {
    url: String,
    agent: Agent,
    /// Header and value of the credential.
    credential: Option<(&'static str, String)>,
}

impl Api {
    pub(crate) fn new(url: String) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).proxy(None).build();
        Self { url, agent: config.into(), credential: None }
    }

    /// The same client with an API token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { credential: Some(("authorization", format!("Bearer {token}"))), ..self }
    }

    /// Whether the server takes requests.
    pub(crate) fn is_ready(&self) -> bool {
        self.agent.get(format!("{}/readyz", self.url)).call().is_ok_and(|answer| answer.status() == 200)
    }

    /// Whether the credential is taken.
    pub(crate) fn is_signed_in(&self) -> Result<bool> {
        let mut request = self.agent.get(format!("{}/api/v1/me", self.url));
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        Ok(request.call()?.status() == 200)
    }

    /// Makes a person with a tenant and gives a client with their session.
    pub(crate) fn sign_up(self, email: &str, password: &str, tenant: &str) -> Result<Self> {
        let body = json!({ "email": email, "password": password, "name": "Demo", "tenant": tenant });
        let answer = self.post("/api/v1/auth/sign-up", &body)?;
        let cookie = answer
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .context("the server's answer to the sign-up sets no session cookie")?
            .to_owned();
        Ok(Self { credential: Some(("cookie", cookie)), ..self })
    }

    /// Creates something and gives the answer's body.
    pub(crate) fn create(&self, path: &str, body: &Value) -> Result<Value> {
        self.post(path, body)?.body_mut().read_json().with_context(|| format!("{path} did not answer JSON"))
    }

    /// Reads something and gives the answer's body.
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        let mut answer = request.call().with_context(|| format!("GET {path}"))?;
        let body = answer.body_mut().read_to_string()?;
        if !answer.status().is_success() {
            bail!("GET {path} was answered {}: {}", answer.status(), body.trim());
        }
        Ok(body)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Response<ureq::Body>> {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("origin", &self.url);
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        let mut answer = request.send_json(body).with_context(|| format!("POST {path}"))?;
        if !answer.status().is_success() {
            let problem = answer.body_mut().read_to_string().unwrap_or_default();
            bail!("POST {path} was answered {}: {}", answer.status(), problem.trim());
        }
        Ok(answer)
    }
}
