//! Next occurrence and parsing, side by side with croner and cronexpr.
//!
//! Each sample of `next_…` asks once in every zone of the database, at a moment that moves along
//! with the zone: the time is for one such round, `item/s` counts single questions. The summary
//! printed first gives the median over zones, in nanoseconds for one question.

use std::hint::black_box;
use std::time::Instant;

use crontopus_schedule::{Cron, Profile, Schedule};
use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::{Timestamp, tz::TimeZone};

const COMMON: [&str; 8] = [
    "* * * * *",
    "*/5 * * * *",
    "0 * * * *",
    "30 2 * * *",
    "0 9 * * 1-5",
    "*/15 9-17 * * 1-5",
    "0 0 1 * *",
    "0 0 29 2 *",
];
/// What is parsed.
const PARSED: [&str; 3] = ["*/5 * * * *", "0 9 * JAN-MAR MON-FRI", "0,15,30,45 8-18/2 1,15 * 1-5"];

fn main() {
    summary();
    divan::main();
}

/// Every zone, with a moment of 2026 that differs from zone to zone.
fn questions() -> Vec<(TimeZone, Timestamp)> {
    let start: Timestamp = "2026-01-01T15:07:03Z".parse().expect("a timestamp");
    let zones = jiff::tz::db().available();
    zones
        .filter_map(|name| TimeZone::get(name.as_str()).ok())
        .enumerate()
        .map(|(i, zone)| (zone, start + jiff::SignedDuration::from_mins(i as i64 * 877)))
        .collect()
}

fn schedule(text: &str) -> Schedule {
    Schedule::Cron(vec![Cron::parse(text).expect("an expression")])
}

fn croner(text: &str) -> croner::Cron {
    text.parse().expect("an expression")
}

fn cronexpr(text: &str, zone: &TimeZone) -> Option<cronexpr::Crontab> {
    cronexpr::parse_crontab(&format!("{text} {}", zone.iana_name()?)).ok()
}

/// Median over zones of the fastest of nine runs, in nanoseconds.
fn median(questions: &[(TimeZone, Timestamp)], mut ask: impl FnMut(usize, &TimeZone, Timestamp)) -> f64 {
    const REPEATS: u32 = 20;
    let mut zones: Vec<f64> = questions
        .iter()
        .enumerate()
        .map(|(i, (zone, after))| {
            let run = |_| {
                let start = Instant::now();
                for _ in 0..REPEATS {
                    ask(i, black_box(zone), black_box(*after));
                }
                start.elapsed().as_nanos() as f64 / f64::from(REPEATS)
            };
            (0..9).map(run).fold(f64::MAX, f64::min)
        })
        .collect();
    zones.sort_by(f64::total_cmp);
    zones[zones.len() / 2]
}

fn summary() {
    let questions = questions();
    println!("next occurrence, median over {} zones, ns", questions.len());
    println!("{:22} {:>9} {:>9} {:>9} {:>9}", "", "next", "prev", "croner", "cronexpr");
    for text in COMMON {
        let ours = schedule(text);
        let theirs = croner(text);
        let crontabs: Vec<_> = questions.iter().map(|(zone, _)| cronexpr(text, zone)).collect();
        let debian = median(&questions, |_, zone, after| {
            black_box(ours.next(after, zone, Profile::DebianCron));
        });
        let prev = median(&questions, |_, zone, after| {
            black_box(ours.prev(after, zone, Profile::Guarded));
        });
        let zoned: Vec<_> = questions.iter().map(|(zone, after)| after.to_zoned(zone.clone())).collect();
        let croner = median(&questions, |i, _, _| {
            black_box(theirs.find_next_occurrence(&zoned[i], false).ok());
        });
        let cronexpr = median(&questions, |i, _, after| {
            black_box(
                crontabs[i].as_ref().map(|crontab| crontab.find_next(cronexpr::MakeTimestamp(after)).ok()),
            );
        });
        println!("{text:22} {debian:9.0} {prev:9.0} {croner:9.0} {cronexpr:9.0}");
    }
    println!();
}

#[divan::bench(args = COMMON)]
fn next_ours(bencher: Bencher<'_, '_>, text: &str) {
    let (schedule, questions) = (schedule(text), questions());
    bencher.counter(ItemsCount::new(questions.len())).bench_local(|| {
        for (zone, after) in &questions {
            black_box(schedule.next(*after, zone, Profile::DebianCron));
        }
    });
}

#[divan::bench(args = COMMON, sample_count = 10)]
fn next_croner(bencher: Bencher<'_, '_>, text: &str) {
    let croner = croner(text);
    let zoned: Vec<_> = questions().into_iter().map(|(zone, after)| after.to_zoned(zone)).collect();
    bencher.counter(ItemsCount::new(zoned.len())).bench_local(|| {
        for after in &zoned {
            black_box(croner.find_next_occurrence(after, false).ok());
        }
    });
}

#[divan::bench(args = COMMON, sample_count = 10)]
fn next_cronexpr(bencher: Bencher<'_, '_>, text: &str) {
    let questions = questions();
    let crontabs: Vec<_> =
        questions.iter().filter_map(|(zone, after)| Some((cronexpr(text, zone)?, *after))).collect();
    bencher.counter(ItemsCount::new(crontabs.len())).bench_local(|| {
        for (crontab, after) in &crontabs {
            black_box(crontab.find_next(cronexpr::MakeTimestamp(*after)).ok());
        }
    });
}

/// Rendering for Debian cron: exact in the host's own zone, a superset elsewhere.
#[divan::bench(args = [("30 2 * * *", "Europe/Berlin"), ("30 2 * * *", "America/New_York")])]
fn render_ours(bencher: Bencher<'_, '_>, (text, zone): (&str, &str)) {
    let now: Timestamp = "2026-11-20T15:07:03Z".parse().expect("a timestamp");
    let schedule = schedule(text);
    bencher.bench_local(|| {
        crontopus_schedule::render(&schedule, zone, "Europe/Berlin", Profile::DebianCron, black_box(now))
    });
}

#[divan::bench(args = PARSED)]
fn parse_ours(text: &str) -> Option<Cron> {
    Cron::parse(black_box(text)).ok()
}

#[divan::bench(args = PARSED)]
fn parse_croner(text: &str) -> Option<croner::Cron> {
    black_box(text).parse().ok()
}

#[divan::bench(args = PARSED)]
fn parse_cronexpr(text: &str) -> Option<cronexpr::Crontab> {
    let mut options = cronexpr::ParseOptions::default();
    options.fallback_timezone_option = cronexpr::FallbackTimezoneOption::UTC;
    cronexpr::parse_crontab_with(black_box(text), options).ok()
}
