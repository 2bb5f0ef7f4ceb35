/// Longest line of a command, with its end (RFC 5321, 4.5.3.1.4, and room for parameters).
pub(crate) const LONGEST_COMMAND: usize = 1_024;

/// One line of a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Hello {
        extended: bool,
    },
    Mail,
    Recipient(String),
    Data,
    Reset,
    Noop,
    Verify,
    Quit,
    /// Known, and not done here.
    NotHere,
    /// A command with something wrong behind it.
    Malformed,
    /// None that there is.
    Unknown,
}

impl Command {
    /// Reads a line without its end.
    pub(crate) fn read(line: &[u8]) -> Self {
        let Ok(line) = std::str::from_utf8(line) else { return Self::Unknown };
        if line.chars().any(char::is_control) {
            return Self::Malformed;
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if rest.trim().is_empty() => Self::Malformed,
            "EHLO" => Self::Hello { extended: true },
            "HELO" => Self::Hello { extended: false },
            "MAIL" => path(rest, "FROM:").map_or(Self::Malformed, |_| Self::Mail),
            "RCPT" => path(rest, "TO:").filter(|to| !to.is_empty()).map_or(Self::Malformed, Self::Recipient),
            "DATA" if rest.trim().is_empty() => Self::Data,
            "RSET" if rest.trim().is_empty() => Self::Reset,
            "QUIT" if rest.trim().is_empty() => Self::Quit,
            "DATA" | "RSET" | "QUIT" => Self::Malformed,
            "NOOP" => Self::Noop,
            "VRFY" | "EXPN" | "HELP" => Self::Verify,
            "STARTTLS" | "AUTH" | "BDAT" | "TURN" | "ETRN" => Self::NotHere,
            _ => Self::Unknown,
        }
    }
}

/// The address in `FROM:<…>` or `TO:<…>`, without source routes; what follows it is passed over.
fn path(rest: &str, word: &str) -> Option<String> {
    let (head, tail) = rest.trim_start().split_at_checked(word.len())?;
    let address = tail.trim_start().strip_prefix('<').filter(|_| head.eq_ignore_ascii_case(word))?;
    let (address, _) = address.split_once('>')?;
    Some(address.rsplit_once(':').map_or(address, |(_, address)| address).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_and_anything_else_is_not() {
        let to = |text: &str| Command::Recipient(text.to_owned());
        for (line, wanted) in [
            ("EHLO me", Command::Hello { extended: true }),
            ("helo me", Command::Hello { extended: false }),
            ("EHLO", Command::Malformed),
            ("MAIL FROM:<>", Command::Mail),
            ("mail from: <a@b> SIZE=100 BODY=8BITMIME", Command::Mail),
            ("MAIL a@b", Command::Malformed),
            ("RCPT TO:<key@cron.example>", to("key@cron.example")),
            ("RCPT TO:<@relay:key@cron.example> NOTIFY=NEVER", to("key@cron.example")),
            ("RCPT TO:<>", Command::Malformed),
            ("RCPT TO:key@cron.example", Command::Malformed),
            ("RCPT", Command::Malformed),
            ("DATA", Command::Data),
            ("DATA now", Command::Malformed),
            ("QUIT ", Command::Quit),
            ("STARTTLS", Command::NotHere),
            ("VRFY root", Command::Verify),
            ("GET / HTTP/1.1", Command::Unknown),
            ("", Command::Unknown),
            ("NOOP\nQUIT", Command::Malformed),
        ] {
            assert_eq!(Command::read(line.as_bytes()), wanted, "{line}");
        }
        assert_eq!(Command::read(b"RCPT TO:<\xff@b>"), Command::Unknown);
    }
}
