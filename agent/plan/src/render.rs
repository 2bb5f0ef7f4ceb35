use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use crate::{Action, JobKey, Marker, Plan, Step};

impl Plan {
    /// The plan as a diff for a terminal. `next_runs` gives the coming runs of a job, already formatted;
    /// they are shown for what is created or changed.
    pub fn render(&self, colour: bool, next_runs: &dyn Fn(&JobKey) -> Vec<String>) -> String {
        let mut screen = Screen { text: String::new(), colour };
        if let Some(reason) = &self.unreadable {
            screen.line(RED, &format!("! the host could not be read, so nothing is planned: {reason}"));
            return screen.text;
        }
        for step in &self.steps {
            screen.step(step, next_runs);
        }
        if let Some(held) = &self.held {
            screen.line(RED, &format!("! held until confirmed: {}", held.reason));
            for step in &held.removals {
                screen.line(RED, &format!("    would remove {}", step.job));
            }
        }
        for stray in &self.strays {
            let text = format!("? {} carries our marker for {} but nobody wants it", stray.path, stray.job);
            screen.line(YELLOW, &text);
        }
        screen.line("", &self.summary());
        screen.text
    }

    /// One line: how many of what.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        for (action, word) in WORDS {
            let count = self.steps.iter().filter(|step| step.action == action).count();
            if count > 0 {
                parts.push(format!("{count} to {word}"));
            }
        }
        if let Some(held) = &self.held {
            parts.push(format!("{} held", held.removals.len()));
        }
        if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
    }
}

const WORDS: [(Action, &str); 8] = [
    (Action::Create, "create"),
    (Action::Update, "update"),
    (Action::Enable, "enable"),
    (Action::Disable, "disable"),
    (Action::Repair, "repair"),
    (Action::Adopt, "adopt"),
    (Action::Remove, "remove"),
    (Action::Leave, "leave"),
];

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const DIM: &str = "2";

struct Screen {
    text: String,
    colour: bool,
}

impl Screen {
    fn line(&mut self, colour: &str, text: &str) {
        let text = printable(text);
        let written = if self.colour && !colour.is_empty() {
            writeln!(self.text, "\x1b[{colour}m{text}\x1b[0m")
        } else {
            writeln!(self.text, "{text}")
        };
        written.expect("writing to a string cannot fail");
    }

    fn step(&mut self, step: &Step, next_runs: &dyn Fn(&JobKey) -> Vec<String>) {
        let (sign, colour) = match step.action {
            Action::Create | Action::Enable | Action::Adopt => ('+', GREEN),
            Action::Update | Action::Repair | Action::Disable => ('~', YELLOW),
            Action::Remove => ('-', RED),
            Action::Leave => ('=', DIM),
        };
        let word = WORDS.iter().find(|(action, _)| *action == step.action).map_or("", |(_, word)| word);
        self.line(colour, &format!("{sign} {word} {}  ({})", step.job, step.reason));
        let after = step.after.as_ref().map(|entry| entry.text.as_str());
        if step.action != Action::Leave || after.is_some() {
            self.diff(step.before.as_deref().unwrap_or_default(), after.unwrap_or_default());
        }
        let fires = step.after.as_ref().is_some_and(|entry| entry.enabled);
        if fires && step.action != Action::Leave {
            for (place, run) in next_runs(&step.job).iter().take(5).enumerate() {
                let label = if place == 0 { "next:" } else { "" };
                self.line(DIM, &format!("    {label:5} {run}"));
            }
        }
    }

    fn diff(&mut self, before: &str, after: &str) {
        for change in TextDiff::from_lines(before, after).iter_all_changes() {
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ('-', RED),
                ChangeTag::Insert => ('+', GREEN),
                ChangeTag::Equal => continue,
            };
            // The marker changes with every other line and tells a reader nothing.
            if Marker::parse(change.value().trim_end()).is_some() {
                continue;
            }
            self.line(colour, &format!("    {sign} {}", change.value().trim_end_matches('\n')));
        }
    }
}

/// What somebody wrote into an entry must not steer the terminal of whoever reads the plan.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
