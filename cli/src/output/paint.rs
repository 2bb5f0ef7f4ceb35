use owo_colors::{OwoColorize as _, Style};
use serde::Serialize;

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) on: bool,
}

impl Paint {
    pub(crate) fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.with(Style::new().red(), text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.with(Style::new().green(), text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.with(Style::new().cyan(), text)
    }

    /// A status word in the colour of how good it is.
    pub(crate) fn status(self, text: &str) -> String {
        let style = match text {
            "ok" | "succeeded" | "online" | "resolved" | "yes" => Style::new().green(),
            "failing" | "failed" | "missed" | "timed_out" | "lost" | "revoked" | "quarantined"
            | "invalid" | "open" | "critical" | "no" => Style::new().red(),
            "late" | "pending" | "unknown" | "partial" | "acknowledged" | "warning" | "skipped"
            | "unplaced" => Style::new().yellow(),
            "running" => Style::new().cyan(),
            "paused" | "disabled" | "empty" | "info" => Style::new().dimmed(),
            _ => Style::new(),
        };
        self.with(style, text)
    }

    /// A unified diff with its lines coloured.
    pub(crate) fn diff(self, diff: &str) -> String {
        let mut out = String::new();
        for line in diff.lines() {
            let line = super::plain(line);
            let painted = match line.as_bytes().first() {
                Some(b'@') => self.cyan(&line),
                Some(b'+') if !line.starts_with("+++") => self.green(&line),
                Some(b'-') if !line.starts_with("---") => self.red(&line),
                _ => line,
            };
            out += &painted;
            out.push('\n');
        }
        out
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on { text.style(style).to_string() } else { text.to_owned() }
    }
}

/// A member of a closed set, as it is written in JSON.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}
