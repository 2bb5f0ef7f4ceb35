//! How a parcel gets to where it is meant for.

mod answer;
mod courier;
mod guard;
mod mail;

pub use answer::{Answer, Outcome};
pub use courier::Courier;
pub use guard::Addresses;
pub use mail::{Mail, MailServer, NoMail, Security};

pub(crate) use answer::judge;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Parcel {
    /// Requests, one after the other; each only when the one before it was taken.
    Http(Vec<Call>),
    /// A mail, by way of a server of the channel's own or of the service's.
    Mail(Box<Mail>),
    /// Nothing: this channel has no way to say it.
    Nothing,
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: String,
    /// Headers, also credentials; `content-type` among them.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
    /// Whether 307 and 308 are followed; otherwise every redirect is a mistake in the channel's settings.
    pub follows: bool,
    /// Whether an answer that the thing is not there ends just this request: a message that was deleted cannot be
    /// updated, and what follows is sent all the same.
    pub optional: bool,
}

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
}

impl Call {
    /// A POST of a JSON value.
    pub(crate) fn json(url: impl Into<String>, body: &serde_json::Value) -> Self {
        Self {
            method: Method::Post,
            url: url.into(),
            headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
            body: body.to_string(),
            follows: false,
            optional: false,
        }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
