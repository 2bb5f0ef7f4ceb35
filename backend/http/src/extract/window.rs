use crontopus_api::{Code, Problem};
use crontopus_app::statistics::Window;
use jiff::Timestamp;

use crate::failure::Failure;

const HOUR_MS: i64 = 3_600_000;

/// The window of `from` and `to`; without them the `hours` before now. Refused above `most_days`.
pub(crate) fn window(
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    now: i64,
    hours: i64,
    most_days: i64,
) -> Result<Window, Failure> {
    let to = to.map(Timestamp::as_millisecond);
    let from = from.map_or_else(|| to.unwrap_or(now) - hours * HOUR_MS, Timestamp::as_millisecond);
    let to = to.unwrap_or_else(|| now.max(from + hours * HOUR_MS));
    Ok(Window::new(from, to, most_days)?)
}

/// The window of `from` and `to`; without them the `hours` after now. Refused above `most_days`.
pub(crate) fn window_ahead(
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    now: i64,
    hours: i64,
    most_days: i64,
) -> Result<Window, Failure> {
    let from = from.map_or(now, Timestamp::as_millisecond);
    let to = to.map_or_else(|| from.saturating_add(hours * HOUR_MS), Timestamp::as_millisecond);
    Ok(Window::new(from, to, most_days)?)
}

/// A number of the query, `name`, that is between `least` and `most`; `default` when absent.
pub(crate) fn within(
    name: &str,
    value: Option<u32>,
    default: u32,
    least: u32,
    most: u32,
) -> Result<u32, Failure> {
    let value = value.unwrap_or(default);
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let detail = format!("{least} to {most}");
    Err(Failure::of(
        Problem::new(Code::Invalid).detail(format!("`{name}` is {detail}")).field(format!("?{name}"), detail),
    ))
}
