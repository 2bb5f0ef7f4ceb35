//! Whether mail would be taken.

use std::time::Duration;

use crontopus_app::alerts::{MailSecurity, MailServer, NoMail};

use super::{Fix, Note, State, Well};

/// Longest wait for the whole conversation.
const PATIENCE: Duration = Duration::from_secs(8);

/// Speaks to the mail server as if a mail would follow. None is sent.
pub(super) async fn look(server: Option<&MailServer>) -> State {
    look_for(server, PATIENCE).await
}

async fn look_for(server: Option<&MailServer>, patience: Duration) -> State {
    let Some(server) = server else {
        return Note(
            "there is no mail server: owners cannot be told when no channel works; set `smtp_host` and `smtp_from`"
                .to_owned(),
        );
    };
    let place = format!("{}:{}", server.host, server.port);
    let safe = match server.security {
        MailSecurity::Tls => "over TLS",
        MailSecurity::Starttls => "with STARTTLS",
        MailSecurity::None => "without TLS",
    };
    let login = if server.login.is_some() { ", and takes the login" } else { "" };
    match server.greet(patience).await {
        Ok(()) => Well(format!("{place} answers {safe}{login}")),
        Err(NoMail::Away(why)) => Note(format!(
            "{place} takes no mail now: {}; mails wait and are tried again for a day; look at that server and at the way \
             there",
            shown(&why)
        )),
        Err(NoMail::Wrong(why)) => Fix(format!(
            "{place} will take no mail {safe}: {}; mend `smtp_security`, `smtp_user`, `smtp_password` or `smtp_ca_file`",
            shown(&why)
        )),
    }
}

/// A server may say anything; what could move a terminal's cursor is shown instead of sent.
fn shown(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// A server that says these lines, the first unasked and each other for a line it gets, and then nothing more.
    fn saying(lines: &[&str]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        std::thread::spawn(move || {
            let Ok((stream, _)) = listener.accept() else { return };
            let mut heard = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines {
                if (&stream).write_all(format!("{line}\r\n").as_bytes()).is_err() {
                    return;
                }
                if heard.next().is_none() {
                    return;
                }
            }
            // Held open, silent, until the other side hangs up.
            heard.by_ref().for_each(drop);
        });
        port
    }

    async fn found(port: u16, security: MailSecurity, login: bool) -> String {
        let login = login.then(|| ("cron".to_owned(), "hunter2".to_owned()));
        let (host, from) = ("127.0.0.1".to_owned(), "cron@acme.example".to_owned());
        let server = MailServer { host, port, security, login, from, extra_roots: None };
        let state = look_for(Some(&server), Duration::from_millis(1_500)).await;
        super::super::finding("mail", state).to_string()
    }

    #[tokio::test]
    async fn a_server_that_would_take_mail_is_well() {
        let port = saying(&["220 mail", "250-mail\r\n250 AUTH PLAIN", "250 fine", "221 bye"]);
        let found = found(port, MailSecurity::None, false).await;
        assert!(found.starts_with("ok") && found.contains("answers without TLS"), "{found}");
    }

    #[tokio::test]
    async fn servers_that_will_take_none_are_to_be_mended() {
        let port = saying(&["220 mail", "250-mail\r\n250 AUTH PLAIN", "535 5.7.8 wrong password"]);
        let text = found(port, MailSecurity::None, true).await;
        assert!(text.starts_with("FIX") && text.contains("535") && text.contains("smtp_password"), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("AGNyb24"), "no secret is shown: {text}");

        let port = saying(&["220 mail", "250 no tls here"]);
        let text = found(port, MailSecurity::Starttls, false).await;
        assert!(text.starts_with("FIX") && text.contains("smtp_security"), "{text}");

        let port = saying(&["554 go away"]);
        let text = found(port, MailSecurity::Starttls, false).await;
        assert!(text.starts_with("FIX") && text.contains("554"), "{text}");
    }

    #[tokio::test]
    async fn servers_that_do_not_answer_hold_nobody_up() {
        let long = "x".repeat(300_000);
        for lines in [
            &[][..],
            &["\u{1b}[2J\u{7}garbage"],
            &["HTTP/1.1 400 Bad Request"],
            &["421 later"],
            &[long.as_str()],
            &["220 mail", "250-mail", "250-more"],
        ] {
            let text = found(saying(lines), MailSecurity::Starttls, false).await;
            assert!(!text.starts_with("ok") && text.contains("127.0.0.1"), "{text}");
            assert!(text.len() < 700 && !text.contains('\u{1b}'), "{text}");
        }
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = found(closed, MailSecurity::Tls, false).await;
        assert!(text.starts_with("note") && text.contains("tried again"), "{text}");
        // Something else listens where TLS is expected.
        let text = found(saying(&["220 mail", "250 mail"]), MailSecurity::Tls, false).await;
        assert!(!text.starts_with("ok"), "{text}");
        let none = super::super::finding("mail", look(None).await).to_string();
        assert!(none.starts_with("note") && none.contains("smtp_host"), "{none}");
    }
}
