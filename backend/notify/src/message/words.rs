//! The sentences that every channel says.

use crontopus_domain::{IncidentKind, IncidentState, Resolution};
use jiff::Timestamp;

use super::{Message, Notice, Occasion, Subject};

impl Message {
    /// One line that says it all.
    pub fn headline(&self) -> String {
        match (&self.occasion, self.only()) {
            (Occasion::Test { .. }, _) => "Test message: this channel works".to_owned(),
            (Occasion::Notice(notice), _) if self.subjects.is_empty() => notice.headline(),
            // What is wrong comes first; that a channel is, is in the sentence below.
            (Occasion::Notice(notice), Some(one)) => {
                let title = if self.is_over(one) { one.resolved_headline() } else { one.title.clone() };
                format!("{title} (not told by {})", notice.channel)
            }
            (Occasion::Notice(notice), None) => {
                format!("{} (not told by {})", self.group_headline(), notice.channel)
            }
            (_, None) => self.group_headline(),
            (Occasion::Opened | Occasion::Late, Some(one)) => one.title.clone(),
            (Occasion::Repeated, Some(one)) => format!("Still open: {}", one.title),
            (Occasion::Escalated { .. }, Some(one)) => format!("Not acknowledged: {}", one.title),
            (Occasion::Acknowledged, Some(one)) => format!("Acknowledged: {}", one.title),
            (Occasion::Resolved, Some(one)) => one.resolved_headline(),
            (Occasion::Flapping { .. }, Some(one)) => format!("Flapping: {}", one.place()),
        }
    }

    fn group_headline(&self) -> String {
        let (count, what) = (self.subjects.len(), self.commonality());
        match self.occasion {
            Occasion::Resolved => format!("Recovered: {count} incidents{what}"),
            Occasion::Acknowledged => format!("Acknowledged: {count} incidents{what}"),
            Occasion::Repeated => format!("Still open: {count} incidents{what}"),
            Occasion::Escalated { .. } => format!("Not acknowledged: {count} incidents{what}"),
            Occasion::Flapping { .. } => format!("Flapping: {count} jobs{what}"),
            Occasion::Late => format!("Late: {count} jobs{what}"),
            _ => format!("{count} incidents{what}"),
        }
    }

    /// What the incidents of a group share.
    fn commonality(&self) -> String {
        fn shared<'a>(mut all: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
            let first = all.next()??;
            all.all(|one| one == Some(first)).then_some(first)
        }
        let job = shared(self.subjects.iter().map(|s| s.job.as_deref()));
        let host = shared(self.subjects.iter().map(|s| s.host.as_deref()));
        let namespace = shared(self.subjects.iter().map(|s| Some(s.job.as_deref()?.split_once('/')?.0)));
        match (job, host, namespace) {
            (Some(job), Some(host), _) => format!(" of {job} on {host}"),
            (Some(job), None, _) => format!(" of {job}"),
            (_, Some(host), _) => format!(" on {host}"),
            (_, _, Some(namespace)) => format!(" in {namespace}"),
            _ => String::new(),
        }
    }

    /// A sentence or two that say more than the headline; empty when there is nothing to add.
    pub fn lead(&self) -> String {
        match &self.occasion {
            Occasion::Test { by } => {
                format!("{by} asked Crontopus to write to this channel. Incidents will look much like this.")
            }
            Occasion::Notice(notice) => notice.lead(),
            Occasion::Escalated { step } => {
                let since = self.since().map(|s| format!(" for {s}")).unwrap_or_default();
                format!("Nobody has acknowledged it{since}. This is step {step} of its route.")
            }
            Occasion::Repeated => match self.since() {
                Some(since) => format!("Open for {since} and not acknowledged."),
                None => "Still open and not acknowledged.".to_owned(),
            },
            Occasion::Acknowledged => match self.only().and_then(|one| one.acknowledged.as_ref()) {
                Some((by, _)) => format!("{by} takes care of it. It will not be repeated or escalated."),
                None => "Somebody takes care of it.".to_owned(),
            },
            Occasion::Flapping { changes } => format!(
                "It changed {changes} times within an hour. Nothing more is told until it has been stable for an hour."
            ),
            Occasion::Late => self.late_lead(),
            Occasion::Opened | Occasion::Resolved => String::new(),
        }
    }

    fn late_lead(&self) -> String {
        let since = self.since().unwrap_or_default();
        match self.only().map(|one| one.closes_at) {
            Some(Some(closes)) => format!(
                "It should have started {since} ago and may still do so. It counts as missed after {}.",
                self.moment(closes)
            ),
            Some(None) => format!("It should have started {since} ago and may still do so."),
            None => "They should have started by now and may still do so; what does not counts as missed."
                .to_owned(),
        }
    }

    /// What a list says of one of several.
    pub(crate) fn line_of(&self, one: &Subject) -> String {
        match self.is_over(one) {
            true => one.resolved_headline(),
            false => format!("{} {}", one.place(), one.what()),
        }
    }

    /// Whether what is told of it is its end; a notice tells how it is now.
    pub(crate) fn is_over(&self, one: &Subject) -> bool {
        match self.occasion {
            Occasion::Resolved => true,
            Occasion::Notice(_) => one.state == IncidentState::Resolved,
            _ => false,
        }
    }

    /// How long the oldest incident has been open.
    fn since(&self) -> Option<String> {
        let opened = self.subjects.iter().map(|s| s.opened_at).min()?;
        Some(duration(self.at.as_millisecond() - opened.as_millisecond()))
    }

    /// `Tue 24 Nov 2026, 02:00:05 CET`.
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a %-d %b %Y, %H:%M:%S %Z").to_string()
    }

    /// A word for what is told: the beginning of a line, or a tag.
    pub fn word(&self) -> &'static str {
        match &self.occasion {
            Occasion::Opened => "opened",
            Occasion::Repeated => "repeated",
            Occasion::Escalated { .. } => "escalated",
            Occasion::Acknowledged => "acknowledged",
            Occasion::Resolved => "resolved",
            Occasion::Late => "late",
            Occasion::Flapping { .. } => "flapping",
            Occasion::Test { .. } => "test",
            Occasion::Notice(_) => "notice",
        }
    }

    /// A sign for the beginning of a headline. The words say the same; it never stands alone.
    pub fn sign(&self) -> &'static str {
        use crontopus_domain::Severity::{Critical, Info, Warning};
        match (&self.occasion, self.severity()) {
            (Occasion::Resolved, _) => "✅",
            (Occasion::Acknowledged, _) => "👀",
            (Occasion::Late, _) => "⏰",
            (Occasion::Test { .. }, _) => "👋",
            (_, Critical) => "🔴",
            (_, Warning) => "🟠",
            (_, Info) => "🔵",
        }
    }

    /// The colour that goes with it, `0xRRGGBB`.
    pub(crate) fn colour(&self) -> u32 {
        use crontopus_domain::Severity::{Critical, Info, Warning};
        match (&self.occasion, self.severity()) {
            (Occasion::Resolved, _) => 0x1a_7f_37,
            (Occasion::Acknowledged | Occasion::Test { .. }, _) => 0x65_6d_76,
            (Occasion::Late, _) => 0xbc_4c_00,
            (_, Critical) => 0xcf_22_2e,
            (_, Warning) => 0xbc_4c_00,
            (_, Info) => 0x09_69_da,
        }
    }
}

impl Notice {
    fn headline(&self) -> String {
        match self.disabled {
            true => format!("Channel {} was disabled", self.channel),
            false => format!("A message to channel {} was given up", self.channel),
        }
    }

    fn lead(&self) -> String {
        let (channel, answer) = (&self.channel, &self.answer);
        match self.disabled {
            true => format!(
                "Channel {channel} was disabled: its provider says that it will not work again by itself ({answer}). \
                 Nobody is told through it until its settings are mended and it is enabled."
            ),
            false => format!(
                "A message to channel {channel} was given up. The last answer was: {answer}. What could not be told \
                 is below."
            ),
        }
    }
}

impl Subject {
    /// `namespace/name on host`, or the host.
    pub fn place(&self) -> String {
        match (&self.job, &self.host) {
            (Some(job), Some(host)) => format!("{job} on {host}"),
            (Some(job), None) => job.clone(),
            (None, Some(host)) => format!("host {host}"),
            (None, None) => self.title.clone(),
        }
    }

    /// How it is over: a sentence about what was wrong.
    pub(crate) fn outcome(&self) -> String {
        let place = self.place();
        match self.resolved.map(|(_, why)| why) {
            Some(Resolution::Recovered) => match self.kind {
                IncidentKind::HostSilent => format!("{place} is heard of again"),
                _ => format!("{place} succeeds again"),
            },
            Some(Resolution::ReportedLate) => format!("{place} had run after all; its report came late"),
            Some(Resolution::HostBack) => format!("{place} is heard of again"),
            Some(Resolution::Removed) => format!("{place} is no more, and nothing is expected of it"),
            Some(Resolution::Operator) => format!("{place}: somebody said that it is over"),
            None => format!("{place} is over"),
        }
    }

    /// What had been wrong, and how often.
    pub(crate) fn trouble(&self) -> String {
        let was = match self.kind {
            IncidentKind::Failed => "it failed",
            IncidentKind::Late => "it was late",
            IncidentKind::Missed => "it did not start",
            IncidentKind::TimedOut => "it took too long",
            IncidentKind::TooShort => "it ended suspiciously soon",
            IncidentKind::Stale => "it had not succeeded for too long",
            IncidentKind::HostSilent => "it was silent",
        };
        match self.bad_runs {
            0 | 1 => was.to_owned(),
            many => format!("{was}, {many} bad runs"),
        }
    }

    /// How long it lasted, if it is over.
    pub(crate) fn lasted(&self) -> Option<String> {
        let (at, _) = self.resolved?;
        Some(duration(at.as_millisecond() - self.opened_at.as_millisecond()))
    }

    fn resolved_headline(&self) -> String {
        let Some((at, why)) = self.resolved else { return format!("Recovered: {}", self.place()) };
        let after = duration(at.as_millisecond() - self.opened_at.as_millisecond());
        match why {
            Resolution::Recovered => format!("Recovered: {} after {after}", self.place()),
            Resolution::ReportedLate => format!("Recovered: {} had reported late", self.place()),
            Resolution::HostBack => format!("Back: {} after {after}", self.place()),
            Resolution::Removed => format!("Closed: {} is no more", self.place()),
            Resolution::Operator => format!("Resolved by hand: {} after {after}", self.place()),
        }
    }

    /// What went wrong, in a few words.
    pub(crate) fn what(&self) -> String {
        let Some(run) = &self.run else { return self.kind_words().to_owned() };
        match (self.kind, run.exit_status, run.signal, &run.reason) {
            (_, _, Some(signal), _) => format!("{}, signal {signal}", self.kind_words()),
            (_, Some(status), _, _) if status != 0 => format!("{}, exit status {status}", self.kind_words()),
            (_, _, _, Some(reason)) => format!("{} ({reason})", self.kind_words()),
            _ => self.kind_words().to_owned(),
        }
    }

    fn kind_words(&self) -> &'static str {
        match self.kind {
            IncidentKind::Failed => "failed",
            IncidentKind::Late => "is late",
            IncidentKind::Missed => "did not start",
            IncidentKind::TimedOut => "takes too long",
            IncidentKind::TooShort => "ended suspiciously soon",
            IncidentKind::Stale => "has not succeeded for too long",
            IncidentKind::HostSilent => "is silent",
        }
    }
}

/// Milliseconds for people, in its two largest units: `3 h 12 min`.
pub(crate) fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let two = |large: i64, unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{large} {unit}"),
        _ => format!("{large} {unit} {small} {small_unit}"),
    };
    match () {
        () if days > 0 => two(days, "d", hours % 24, "h"),
        () if hours > 0 => two(hours, "h", minutes % 60, "min"),
        () if minutes > 0 => two(minutes, "min", seconds % 60, "s"),
        () if seconds >= 10 => format!("{seconds} s"),
        () if seconds > 0 => format!("{seconds}.{} s", rest / 100),
        () => format!("{ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_have_two_units_at_most() {
        for (ms, text) in [
            (0, "0 ms"),
            (850, "850 ms"),
            (1_250, "1.2 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (61_000, "1 min 1 s"),
            (11_520_000, "3 h 12 min"),
            (86_400_000 * 2, "2 d"),
            (90_000_000, "1 d 1 h"),
            (-5, "0 ms"),
        ] {
            assert_eq!(super::duration(ms), text);
        }
    }
}
