//! From a recipient and a message to a check-in.

use crontopus_app::ingest::{CheckIn, CheckInKind, Door, Integration, RunKey, Signal, Target, kept_output};
use crontopus_app::integrations::PING_KEY_LENGTH;
use crontopus_app::secret;
use crontopus_ids::MonitorId;
use mail_parser::MessageParser;

/// Characters of a monitor's key.
const KEY_LENGTH: usize = 24;

/// The beginning of a line of the text that says what happened.
const STATUS_LINE: &str = "crontopus:";

/// Words of a subject, and what they say. The first one that is found counts.
const SUBJECT_WORDS: [(&[&str], &str); 3] = [
    (&["fail", "failed", "failure", "failing", "error", "errors"], "fail"),
    (&["start", "started", "starting"], "start"),
    (&["success", "succeeded", "successful", "ok", "done", "complete", "completed"], "success"),
];

/// Whom a mail is for: a monitor, and what happened, when the address says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    target: Target,
    signal: Option<String>,
}

impl Recipient {
    /// Reads what stands before the `@`: `<monitor's key>`, `<uuid>` or `<ping key>+<slug>`, each with `+start`,
    /// `+success`, `+fail`, `+log` or `+<exit status>` behind it, or nothing.
    pub(crate) fn read(local: &str) -> Option<Self> {
        let mut parts = local.split('+');
        let first = parts.next()?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !local.split('+').all(|part| !part.is_empty() && part.len() <= 128 && plain(part)) {
            return None;
        }
        let target = match first.len() {
            36 => Target::Id(MonitorId::from_uuid(first.to_ascii_lowercase().parse().ok()?)),
            KEY_LENGTH => Target::Key { hash: secret::hash(first) },
            PING_KEY_LENGTH => Target::Slug {
                hash: secret::hash(first),
                kinds: &[Integration::Healthchecks],
                project: None,
                slug: parts.next()?.to_owned(),
            },
            _ => return None,
        };
        let signal = parts.next().map(str::to_ascii_lowercase);
        let fits = signal.as_deref().is_none_or(|word| meaning(word).is_some()) && parts.next().is_none();
        fits.then_some(Self { target, signal })
    }

    /// The check-in that `message` is for this recipient. What cannot be read of it is passed over: that it
    /// came is what counts.
    pub(crate) fn check_in(&self, message: &[u8], received_at: i64) -> Signal {
        let parsed = MessageParser::default().parse(message);
        let subject = parsed.as_ref().and_then(|mail| mail.subject()).unwrap_or_default().to_owned();
        let text = parsed.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
        let said = self.signal.clone().or_else(|| of_text(&text)).or_else(|| of_subject(&subject));
        let (kind, exit_status) =
            said.as_deref().and_then(meaning).unwrap_or((CheckInKind::End { well: true }, None));
        let mut check_in = CheckIn { exit_status, ..CheckIn::new(kind, RunKey::None) };
        let shown = format!("Subject: {subject}\n\n{text}");
        let output = kept_output(shown.as_bytes());
        check_in.output_bytes = output.as_ref().map(|o| o.total_bytes);
        Signal { output, ..Signal::new(Door::Email, self.target.clone(), check_in, received_at) }
    }
}

/// `start`, `success`, `fail`, `log`, or an exit status.
fn meaning(word: &str) -> Option<(CheckInKind, Option<i32>)> {
    Some(match word {
        "start" => (CheckInKind::Start, None),
        "success" => (CheckInKind::End { well: true }, None),
        "fail" => (CheckInKind::End { well: false }, None),
        "log" => (CheckInKind::Log, None),
        status => {
            let status: u8 = status.parse().ok()?;
            (CheckInKind::End { well: status == 0 }, Some(status.into()))
        }
    })
}

/// What a line like `crontopus: fail` says.
fn of_text(text: &str) -> Option<String> {
    let words = text.lines().filter_map(|line| {
        let (head, word) = line.trim().split_at_checked(STATUS_LINE.len())?;
        head.eq_ignore_ascii_case(STATUS_LINE).then(|| word.trim().to_ascii_lowercase())
    });
    words.into_iter().find(|word| meaning(word).is_some())
}

/// What the words of a subject say.
fn of_subject(subject: &str) -> Option<String> {
    let words: Vec<String> =
        subject.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_lowercase).collect();
    let said = |(known, _): &&(&[&str], &str)| words.iter().any(|word| known.contains(&word.as_str()));
    SUBJECT_WORDS.iter().find(said).map(|(_, kind)| (*kind).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AbCdEfGhIjKlMnOpQrStUvWx";
    const PING_KEY: &str = "AbCdEfGhIjKlMnOpQrStUv";
    const UUID: &str = "0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11";

    fn kind(local: &str, message: &str) -> (CheckInKind, Option<i32>) {
        let signal = Recipient::read(local).unwrap().check_in(message.as_bytes(), 0);
        (signal.check_in.kind, signal.check_in.exit_status)
    }

    #[test]
    fn addresses() {
        for local in [
            KEY,
            UUID,
            &UUID.to_uppercase(),
            &format!("{PING_KEY}+ops--backup"),
            &format!("{KEY}+fail"),
            &format!("{UUID}+3"),
            &format!("{PING_KEY}+backup+start"),
        ] {
            assert!(Recipient::read(local).is_some(), "{local}");
        }
        for local in [
            "",
            "root",
            "postmaster",
            PING_KEY,
            &format!("{KEY}+"),
            &format!("{KEY}+x"),
            &format!("{KEY}+256"),
            &format!("{KEY}+fail+fail"),
            &format!("{PING_KEY}+a/b"),
            "not-a-uuid-but-36-characters-long-xx",
        ] {
            assert!(Recipient::read(local).is_none(), "{local}");
        }
    }

    #[test]
    fn the_address_goes_before_the_text_and_the_text_before_the_subject() {
        let (good, bad) = (CheckInKind::End { well: true }, CheckInKind::End { well: false });
        for (local, message, wanted) in [
            (KEY, "", (good, None)),
            (KEY, "Subject: nightly report\r\n\r\nno errors", (good, None)),
            (KEY, "Subject: Backup FAILED\r\n\r\n", (bad, None)),
            (KEY, "Subject: [db-01] backup started\r\n\r\n", (CheckInKind::Start, None)),
            (KEY, "Subject: failover tested\r\n\r\n", (good, None)),
            (KEY, "Subject: =?utf-8?B?QmFja3VwIGZhaWxlZA==?=\r\n\r\n", (bad, None)),
            (KEY, "Subject: failed\r\n\r\nhello\r\nCrontopus: success\r\n", (good, None)),
            (KEY, "Subject: x\r\n\r\ncrontopus: 3\r\n", (bad, Some(3))),
            (KEY, "Subject: x\r\n\r\nno crontopus: fail\r\n", (good, None)),
        ] {
            assert_eq!(kind(local, message), wanted, "{message}");
        }
        assert_eq!(kind(&format!("{KEY}+log"), "Subject: failed\r\n\r\n"), (CheckInKind::Log, None));
        assert_eq!(kind(&format!("{KEY}+0"), "Subject: failed\r\n\r\n"), (good, Some(0)));
    }

    #[test]
    fn whatever_a_mail_holds_it_counts() {
        let encoded = "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                       Y3JvbnRvcHVzOiBmYWls\r\n";
        assert_eq!(kind(KEY, encoded).0, CheckInKind::End { well: false });
        let odd: [&[u8]; 5] = [
            b"\xff\xfe\x00",
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n",
            b"Subject\r\nSubject:\r\n\r\n",
            b"Content-Transfer-Encoding: base64\r\n\r\n=====",
            &[b'a'; 100_000],
        ];
        for message in odd {
            let signal = Recipient::read(KEY).unwrap().check_in(message, 7);
            assert_eq!((signal.check_in.kind, signal.received_at), (CheckInKind::End { well: true }, 7));
        }
        let nested = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(2_000);
        Recipient::read(KEY).unwrap().check_in(nested.as_bytes(), 0);
    }
}
