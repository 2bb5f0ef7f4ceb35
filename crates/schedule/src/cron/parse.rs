//! From text to [`Cron`]: macros, the split into fields, and what the fields mean together.

use std::ops::Range;

use super::days::{ALL_DAYS, ALL_WEEKDAYS, Days, Special};
use super::error::Problem;
use super::field::Field;
use super::moments::Moments;
use super::part::{Parsed, parse_field};
use super::{Cron, CronError};

/// Longer texts are refused unread: no expression needs as much, and messages quote the text.
const MAX_LEN: usize = 1_000;

const MACROS: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// The five fields that a macro stands for.
pub(super) fn expand_macro(text: &str) -> Option<&'static str> {
    text.starts_with('@').then(|| MACROS.iter().find(|(name, _)| *name == text))?.map(|(_, fields)| *fields)
}

pub(super) fn parse(text: &str) -> Result<Cron, CronError> {
    read(text).map_err(|problem| problem.locate(text))
}

fn read(text: &str) -> Result<Cron, Problem> {
    if text.len() > MAX_LEN {
        return Err(Problem::new(
            0..0,
            format!("the expression is {} bytes long; at most {MAX_LEN} are read", text.len()),
            "split it into several schedules",
        ));
    }
    let (spans, count) = split(text);
    let word = text.get(spans[0].clone()).unwrap_or("");
    if count == 1 && word.starts_with('@') && !word.eq_ignore_ascii_case("@every") {
        let fields = expand_macro(&word.to_ascii_lowercase()).ok_or_else(|| bad_macro(&spans[0], word))?;
        let mut cron = read(fields)?;
        cron.text = word.to_ascii_lowercase().into();
        return Ok(cron);
    }
    if word.eq_ignore_ascii_case("@every") {
        return Err(Problem::new(
            spans[0].clone(),
            "`@every` is not a cron macro",
            "write `every: 15m` in place of the schedule",
        ));
    }
    if !(5..=6).contains(&count) {
        return Err(bad_count(text, &spans, count));
    }
    let has_seconds = count == 6;
    let fields = |field: Field| {
        let span = spans[field as usize - usize::from(!has_seconds)].clone();
        parse_field(field, &text[span.clone()], span.start)
    };

    let seconds = if has_seconds { fields(Field::Second)?.bits } else { 1 };
    let minute = fields(Field::Minute)?;
    let hour = fields(Field::Hour)?;
    let dom = fields(Field::DayOfMonth)?;
    let month = fields(Field::Month)?;
    let dow = fields(Field::DayOfWeek)?;
    let months = month.bits as u16;
    let days = join_days(&dom, &dow);
    if !days.ever_match(months) {
        let span = &spans[count - 3];
        return Err(Problem::new(
            span.start..spans[count - 2].end,
            "this schedule can never fire: none of its months has such a day",
            "name a month that has the day, or write `L` for the last day of a month",
        ));
    }
    Ok(Cron {
        text: normalised(text, &spans[..count]),
        has_seconds,
        minute_star: minute.star,
        hour_star: hour.star,
        moments: Moments { seconds, minutes: minute.bits, hours: hour.bits as u32 },
        months,
        days,
    })
}

/// Byte spans of the first seven words, and how many words there are.
fn split(text: &str) -> ([Range<usize>; 7], usize) {
    let mut spans = [const { 0..0 }; 7];
    let (mut count, mut start) = (0, None);
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        match (byte.is_ascii_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(begin)) => {
                if count < spans.len() {
                    spans[count] = begin..at;
                }
                count += 1;
                start = None;
            }
            _ => {}
        }
    }
    (spans, count)
}

fn normalised(text: &str, spans: &[Range<usize>]) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    for span in spans {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&text[span.clone()]);
    }
    out.into()
}

fn join_days(dom: &Parsed, dow: &Parsed) -> Days {
    let special = Special { nth: dow.special.nth, last_dow: dow.special.last_dow, ..dom.special };
    let weekdays = dow.bits as u8;
    Days {
        dom: dom.bits as u32 & ALL_DAYS,
        dow: (weekdays | weekdays >> 7) & ALL_WEEKDAYS,
        either: !dom.star && !dow.star,
        special: (!special.is_empty()).then_some(special),
    }
}

fn bad_macro(span: &Range<usize>, word: &str) -> Problem {
    let lower = word.to_ascii_lowercase();
    if lower == "@reboot" {
        return Problem::new(
            span.clone(),
            "`@reboot` is not a time of day",
            "use `@reboot` as the only schedule of a job that an agent holds",
        );
    }
    let nearest = MACROS
        .iter()
        .map(|(name, _)| (strsim::damerau_levenshtein(name, &lower), *name))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    let help = match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => "known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually".into(),
    };
    Problem::new(span.clone(), "this macro is not known", help)
}

fn bad_count(text: &str, spans: &[Range<usize>; 7], count: usize) -> Problem {
    let order = "minute hour day-of-month month day-of-week, such as `30 2 * * 1-5`";
    if count == 0 {
        return Problem::new(0..text.len(), "the expression is empty", format!("write five fields: {order}"));
    }
    if count < 5 {
        let end = spans[count - 1].end;
        return Problem::new(
            end..end,
            format!("the expression has {count} of the 5 fields"),
            format!("write {order}"),
        );
    }
    Problem::new(
        spans[6].start..text.trim_end().len(),
        format!("the expression has {count} fields; 5 are usual, 6 with seconds in front"),
        "give the schedule alone: a user, a command or a year does not belong here",
    )
}
