use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::{HookReceiver, Server};

/// A signed-in owner of a new tenant, with an API token that has every scope.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    /// The token's secret.
    pub token: String,
    /// The tenant's slug.
    pub tenant: String,
    agent: ureq::Agent,
    cookie: String,
}

/// Every scope of a token.
const SCOPES: [&str; 14] = [
    "runs:read",
    "jobs:read",
    "jobs:write",
    "checkins:write",
    "agents:read",
    "agents:write",
    "incidents:read",
    "incidents:write",
    "channels:read",
    "channels:write",
    "tokens:write",
    "members:write",
    "tenant:write",
    "audit:read",
];

impl Api {
    /// Signs up as the owner of `tenant` and makes a token.
    pub fn sign_up(server: &Server, tenant: &str) -> anyhow::Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let base = server.url.clone();
        let sign_up = json!({
            "email": format!("owner@{tenant}.example"),
            "password": "six clocks in a quiet harbour",
            "name": "Owner",
            "tenant": tenant,
        });
        let answer = agent.post(format!("{base}/api/v1/auth/sign-up")).send_json(&sign_up)?;
        let cookie = answer
            .headers()
            .get("set-cookie")
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .map(str::to_owned);
        let (status, body) = read(answer)?;
        if status != 201 {
            bail!("sign-up answered {status}: {body}");
        }
        let cookie = cookie.context("sign-up sets a cookie")?;
        let answer = agent
            .post(format!("{base}/api/v1/tokens"))
            .header("cookie", &cookie)
            .header("origin", &base)
            .send_json(json!({"name": "story", "scopes": SCOPES}))?;
        let (status, body) = read(answer)?;
        if status != 201 {
            bail!("making a token answered {status}: {body}");
        }
        let token = body["secret"].as_str().context("the secret is shown")?.to_owned();
        Ok(Self { base, token, tenant: tenant.into(), agent, cookie })
    }

    /// `GET` below `/api/v1`: status and body.
    pub fn get(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        let request = self.agent.get(format!("{}/api/v1{path}", self.base));
        read(request.header("authorization", format!("Bearer {}", self.token)).call()?)
    }

    /// `GET` that must be answered with 200.
    pub fn read(&self, path: &str) -> anyhow::Result<Value> {
        match self.get(path)? {
            (200, body) => Ok(body),
            (status, body) => bail!("GET {path} answered {status}: {body}"),
        }
    }

    /// Address and port of the server.
    pub fn address(&self) -> String {
        self.base.trim_start_matches("http://").to_owned()
    }

    /// Looks at every row of a list, page by page; `path` has parameters already.
    pub fn pages(&self, path: &str, mut look: impl FnMut(&Value)) -> anyhow::Result<()> {
        let mut cursor = String::new();
        loop {
            let page = self.read(&format!("{path}{cursor}"))?;
            page["items"].as_array().into_iter().flatten().for_each(&mut look);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(()),
            }
        }
    }

    /// The bytes of a run's output.
    pub fn output(&self, run: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.agent.get(format!("{}/api/v1/runs/{run}/output", self.base));
        let mut answer = request.header("authorization", format!("Bearer {}", self.token)).call()?;
        Ok(answer.body_mut().read_to_vec()?)
    }

    /// `POST` below `/api/v1`: status and body.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
        let request = self.agent.post(format!("{}/api/v1{path}", self.base));
        read(request.header("authorization", format!("Bearer {}", self.token)).send_json(body)?)
    }

    /// A page of the server: status and text. With a method as the signed-in person, without as anybody.
    pub fn page(&self, url: &str, method: Option<&str>) -> anyhow::Result<(u16, String)> {
        let answer = match method {
            None => self.agent.get(url).call()?,
            Some("POST") => {
                let request =
                    self.agent.post(url).header("cookie", &self.cookie).header("origin", &self.base);
                request.send_empty()?
            }
            Some(_) => self.agent.get(url).header("cookie", &self.cookie).call()?,
        };
        let (status, body) = read(answer)?;
        Ok((status, body.as_str().unwrap_or_default().to_owned()))
    }

    /// Makes a channel `hook` that tells `receiver` whatever no route is for.
    pub fn hook(&self, receiver: &HookReceiver) -> anyhow::Result<()> {
        let url = format!("http://{}/cron", receiver.address);
        let channel = json!({"name": "hook", "kind": "webhook", "settings": {"url": url}, "default": true});
        match self.post("/channels", &channel)? {
            (201, _) => Ok(()),
            (status, body) => bail!("making a channel answered {status}: {body}"),
        }
    }

    /// A repository on the built-in host; its whole clone address with the token in it.
    pub fn repository(&self, name: &str) -> anyhow::Result<String> {
        let (status, body) = self.post("/repositories", &json!({"name": name}))?;
        if status != 201 {
            bail!("connecting a repository answered {status}: {body}");
        }
        let url = body["clone_url"].as_str().context("the address is answered")?;
        Ok(url.replacen("http://", &format!("http://git:{}@", self.token), 1))
    }

    /// An enrolment token's secret.
    pub fn enroll_token(&self, labels: &Value) -> anyhow::Result<String> {
        let (status, body) = self.post("/enroll-tokens", &json!({"labels": labels}))?;
        if status != 201 {
            bail!("making an enrolment token answered {status}: {body}");
        }
        Ok(body["secret"].as_str().context("the secret is shown")?.to_owned())
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<(u16, Value)> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string()?;
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    };
    Ok((status, body))
}
