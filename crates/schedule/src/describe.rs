//! Schedules in plain English.

use crate::cron::{ALL_DAYS, ALL_HOURS, ALL_WEEKDAYS, Cron, Field, Special, bits};
use crate::schedule::Schedule;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ORDINALS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
/// More times of day than this are not listed one by one.
const MOST_TIMES: u32 = 6;

pub(crate) fn schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Cron(crons) => crons.iter().map(cron).collect::<Vec<_>>().join("; and "),
        Schedule::Every(every) => format!("every {every}, counted from 1970-01-01 00:00 UTC"),
        Schedule::Reboot => "when the host starts".to_owned(),
        Schedule::OnDemand => "only on demand".to_owned(),
    }
}

pub(crate) fn cron(cron: &Cron) -> String {
    let mut text = times(cron);
    let often = text.contains("every");
    match days(cron) {
        Some(days) => text.push_str(&days),
        None if !often && cron.months().count_ones() == 12 => {
            text.push_str(if cron.has_seconds() { ", every day" } else { " every day" })
        }
        None => {}
    }
    if cron.months().count_ones() < 12 {
        text.push_str(&format!(", in {}", phrase(u64::from(cron.months()), month_name)));
    }
    text
}

fn times(cron: &Cron) -> String {
    let moments = cron.moments();
    let (minutes, hours) = (moments.minutes, moments.hours);
    let number = |value: u32| value.to_string();
    let minute_step =
        cron.field_text(Field::Minute).strip_prefix("*/").filter(|step| step.parse::<u32>().is_ok());
    let past_hours = || match hours {
        ALL_HOURS => "of every hour".to_owned(),
        _ => format!("past {} {}", plural("hour", hours.count_ones()), phrase(u64::from(hours), number)),
    };
    let text = if minutes.count_ones() == 60 {
        match hours {
            ALL_HOURS => "every minute".to_owned(),
            _ => format!("every minute {}", past_hours()),
        }
    } else if let Some(step) = minute_step {
        match hours {
            ALL_HOURS => format!("every {step} minutes"),
            _ => format!("every {step} minutes {}", past_hours()),
        }
    } else if hours == ALL_HOURS && minutes == 1 {
        "every hour on the hour".to_owned()
    } else if hours.count_ones() * minutes.count_ones() <= MOST_TIMES {
        let clock = bits(hours).flat_map(|hour| {
            (0..60)
                .filter(move |minute| minutes >> minute & 1 == 1)
                .map(move |minute| format!("{hour:02}:{minute:02}"))
        });
        format!("at {}", join(clock.collect()))
    } else {
        let what = plural("minute", minutes.count_ones());
        format!("at {what} {} {}", phrase(minutes, number), past_hours())
    };
    match moments.seconds {
        1 => text,
        seconds if seconds.count_ones() == 60 => format!("every second, {text}"),
        seconds => {
            format!("{text}, at {} {}", plural("second", seconds.count_ones()), phrase(seconds, number))
        }
    }
}

/// `None` for every day.
fn days(cron: &Cron) -> Option<String> {
    let days = cron.days();
    if days.is_every_day() && days.special.is_none() {
        return None;
    }
    let special = days.special.unwrap_or_default();
    let dates = (days.dom != ALL_DAYS).then(|| dates(days.dom, &special));
    let weekdays = (days.dow != ALL_WEEKDAYS).then(|| weekdays(days.dow, &special));
    match (dates, weekdays) {
        (Some(dates), Some(weekdays)) if days.either => Some(format!(" on {dates}, or on {weekdays}")),
        (Some(dates), Some(weekdays)) => Some(format!(" on {dates} if it is {weekdays}")),
        (Some(dates), None) => Some(format!(" on {dates}")),
        (None, Some(weekdays)) if weekdays.contains(" to ") => Some(format!(", {weekdays}")),
        (None, Some(weekdays)) => Some(format!(" on {weekdays}")),
        (None, None) => None,
    }
}

fn dates(dom: u32, special: &Special) -> String {
    let mut parts = Vec::new();
    if dom != 0 {
        let what = plural("day", dom.count_ones());
        parts.push(format!("{what} {} of the month", phrase(u64::from(dom), |day| day.to_string())));
    }
    for back in bits(special.from_end) {
        parts.push(match back {
            0 => "the last day of the month".to_owned(),
            1 => "the day before the last of the month".to_owned(),
            _ => format!("the day {back} days before the last of the month"),
        });
    }
    if special.last_workday {
        parts.push("the last Monday-to-Friday day of the month".to_owned());
    }
    for day in bits(special.nearest_workday) {
        parts.push(format!("the Monday-to-Friday day nearest to day {day}"));
    }
    join(parts)
}

fn weekdays(dow: u8, special: &Special) -> String {
    let mut parts = Vec::new();
    if dow != 0 {
        // Weeks are read from Monday on; Sunday comes last, as value 7.
        let week = u64::from(dow & !1) | u64::from(dow & 1) << 7;
        parts.push(phrase(week, |day| WEEKDAYS[day as usize % 7].to_owned()));
    }
    for (nth, &days) in special.nth.iter().enumerate() {
        for day in bits(u32::from(days)) {
            parts.push(format!("the {} {} of the month", ORDINALS[nth], WEEKDAYS[day as usize % 7]));
        }
    }
    for day in bits(u32::from(special.last_dow)) {
        parts.push(format!("the last {} of the month", WEEKDAYS[day as usize % 7]));
    }
    join(parts)
}

fn month_name(month: u32) -> String {
    MONTHS[(month as usize + 11) % 12].to_owned()
}

fn plural(word: &str, count: u32) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// The values of a set, runs of three and more as `a to b`.
fn phrase(set: u64, name: impl Fn(u32) -> String) -> String {
    let mut parts = Vec::new();
    let mut value = 0;
    while value < 64 {
        let run = (set >> value).trailing_ones();
        match run {
            0 => value += 1,
            1 | 2 => {
                parts.push(name(value));
                value += 1;
            }
            _ => {
                parts.push(format!("{} to {}", name(value), name(value + run - 1)));
                value += run;
            }
        }
    }
    join(parts)
}

fn join(mut parts: Vec<String>) -> String {
    match parts.pop() {
        None => String::new(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}
