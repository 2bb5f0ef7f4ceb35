use crontopus_schedule::{Cron, Every, Schedule};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::Code;
use crate::decode::{Context, Fields, boolean, duration, list, non_empty, word};
use crate::duration::MAX_DURATION;
use crate::quote::alternatives;
use crate::yaml::{Node, Value};

const CHOICES: [&str; 3] = ["schedule", "every", "on-demand"];

/// When a job starts, as it is written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TimingForm {
    /// A cron expression, a macro such as `@daily`, `@reboot`, or a list of cron expressions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schedule: Option<Crons>,
    /// An interval between starts, aligned to midnight UTC of 1970-01-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::duration::schema")]
    every: Option<String>,
    /// `true`: only when asked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_demand: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Crons {
    One(String),
    Several(Vec<String>),
}

impl From<&Schedule> for TimingForm {
    fn from(schedule: &Schedule) -> Self {
        let mut form = Self { schedule: None, every: None, on_demand: None };
        match schedule {
            Schedule::Cron(crons) => {
                form.schedule = Some(match crons.as_slice() {
                    [one] => Crons::One(one.to_string()),
                    several => Crons::Several(several.iter().map(Cron::to_string).collect()),
                });
            }
            Schedule::Every(every) => form.every = Some(every.to_string()),
            Schedule::Reboot => form.schedule = Some(Crons::One(REBOOT.to_owned())),
            Schedule::OnDemand => form.on_demand = Some(true),
        }
        form
    }
}

pub(super) fn serialize<S: Serializer>(schedule: &Schedule, serializer: S) -> Result<S::Ok, S::Error> {
    TimingForm::from(schedule).serialize(serializer)
}

const REBOOT: &str = "@reboot";

/// Exactly one of `schedule`, `every` and `on-demand: true`.
pub(super) fn decode(fields: &mut Fields<'_>, cx: &mut Context) -> Option<Schedule> {
    let schedule = fields.optional(cx, "schedule", schedule);
    let every = fields.optional(cx, "every", every).map(Schedule::Every);
    let on_demand = fields.optional(cx, "on-demand", boolean);
    let given: Vec<&'static str> = CHOICES
        .into_iter()
        .filter(|name| fields.has(name) && !(*name == "on-demand" && on_demand == Some(false)))
        .collect();
    match given.as_slice() {
        [] => {
            let problem = (Code::ScheduleChoice, "the job does not say when it starts".to_owned());
            fields.refuse_at(cx, "schedule", problem, "add `schedule`, `every` or `on-demand: true`");
            None
        }
        [_] => schedule.or(every).or_else(|| on_demand.map(|_| Schedule::OnDemand)),
        [_, second, ..] => {
            let problem = (
                Code::ScheduleChoice,
                format!("{} exclude each other", alternatives(&given).replace(" or ", " and ")),
            );
            fields.refuse_at(cx, second, problem, "keep exactly one of them");
            None
        }
    }
}

fn schedule(node: &Node, cx: &mut Context) -> Option<Schedule> {
    const MOST: usize = 32;
    match &node.value {
        Value::Sequence(items) => {
            let crons = non_empty(list(MOST, cron))(node, cx)?;
            if let Some(at) = (1..crons.len()).find(|at| crons[..*at].contains(&crons[*at])) {
                let span = items.get(at).map_or(node.span, |item| item.span);
                return cx.refuse_with(
                    span,
                    Code::DuplicateValue,
                    "the same expression comes twice",
                    "keep one of them",
                );
            }
            Some(Schedule::Cron(crons))
        }
        _ if word(node, cx)?.trim() == REBOOT => Some(Schedule::Reboot),
        _ => Some(Schedule::Cron(vec![cron(node, cx)?])),
    }
}

/// One cron expression; the problem is pointed at inside it.
pub(crate) fn cron(node: &Node, cx: &mut Context) -> Option<Cron> {
    let text = word(node, cx)?;
    if text.trim() == REBOOT {
        let message = "`@reboot` names no time, so it stands alone";
        return cx.refuse_with(
            node.span,
            Code::BadSchedule,
            message,
            "make it a job of its own: `schedule: \"@reboot\"`",
        );
    }
    match Cron::parse(text) {
        Ok(cron) => Some(cron),
        Err(error) => {
            let span = node.span.within(error.column.saturating_sub(1), error.len);
            cx.refuse_with(span, Code::BadSchedule, error.problem, error.help)
        }
    }
}

fn every(node: &Node, cx: &mut Context) -> Option<Every> {
    let length = duration(std::time::Duration::ZERO..=MAX_DURATION)(node, cx)?;
    match Every::from_seconds(length.as_secs()) {
        Ok(every) => Some(every),
        Err(error) => cx.refuse(node.span, Code::OutOfRange, error.to_string()),
    }
}
