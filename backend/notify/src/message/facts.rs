//! The facts of a message as a list, which channels lay out as they can.

use crontopus_domain::IncidentState;
use jiff::Timestamp;

use super::words::duration;
use super::{Message, Occasion, Subject};
use crate::clip;

/// One fact: what it is and how it is.
pub(crate) type Fact = (&'static str, String);

/// More incidents than this are counted, not listed.
pub(crate) const LISTED: usize = 15;

impl Message {
    /// The facts about its one incident; of a group only what is the same for all is said, by the headline.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        match (&self.occasion, self.only()) {
            (Occasion::Test { .. }, _) => {
                vec![("Tenant", self.tenant.clone()), ("Sent", self.moment(self.at))]
            }
            (_, Some(one)) if self.is_over(one) => self.facts_of_end(one),
            (_, Some(one)) => self.facts_of(one),
            (_, None) => Vec::new(),
        }
    }

    fn facts_of(&self, one: &Subject) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        facts.push(("What", format!("{} {}", one.place(), one.what())));
        facts.extend(one.description.clone().map(|text| ("Job", text)));
        facts.push(("Severity", one.severity.to_string()));
        let since = if self.occasion == Occasion::Late { "Expected" } else { "Since" };
        facts.push((since, self.moment(one.opened_at)));
        facts.extend(one.closes_at.map(|at| ("Missed after", self.moment(at))));
        self.add_run(&mut facts, one);
        if one.job.is_some() {
            let never = || "none seen yet".to_owned();
            facts.push(("Last success", one.last_success_at.map_or_else(never, |at| self.moment(at))));
        }
        if one.bad_runs > 1 {
            facts.push(("Bad runs", one.bad_runs.to_string()));
        }
        if let (Some((by, at)), IncidentState::Acknowledged) = (&one.acknowledged, one.state) {
            facts.push(("Acknowledged", format!("{by}, {}", self.moment(*at))));
        }
        self.add_context(&mut facts, one);
        facts
    }

    /// The facts about what is over: how it ended, what it was, how long it lasted, and how the run that ended it
    /// compares.
    fn facts_of_end(&self, one: &Subject) -> Vec<Fact> {
        let mut facts: Vec<Fact> = vec![("What", one.outcome())];
        facts.extend(one.description.clone().map(|text| ("Job", text)));
        facts.push(("Was", one.trouble()));
        facts.extend(one.lasted().map(|time| ("Lasted", time)));
        facts.push(("Began", self.moment(one.opened_at)));
        facts.extend(one.resolved.map(|(at, _)| ("Ended", self.moment(at))));
        self.add_run(&mut facts, one);
        if one.job.is_some() {
            let end = one.resolved.map_or(self.at, |(at, _)| at);
            let before = |at: Timestamp| {
                let ago = duration(end.as_millisecond() - at.as_millisecond());
                format!("{}, {ago} before the end", self.moment(at))
            };
            let none = || "none seen before".to_owned();
            facts.push(("Previous success", one.last_success_at.map_or_else(none, before)));
        }
        facts.extend(
            one.acknowledged.as_ref().map(|(by, at)| ("Acknowledged", format!("{by}, {}", self.moment(*at)))),
        );
        facts.push(("Severity", one.severity.to_string()));
        self.add_context(&mut facts, one);
        facts
    }

    /// What is known of its run, and how that compares.
    fn add_run(&self, facts: &mut Vec<Fact>, one: &Subject) {
        if let Some(run) = &one.run {
            facts.extend(run.expected_at.map(|at| ("Expected", self.moment(at))));
            facts.extend(run.started_at.map(|at| ("Started", self.moment(at))));
            let usual = one.usual_ms.map(|ms| format!(" (usually {})", duration(ms))).unwrap_or_default();
            facts.extend(run.duration_ms.map(|ms| ("Took", format!("{}{usual}", duration(ms)))));
        }
        if one.run.as_ref().is_none_or(|run| run.duration_ms.is_none()) {
            facts.extend(one.usual_ms.map(|ms| ("Usually takes", duration(ms))));
        }
    }

    /// Whose it is and where to read on.
    fn add_context(&self, facts: &mut Vec<Fact>, one: &Subject) {
        facts.extend(one.owner.clone().map(|owner| ("Owner", owner)));
        facts.extend(one.runbook.clone().map(|runbook| ("Runbook", runbook)));
        facts.push(("Tenant", self.tenant.clone()));
    }

    /// The incidents of a group, one line each, and how many more there are.
    pub(crate) fn list(&self) -> (Vec<(String, String)>, usize) {
        if self.subjects.len() < 2 {
            return (Vec::new(), 0);
        }
        let line = |s: &Subject| (clip::chars(&self.line_of(s), 160), s.link.clone());
        let lines = self.subjects.iter().take(LISTED).map(line).collect();
        (lines, self.subjects.len().saturating_sub(LISTED))
    }

    /// The whole message as plain text.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n", self.headline());
        let lead = self.lead();
        if !lead.is_empty() {
            text += &format!("\n{lead}\n");
        }
        let facts = self.facts();
        let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 1;
        if !facts.is_empty() {
            text.push('\n');
        }
        for (name, value) in facts {
            text += &format!("{:width$} {value}\n", format!("{name}:"));
        }
        let (lines, more) = self.list();
        if !lines.is_empty() {
            text.push('\n');
        }
        for (line, link) in lines {
            text += &format!("- {line}\n  {link}\n");
        }
        if more > 0 {
            text += &format!("- and {more} more\n");
        }
        if let Some(output) = self.output() {
            let end = if output.more { "The last lines of its output" } else { "Its output" };
            text += &format!("\n{end}:\n\n");
            output.text.lines().for_each(|line| text += &format!("    {line}\n"));
        }
        text.push('\n');
        for (name, link) in self.actions() {
            text += &format!("{name}: {link}\n");
        }
        text
    }

    /// The output to show: of its one incident, and not when that is over.
    pub(crate) fn output(&self) -> Option<&super::Output> {
        let shows = |one: &&Subject| self.occasion != Occasion::Acknowledged && !self.is_over(one);
        self.only().filter(shows)?.run.as_ref()?.output.as_ref()
    }

    /// Where a reader may go from here: words and address.
    pub(crate) fn actions(&self) -> Vec<(&'static str, String)> {
        let mut actions = Vec::new();
        let channels = matches!(self.occasion, Occasion::Test { .. } | Occasion::Notice(_))
            .then(|| ("Channels", self.links.channels.clone()));
        match (&self.occasion, self.only()) {
            (Occasion::Test { .. } | Occasion::Notice(_), None) => {
                actions.extend((self.subjects.len() > 1).then(|| ("Incidents", self.links.main.clone())));
                actions.extend(channels);
            }
            (_, Some(one)) => {
                let page = if one.incident.is_some() { "Incident" } else { "Job" };
                actions.push((page, one.link.clone()));
                actions.extend(channels);
                actions.extend(one.run_link.clone().map(|link| ("Run", link)));
                if one.state == IncidentState::Open && !self.is_over(one) {
                    actions.extend(one.acknowledge_link.clone().map(|link| ("Acknowledge", link)));
                    actions.extend(one.snooze_link.clone().map(|link| ("Snooze for an hour", link)));
                }
                actions.extend(one.runbook.clone().filter(|r| is_link(r)).map(|link| ("Runbook", link)));
            }
            (Occasion::Late, None) => actions.push(("Jobs", self.links.main.clone())),
            (_, None) => actions.push(("Incidents", self.links.main.clone())),
        }
        actions
    }
}

/// Whether a text may be shown as a link.
pub(crate) fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"`|".contains(c))
}
