use std::io::IsTerminal as _;

use clap::Args;

use super::resolve;
use crate::app::App;
use crate::args::Format;
use crate::failure::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// A run's id (`run_…`), or a job for its newest run
    run: String,
    /// Write every byte even to a terminal; a job's output can drive it
    #[arg(long)]
    raw: bool,
}

pub(crate) fn run(args: &Output, app: &App) -> Outcome {
    let client = app.client()?;
    let id = resolve(&client, &args.run)?.id;
    if app.screen.format != Format::Table {
        let output = client.runs().output(id)?;
        return app.screen.show(&output, String::new);
    }
    let bytes = client.runs().output_bytes(id)?;
    if bytes.is_empty() {
        app.screen.note("The run wrote nothing.");
    }
    if args.raw || !std::io::stdout().is_terminal() {
        return app.screen.write(bytes);
    }
    app.screen.write(harmless(&bytes, app.screen.paint.on))
}

/// Text and, with `colours`, escape sequences that only colour it; anything else that could drive a terminal is
/// made visible instead.
fn harmless(bytes: &[u8], colours: bool) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(c) = rest.chars().next() {
        if colours && let Some(length) = colour_sequence(rest) {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if rest.starts_with("\r\n") => {}
            '\0'..='\x1f' => out.extend(['^', char::from(c as u8 + 64)]),
            '\x7f' => out.push_str("^?"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    if colours && out.contains('\x1b') {
        out.push_str("\x1b[0m");
    }
    out
}

/// Bytes of the `ESC [ digits ; digits m` that `text` begins with.
fn colour_sequence(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\x1b[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    (end <= 30 && parameters[end..].starts_with('m')).then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_cannot_drive_the_terminal() {
        for (bytes, colours, shown) in [
            (&b"a\tb\r\nc\n"[..], true, "a\tb\nc\n"),
            (b"\x1b[1;31mred\x1b[0m", true, "\x1b[1;31mred\x1b[0m\x1b[0m"),
            (b"\x1b[1;31mred", false, "^[[1;31mred"),
            (b"\x1b]52;c;evil\x07\x1b[2J\x00\x7f", true, "^[]52;c;evil^G^[[2J^@^?"),
            (b"\xff\xc2\x9b31m", true, "\u{fffd}\u{fffd}31m"),
            (b"50%\r100%", true, "50%^M100%"),
            (b"\x1b[", true, "^[["),
        ] {
            assert_eq!(harmless(bytes, colours), shown, "{bytes:?}");
        }
    }
}
