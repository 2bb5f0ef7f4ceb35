//! The conversation with one client, without a socket.

use crate::command::Command;
use crate::lines::Line;
use crate::mail::Recipient;

/// Most recipients of one mail.
const MOST_RECIPIENTS: usize = 20;
/// Bytes of a mail that are kept; what is beyond is read and dropped.
pub(crate) const KEPT: usize = 1 << 20;
/// Bytes of a mail after which the connection ends.
pub(crate) const LARGEST: usize = 50 << 20;
/// More lines that make no sense than this end the connection.
const MOST_ERRORS: u32 = 10;

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Say this and go on.
    Reply(String),
    /// Say nothing and go on.
    Silence,
    /// A mail is complete: hand it over, then [`Session::delivered`] says what to reply.
    Deliver,
    /// Say this and hang up.
    Close(String),
}

/// Where the conversation is.
#[derive(Debug)]
pub(crate) struct Session {
    domain: String,
    greeted: bool,
    sender: bool,
    recipients: Vec<Recipient>,
    receiving: bool,
    /// The last line of the mail ended with a line feed alone.
    after_bare: bool,
    message: Vec<u8>,
    received: usize,
    errors: u32,
}

impl Session {
    /// A client has connected; mail is for `domain`.
    pub(crate) fn new(domain: &str) -> Self {
        Self {
            domain: domain.to_ascii_lowercase(),
            greeted: false,
            sender: false,
            recipients: Vec::new(),
            receiving: false,
            after_bare: false,
            message: Vec::new(),
            received: 0,
            errors: 0,
        }
    }

    /// The first words.
    pub(crate) fn greeting(&self) -> String {
        format!("220 {} ESMTP check-ins by mail", self.domain)
    }

    /// Whether lines are those of a mail now.
    pub(crate) fn is_receiving(&self) -> bool {
        self.receiving
    }

    /// Takes the next line in.
    pub(crate) fn take(&mut self, line: Line) -> Next {
        match line {
            Line::End => Next::Close(String::new()),
            line if self.receiving => self.content(line),
            Line::Whole(line) => self.command(Command::read(&line)),
            Line::Bare(_) => self.error("500 5.5.2 lines end with CR LF"),
            Line::Long(_) => self.error("500 5.5.2 the line is too long"),
        }
    }

    /// What has come in, and for whom.
    pub(crate) fn mail(&self) -> (&[Recipient], &[u8]) {
        (&self.recipients, &self.message)
    }

    /// The mail was handed over: whether it is on disk.
    pub(crate) fn delivered(&mut self, stored: bool) -> Next {
        self.forget();
        let reply = match stored {
            true => "250 2.0.0 taken",
            false => "451 4.3.0 it cannot be stored now; try again later",
        };
        Next::Reply(reply.to_owned())
    }

    fn command(&mut self, command: Command) -> Next {
        let reply = |text: &str| Next::Reply(text.to_owned());
        match command {
            Command::Hello { extended } => {
                self.forget();
                self.greeted = true;
                let domain = &self.domain;
                Next::Reply(match extended {
                    true => format!(
                        "250-{domain}\r\n250-PIPELINING\r\n250-SIZE {LARGEST}\r\n250-8BITMIME\r\n250 SMTPUTF8"
                    ),
                    false => format!("250 {domain}"),
                })
            }
            Command::Quit => Next::Close("221 2.0.0 bye".to_owned()),
            Command::Noop => reply("250 2.0.0 yes"),
            Command::Verify => reply("252 2.5.2 send it and see"),
            Command::Reset => {
                self.forget();
                reply("250 2.0.0 forgotten")
            }
            Command::NotHere => self.error("502 5.5.1 not here"),
            Command::Unknown => self.error("500 5.5.2 there is no such command"),
            Command::Malformed => self.error("501 5.5.4 something is wrong behind the command"),
            Command::Mail if !self.greeted => self.error("503 5.5.1 say EHLO first"),
            Command::Mail if self.sender => self.error("503 5.5.1 one mail at a time"),
            Command::Mail => {
                self.sender = true;
                reply("250 2.1.0 go on")
            }
            Command::Recipient(_) if !self.sender => self.error("503 5.5.1 say MAIL first"),
            Command::Recipient(address) => self.recipient(&address),
            Command::Data if self.recipients.is_empty() => self.error("503 5.5.1 nobody is to have it"),
            Command::Data => {
                (self.receiving, self.after_bare) = (true, false);
                reply("354 go on, a dot on a line of its own ends it")
            }
        }
    }

    fn recipient(&mut self, address: &str) -> Next {
        let Some((local, domain)) = address.rsplit_once('@') else {
            return self.error("550 5.1.3 this is no address");
        };
        if !domain.eq_ignore_ascii_case(&self.domain) {
            return self.error("550 5.7.1 mail is taken for check-ins alone, and never passed on");
        }
        if self.recipients.len() >= MOST_RECIPIENTS {
            return Next::Reply("452 4.5.3 too many recipients".to_owned());
        }
        match Recipient::read(local) {
            // Whether somebody has the key is not told: nobody is to find keys by trying.
            Some(recipient) => {
                self.recipients.push(recipient);
                Next::Reply("250 2.1.5 go on".to_owned())
            }
            None => self.error("550 5.1.1 this is no check-in address"),
        }
    }

    /// A line of a mail. Only a dot between two CR LF ends it.
    fn content(&mut self, line: Line) -> Next {
        let after_bare = std::mem::replace(&mut self.after_bare, matches!(line, Line::Bare(_)));
        let (bytes, end): (Vec<u8>, &[u8]) = match line {
            Line::Whole(line) if line == b"." && !after_bare => {
                self.receiving = false;
                return Next::Deliver;
            }
            // A dot at the beginning was doubled by the sender.
            Line::Whole(line) => (line.strip_prefix(b".").map_or(line.clone(), <[u8]>::to_vec), b"\r\n"),
            Line::Bare(line) => (line, b"\n"),
            Line::Long(line) => (line, b"\r\n"),
            Line::End => return Next::Close(String::new()),
        };
        self.received = self.received.saturating_add(bytes.len() + end.len());
        if self.received > LARGEST {
            return Next::Close("552 5.3.4 the mail is too large".to_owned());
        }
        let room = KEPT.saturating_sub(self.message.len());
        self.message.extend(bytes.iter().chain(end).take(room));
        Next::Silence
    }

    fn error(&mut self, reply: &str) -> Next {
        self.errors += 1;
        match self.errors > MOST_ERRORS {
            true => Next::Close("421 4.7.0 too much makes no sense".to_owned()),
            false => Next::Reply(reply.to_owned()),
        }
    }

    fn forget(&mut self) {
        (self.sender, self.receiving, self.received) = (false, false, 0);
        self.recipients.clear();
        self.message = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AbCdEfGhIjKlMnOpQrStUvWx";

    /// Plays lines of a client; the first three digits of each reply, `deliver` and `close`.
    fn play(lines: &[&str]) -> (Session, Vec<String>) {
        let mut session = Session::new("cron.example");
        let mut said = Vec::new();
        for line in lines {
            let line = match line.strip_suffix("\\n") {
                Some(bare) => Line::Bare(bare.into()),
                None => Line::Whole((*line).into()),
            };
            match session.take(line) {
                Next::Reply(reply) => said.push(reply[..3].to_owned()),
                Next::Silence => {}
                Next::Deliver => said.push("deliver".to_owned()),
                Next::Close(reply) => {
                    said.push(format!("close {}", &reply[..3.min(reply.len())]));
                    break;
                }
            }
        }
        (session, said)
    }

    #[test]
    fn a_mail_is_taken_in_order_and_in_no_other() {
        let rcpt = format!("RCPT TO:<{KEY}@cron.example>");
        let (session, said) = play(&[
            "MAIL FROM:<a@b>",
            "DATA",
            "EHLO me",
            &rcpt,
            "MAIL FROM:<a@b>",
            "DATA",
            &rcpt,
            "DATA",
            "Subject: x",
            "",
            "..dot",
            ". ",
            ".",
        ]);
        assert_eq!(said, ["503", "503", "250", "503", "250", "503", "250", "354", "deliver"]);
        assert_eq!(session.mail().1, b"Subject: x\r\n\r\n.dot\r\n \r\n");
        assert_eq!(session.mail().0.len(), 1);
    }

    #[test]
    fn only_a_dot_between_two_whole_line_ends_ends_a_mail() {
        let rcpt = format!("RCPT TO:<{KEY}@cron.example>");
        let (mut session, said) =
            play(&["EHLO me", "MAIL FROM:<a@b>", &rcpt, "DATA", ".\\n", "MAIL FROM:<evil@b>\\n", ".\\n"]);
        assert_eq!(said, ["250", "250", "250", "354"]);
        assert!(session.is_receiving());
        assert_eq!(session.take(Line::Whole(b".".to_vec())), Next::Silence, "a bare line feed before it");
        assert_eq!(session.take(Line::Whole(b".".to_vec())), Next::Deliver);
        assert_eq!(session.mail().1, b".\nMAIL FROM:<evil@b>\n.\n\r\n");
    }

    #[test]
    fn nothing_is_relayed_and_no_address_but_ours_is_taken() {
        for (address, reply) in [
            (format!("{KEY}@cron.example"), "250"),
            (format!("{KEY}@CRON.example"), "250"),
            (format!("{KEY}@elsewhere.example"), "550"),
            ("root@cron.example".to_owned(), "550"),
            (KEY.to_owned(), "550"),
            (format!("{KEY}@elsewhere@cron.example"), "550"),
        ] {
            let (_, said) = play(&["HELO me", "MAIL FROM:<>", &format!("RCPT TO:<{address}>")]);
            assert_eq!(said.last().unwrap(), reply, "{address}");
        }
        let rcpt = format!("RCPT TO:<{KEY}@cron.example>");
        let mut lines = vec!["EHLO me", "MAIL FROM:<a@b>"];
        lines.extend(std::iter::repeat_n(rcpt.as_str(), MOST_RECIPIENTS + 1));
        assert_eq!(play(&lines).1.last().unwrap(), "452");
    }

    #[test]
    fn nonsense_ends_the_connection_and_a_bare_line_is_never_obeyed() {
        let (_, said) = play(&["EHLO me\\n", "EHLO me", "MAIL FROM:<a@b>\\n", "RCPT TO:<x@cron.example>"]);
        assert_eq!(said, ["500", "250", "500", "503"]);
        let (_, said) = play(&["GET / HTTP/1.1"; 20]);
        assert_eq!((said.len(), said.last().unwrap().as_str()), (11, "close 421"));
    }

    #[test]
    fn a_large_mail_is_cut_and_a_huge_one_ends_the_connection() {
        let rcpt = format!("RCPT TO:<{KEY}@cron.example>");
        let (mut session, _) = play(&["EHLO me", "MAIL FROM:<a@b>", &rcpt, "DATA"]);
        let line = vec![b'x'; 1 << 20];
        for _ in 0..3 {
            assert_eq!(session.take(Line::Long(line.clone())), Next::Silence);
        }
        assert_eq!(session.mail().1.len(), KEPT);
        let closed = (0..60).find_map(|_| match session.take(Line::Whole(line.clone())) {
            Next::Close(reply) => Some(reply),
            _ => None,
        });
        assert!(closed.unwrap().starts_with("552"));
    }
}
