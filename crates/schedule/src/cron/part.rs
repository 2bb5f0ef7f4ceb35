//! One field: a list of values, names, ranges, steps, and the special days.

use super::days::Special;
use super::error::Problem;
use super::field::Field;

/// What a field says.
#[derive(Default)]
pub(super) struct Parsed {
    /// Bit n: value n. Day of week may hold bit 7.
    pub(super) bits: u64,
    /// The field begins with `*` (or is `?`).
    pub(super) star: bool,
    pub(super) special: Special,
}

/// Parses the field `text`, which begins at byte `at` of the expression.
pub(super) fn parse_field(field: Field, text: &str, at: usize) -> Result<Parsed, Problem> {
    let mut parsed = Parsed { star: text.starts_with('*'), ..Parsed::default() };
    if text == "?" {
        if !matches!(field, Field::DayOfMonth | Field::DayOfWeek) {
            return Err(Problem::new(
                at..at + 1,
                format!("`?` has no meaning in {}", field.name()),
                "write `*`; `?` stands only for day of month or day of week",
            ));
        }
        parsed.bits = span_bits(field.bounds(), 1);
        parsed.star = true;
        return Ok(parsed);
    }
    let mut start = 0;
    for text in text.split(',') {
        let part = Part { field, text, at: at + start };
        start += text.len() + 1;
        if !part.special(&mut parsed.special)? {
            parsed.bits |= part.values()?;
        }
    }
    Ok(parsed)
}

fn span_bits((low, high): (u32, u32), step: u32) -> u64 {
    let all = u64::MAX >> (63 - high) & u64::MAX << low;
    if step == 1 {
        return all;
    }
    (low..=high).step_by(step as usize).fold(0, |bits, value| bits | 1 << value)
}

/// One element of a list.
struct Part<'t> {
    field: Field,
    text: &'t str,
    /// Byte position in the expression.
    at: usize,
}

impl Part<'_> {
    fn problem(&self, problem: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::new(self.at..self.at + self.text.len(), problem, help)
    }

    /// Plain values: `*`, `7`, `mon`, `1-5`, each range with an optional step.
    fn values(&self) -> Result<u64, Problem> {
        let (low, high) = self.field.bounds();
        let (range, step) = match self.text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (self.text, None),
        };
        if range == "*" {
            return Ok(span_bits((low, high), step.unwrap_or(1)));
        }
        if let Some((first, last)) = range.split_once('-') {
            let (first_value, last_value) = (self.value(first)?, self.value(last)?);
            if first_value > last_value {
                return Err(self.backwards(first_value, last_value, step));
            }
            return Ok(span_bits((first_value, last_value), step.unwrap_or(1)));
        }
        let value = self.value(range)?;
        match step {
            None => Ok(1 << value),
            Some(step) => Err(self.problem(
                format!("`{}` has a step but no range to step through", self.text),
                format!("write `{value}-{}/{step}`, or `*/{step}`", high - u32::from(high == 7)),
            )),
        }
    }

    fn step(&self, text: &str) -> Result<u32, Problem> {
        let (low, high) = self.field.bounds();
        match text.parse::<u32>() {
            Ok(0) => Err(self.problem("a step of 0 never moves on", "write a step of 1 or more")),
            Ok(step) if step > high => Err(self.problem(
                format!("a step of {step} is larger than the field ({low}-{high})"),
                if self.text.starts_with("*/") {
                    format!("`{}` would only ever mean {low}: write `{low}`, or use `every:`", self.text)
                } else {
                    "write the first value alone".to_owned()
                },
            )),
            Ok(step) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(step),
            _ => Err(self.problem(
                format!("`{text}` is not a step"),
                format!("write a whole number from 1 to {high} after `/`"),
            )),
        }
    }

    /// A number or a name within the field's bounds.
    fn value(&self, text: &str) -> Result<u32, Problem> {
        let (low, high) = self.field.bounds();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse::<u32>() {
                Ok(value) if (low..=high).contains(&value) => Ok(value),
                _ => Err(self.out_of_bounds(text)),
            };
        }
        if let Some(position) = self.field.names().iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(low + position as u32);
        }
        Err(self.not_a_value(text))
    }

    /// `L`, `L-n`, `LW`, `nW` in day of month; `d#n`, `dL` in day of week. Says whether it was one.
    fn special(&self, special: &mut Special) -> Result<bool, Problem> {
        // Plain numbers, by far the most common, need no second look.
        if self.text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'*' | b'/')) {
            return Ok(false);
        }
        match self.field {
            Field::DayOfMonth => self.special_date(special),
            Field::DayOfWeek => self.special_weekday(special),
            _ => Ok(false),
        }
    }

    fn special_date(&self, special: &mut Special) -> Result<bool, Problem> {
        let upper = self.text.to_ascii_uppercase();
        if upper == "L" {
            special.from_end |= 1;
        } else if upper == "LW" || upper == "WL" {
            special.last_workday = true;
        } else if let Some(back) = upper.strip_prefix("L-") {
            match back.parse::<u32>() {
                Ok(back) if back <= 30 => special.from_end |= 1 << back,
                _ => {
                    return Err(self.problem(
                        format!("`{}` does not count back from the last day", self.text),
                        "write `L-1` to `L-30`: so many days before the last of the month",
                    ));
                }
            }
        } else if let Some(day) = upper.strip_suffix('W') {
            match day.parse::<u32>() {
                Ok(day) if (1..=31).contains(&day) => special.nearest_workday |= 1 << day,
                _ => {
                    return Err(self.problem(
                        format!("`{}` names no day for the nearest weekday", self.text),
                        "write `1W` to `31W`, or `LW` for the last weekday of the month",
                    ));
                }
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn special_weekday(&self, special: &mut Special) -> Result<bool, Problem> {
        if let Some((day, nth)) = self.text.split_once('#') {
            let day = self.value(day)? % 7;
            match nth.parse::<usize>() {
                Ok(nth) if (1..=5).contains(&nth) => special.nth[nth - 1] |= 1 << day,
                _ => {
                    return Err(self.problem(
                        format!("a month has no weekday number `{nth}`"),
                        "write `#1` to `#5`; `5L` is the last Friday",
                    ));
                }
            }
            return Ok(true);
        }
        if self.text.eq_ignore_ascii_case("L") {
            return Err(self.problem(
                "`L` alone is not a day of the week",
                "write `6` for Saturday, or `6L` for the last Saturday of the month",
            ));
        }
        if let Some(day) = self.text.strip_suffix(['L', 'l'])
            && let Ok(day) = self.value(day)
        {
            special.last_dow |= 1 << (day % 7);
            return Ok(true);
        }
        Ok(false)
    }
}

/// The diagnostics of what is not a value.
impl Part<'_> {
    fn out_of_bounds(&self, text: &str) -> Problem {
        let (low, high) = self.field.bounds();
        let help = match (self.field, text) {
            (Field::Hour, "24") => "midnight is hour 0".to_owned(),
            (Field::Minute | Field::Second, "60") => "the full hour or minute is 0".to_owned(),
            _ => format!("write a value from {low} to {high}"),
        };
        self.problem(format!("{text} is outside {low}-{high} for {}", self.field.name()), help)
    }

    /// A range that runs backwards is silently never true in cron, and wraps in others.
    fn backwards(&self, first: u32, last: u32, step: Option<u32>) -> Problem {
        let (low, high) = self.field.bounds();
        let high = high - u32::from(self.field == Field::DayOfWeek);
        let span = |from: u32, to: u32| if from == to { from.to_string() } else { format!("{from}-{to}") };
        let help = if step.is_some() {
            "write the values one by one, or split the range in two".to_owned()
        } else if self.field == Field::DayOfWeek && last == 0 {
            format!("Sunday is also 7: write `{first}-7`")
        } else {
            format!("split it in two: `{},{}`", span(first, high), span(low, last))
        };
        self.problem(format!("the range `{}` runs backwards and would never be true", self.text), help)
    }

    fn not_a_value(&self, text: &str) -> Problem {
        let field = self.field;
        let (low, high) = field.bounds();
        let what = format!("`{text}` is not a value for {}", field.name());
        if self.text.is_empty() {
            return self.problem("a list element is empty", "remove the extra comma");
        }
        if text.is_empty() {
            return self.problem(
                format!("`{}` lacks a value", self.text),
                format!("write a range such as `{low}-{high}`"),
            );
        }
        if self.text.contains('~') {
            return self.problem(
                "`~` (a random time) is understood by few schedulers and read as its first value by others",
                "choose a fixed time, and use `jitter:` to spread the starts",
            );
        }
        if text.contains(['h', 'H']) && field.names().is_empty() {
            return self.problem(what, "choose a fixed time, and use `jitter:` to spread the starts");
        }
        if text.contains('#') || text.contains(['l', 'L', 'w', 'W']) && field.names().is_empty() {
            return self.problem(
                what,
                "`L` and `W` stand in day of month (`L`, `LW`, `15W`), `#` and `L` in day of week (`1#2`, `5L`)",
            );
        }
        if text == "?" || text == "*" {
            return self.problem(what, format!("write `{text}` alone, not inside a range or list"));
        }
        let prefix = text.get(..3).unwrap_or("").to_ascii_lowercase();
        if let Some(name) = field.names().iter().find(|name| **name == prefix) {
            return self.problem(what, format!("write the short name `{name}`"));
        }
        let names = field.names();
        match (names.first(), names.last()) {
            (Some(first), Some(last)) => {
                self.problem(what, format!("write {low}-{high} or a name from {first} to {last}"))
            }
            _ => self.problem(what, format!("write a number from {low} to {high}, a range, a list or `*`")),
        }
    }
}
