//! E-mail: HTML and text, one conversation for each incident.

mod page;

use serde::{Deserialize, Serialize};

use super::form::{FieldProblem, check_key};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Mail, MailServer, Parcel, Security};
use crate::message::{Message, Occasion};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Form")]
pub(super) struct Settings {
    #[serde(flatten)]
    form: Form,
    #[serde(skip)]
    server: Option<MailServer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    /// Who gets it.
    to: Vec<String>,
    /// Who writes; needed with a server of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Host of a mail server of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    /// Its port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// How the connection is made safe: `tls`, `starttls` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    security: Option<Security>,
    /// Its user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// And password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl From<Form> for Settings {
    fn from(form: Form) -> Self {
        let security = form.security.unwrap_or(Security::Starttls);
        let usual = match security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        };
        let server = form.host.clone().zip(form.from.clone()).map(|(host, from)| MailServer {
            host,
            port: form.port.unwrap_or(usual),
            security,
            login: form.user.clone().zip(form.password.clone()),
            from,
            extra_roots: None,
        });
        Self { form, server }
    }
}

impl Settings {
    /// Writes to these addresses through the service's own server.
    pub(super) fn to(addresses: &[String]) -> Self {
        Form {
            to: addresses.to_vec(),
            from: None,
            host: None,
            port: None,
            security: None,
            user: None,
            password: None,
        }
        .into()
    }
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["password"];

    fn check(&self) -> Vec<FieldProblem> {
        let form = &self.form;
        let mut problems = Vec::new();
        if form.to.is_empty() || form.to.len() > 50 {
            problems.push(FieldProblem::new("to", "1 to 50 addresses"));
        }
        let addresses = form.to.iter().map(|a| ("to", a)).chain(form.from.iter().map(|a| ("from", a)));
        for (field, address) in addresses {
            if let Err(error) = address.parse::<lettre::message::Mailbox>() {
                problems.push(FieldProblem::new(field, format!("`{address}` is no mail address: {error}")));
            }
        }
        match &form.host {
            Some(_) if form.from.is_none() => {
                problems
                    .push(FieldProblem::new("from", "a server of one's own needs an address to write from"));
            }
            Some(host) => problems.extend(check_key("host", host, 1..=253)),
            None if [
                form.user.is_some(),
                form.password.is_some(),
                form.port.is_some(),
                form.security.is_some(),
            ]
            .contains(&true) =>
            {
                problems.push(FieldProblem::new("host", "the rest belongs to a mail server of one's own"));
            }
            // Nobody writes in another's name through the operator's server.
            None if form.from.is_some() => {
                problems.push(FieldProblem::new("from", "only with a mail server of one's own"));
            }
            None => {}
        }
        if form.user.is_some() != form.password.is_some() {
            problems.push(FieldProblem::new("password", "`user` and `password` go together"));
        }
        if form.password.is_some() && form.security == Some(Security::None) {
            problems.push(FieldProblem::new("security", "a password is sent over TLS alone"));
        }
        problems
    }

    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, _: &Endpoints) -> Parcel {
        let first = message.only().and_then(|one| one.incident).map(|id| id.to_string());
        // The first mail about an incident has its id, so that the others can name it.
        let id = match (&first, &message.occasion) {
            (Some(first), Occasion::Opened) => first.clone(),
            _ => message.id.clone(),
        };
        let mut headers = vec![
            ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
            ("X-Auto-Response-Suppress".to_owned(), "All".to_owned()),
            ("X-Crontopus-Event".to_owned(), message.word().to_owned()),
        ];
        if !message.links.channels.is_empty() {
            headers.push(("List-Unsubscribe".to_owned(), format!("<{}>", message.links.channels)));
        }
        let subject = format!("[{}] {}", message.tenant, message.headline());
        let mut text = message.text();
        text += &format!(
            "\n--\nCrontopus · {}\nChange or end these mails: {}\n",
            message.tenant, message.links.channels
        );
        Parcel::Mail(Box::new(Mail {
            from: None,
            to: self.form.to.clone(),
            subject: clip::chars(&subject.replace(['\r', '\n'], " "), 200),
            id,
            thread: first,
            headers,
            text,
            html: page::page(message),
        }))
    }

    fn mail_server(&self) -> Option<&MailServer> {
        self.server.as_ref()
    }
}
