//! Mails to one person about their account.

use crate::delivery::Mail;
use crate::html;

/// What a person is told about their account. Every word is the service's own or an address: whoever makes an account in
/// another's name must not write to them through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who gets it.
    pub to: String,
    /// `Message-ID` without the host: the same however often it is sent.
    pub id: String,
    /// Subject and headline.
    pub subject: String,
    /// Paragraphs before the button.
    pub before: Vec<String>,
    /// What there is to do: what the button says, and where it leads.
    pub action: Option<(&'static str, String)>,
    /// Paragraphs after it.
    pub after: Vec<String>,
}

const BLUE: &str = "#2563eb";

impl Letter {
    /// The mail, with a text and an HTML part.
    pub fn mail(&self) -> Mail {
        Mail {
            from: None,
            to: vec![self.to.clone()],
            subject: self.subject.clone(),
            id: self.id.clone(),
            thread: None,
            headers: vec![
                ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
                ("X-Auto-Response-Suppress".to_owned(), "All".to_owned()),
            ],
            text: self.text(),
            html: self.html(),
        }
    }

    fn text(&self) -> String {
        let link = self.action.as_ref().map(|(_, link)| link);
        let parts: Vec<&str> =
            self.before.iter().chain(link).chain(&self.after).map(String::as_str).collect();
        format!("{}\n\n{}\n\n--\nCrontopus\n", self.subject, parts.join("\n\n"))
    }

    fn html(&self) -> String {
        let paragraphs = |all: &[String]| -> String {
            all.iter()
                .map(|text| format!("<p style=\"margin:0 0 16px\">{}</p>\n", html::escape(text)))
                .collect()
        };
        let button = self.action.as_ref().map(|(name, link)| {
            format!("<p style=\"margin:0 0 16px\">{}</p>\n", html::button(name, link, BLUE))
        });
        let headline = html::escape(&self.subject);
        let body = [
            html::headline(&headline),
            paragraphs(&self.before),
            button.unwrap_or_default(),
            paragraphs(&self.after),
        ];
        html::frame(&headline, BLUE, &body.concat(), "Crontopus")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_say_the_same() {
        let mail = Letter {
            to: "ann@acme.example".to_owned(),
            id: "one".to_owned(),
            subject: "Set a new password".to_owned(),
            before: vec!["Somebody asked, from <b>192.0.2.7</b>.".to_owned()],
            action: Some(("Set it", "https://cron.example/reset-password#a&b".to_owned())),
            after: vec!["Good for an hour.".to_owned()],
        }
        .mail();
        insta::assert_snapshot!(mail.text, @r"
        Set a new password

        Somebody asked, from <b>192.0.2.7</b>.

        https://cron.example/reset-password#a&b

        Good for an hour.

        --
        Crontopus
        ");
        for part in [
            "<title>Set a new password</title>",
            "from &lt;b&gt;192.0.2.7&lt;/b&gt;.",
            "href=\"https://cron.example/reset-password#a&amp;b\"",
            ">Set it</a>",
            "Good for an hour.",
        ] {
            assert!(mail.html.contains(part), "{part}\n{}", mail.html);
        }
        assert!(!mail.html.contains("<b>"), "{}", mail.html);
    }
}
