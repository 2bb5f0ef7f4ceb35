//! A request of a test and its answer.

use std::fmt::Write as _;

use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::Value;

use crate::contract::Contract;

/// One request, without who sends it.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) kind: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Ask {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            kind: None,
            body: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The operation with the parameters of its path filled in.
    pub(crate) fn of(operation: &str, parts: &[(&str, &str)]) -> Self {
        let (method, template) = Contract::get().place(operation);
        let mut path = template.to_owned();
        for (name, value) in parts {
            let hole = format!("{{{name}}}");
            assert!(path.contains(&hole), "{operation} has no {name}");
            path = path.replace(&hole, &encode(value));
        }
        assert!(!path.contains('{'), "{operation}: {path} wants more");
        Self::new(method, &path)
    }

    pub(crate) fn query(mut self, query: &str) -> Self {
        self.query = query.to_owned();
        self
    }

    pub(crate) fn json(self, value: &Value) -> Self {
        self.raw("application/json", value.to_string().into_bytes())
    }

    pub(crate) fn raw(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        (self.kind, self.body) = (Some(kind.to_owned()), body.into());
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

/// Everything but unreserved characters, escaped.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte.into()),
            _ => write!(out, "%{byte:02X}").unwrap(),
        }
    }
    out
}

/// An answer that the document allows.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Reads an answer to its end; one of a stream, which has none, not at all.
    pub(crate) async fn read(answer: http::Response<Incoming>) -> Self {
        let (head, body) = answer.into_parts();
        let mut reply = Self { status: head.status.as_u16(), headers: head.headers, body: Vec::new() };
        if !reply.kind().is_some_and(|kind| kind.starts_with("text/event-stream")) {
            reply.body = body.collect().await.unwrap().to_bytes().to_vec();
        }
        reply
    }

    pub(crate) fn kind(&self) -> Option<&str> {
        self.headers.get("content-type").map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The first pointer of a 422.
    #[track_caller]
    pub(crate) fn pointer(self) -> String {
        let problem = self.ok(422);
        problem["errors"][0]["pointer"].as_str().unwrap_or("none").to_owned()
    }
}
