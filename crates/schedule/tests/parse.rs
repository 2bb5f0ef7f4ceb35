//! What is accepted, what is refused, and what the refusal says.

use crontopus_schedule::Cron;

/// The expression with the offending characters underlined, the problem and the help.
fn refused(text: &str) -> String {
    let error = Cron::parse(text).expect_err(text);
    let marks = format!("{}{}", " ".repeat(error.column - 1), "^".repeat(error.len.max(1)));
    format!("{text}\n{marks}\n{error}\n{}", error.help)
}

#[test]
fn accepted() {
    for text in [
        "* * * * *",
        "*/5 * * * *",
        "0 0 * * 7",
        "0 0 * * sun-sat",
        "0 0 * JAN-mar,DEC *",
        "1,2,3-9/2 0-23 1-31 1-12 0-7",
        "0 0 ? * 1",
        "0 0 1 * ?",
        "0 0 L * *",
        "0 0 L-3 * *",
        "0 0 LW * *",
        "0 0 15W,lw * *",
        "0 0 1,15,L * *",
        "0 0 * * 1#2",
        "0 0 * * mon#1,fri#5",
        "0 0 * * 5L",
        "0 0 * * friL",
        "*/10 0 0 * * *",
        "59 59 23 31 12 7",
        "@hourly",
        "@daily",
        "@midnight",
        "@weekly",
        "@monthly",
        "@yearly",
        "@annually",
        "@DAILY",
        "0 0 29 2 *",
        "0 0 31 2 1",
        "0 0 31 1-2 *",
        "5-5 * * * *",
        "00 02 * * 01",
    ] {
        let cron = Cron::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(Cron::parse(&cron.to_string()).unwrap(), cron, "{text}");
    }
}

#[test]
fn white_space_is_normalised() {
    assert_eq!(Cron::parse("  0\t2  * *   mon ").unwrap().to_string(), "0 2 * * mon");
    assert_eq!(Cron::parse(" @Daily ").unwrap().to_string(), "@daily");
}

#[test]
fn kinds() {
    assert!(Cron::parse("0 0 0 * * *").unwrap().has_seconds());
    assert!(!Cron::parse("@daily").unwrap().has_seconds());
    assert!(Cron::parse("0 0 * * 1#1").unwrap().is_extended());
    assert!(!Cron::parse("0 0 ? * 1").unwrap().is_extended());
}

#[test]
fn refusals_say_how_to_mend() {
    let refusals: Vec<String> = [
        "0 22-2 * * *",
        "0 0 * * fri-sun",
        "0 0 * * 6-1",
        "0~30 * * * *",
        "5/10 * * * *",
        "*/60 * * * *",
        "* */0 * * *",
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 31 2 *",
        "0 0 30,31 feb *",
        "0 0 * * monday",
        "0 0 * * 1#6",
        "0 0 * * L",
        "0 0 5#2 * *",
        "L * * * *",
        "0 0 32W * *",
        "0 0 L-31 * *",
        "H * * * *",
        "? * * * *",
        "1,,2 * * * *",
        "1- * * * *",
        "*-5 * * * *",
        "*/x * * * *",
        "é * * * *",
        "0 0 * *",
        "",
        "0 2 * * * root run-it",
        "@dayly",
        "@reboot",
        "@every 5m",
        "-1 * * * *",
        "99999999999 * * * *",
        "1-5-7 * * * *",
    ]
    .into_iter()
    .map(refused)
    .collect();
    insta::assert_snapshot!(refusals.join("\n\n"), @r#"
    0 22-2 * * *
      ^^^^
    the range `22-2` runs backwards and would never be true
    split it in two: `22-23,0-2`

    0 0 * * fri-sun
            ^^^^^^^
    the range `fri-sun` runs backwards and would never be true
    Sunday is also 7: write `5-7`

    0 0 * * 6-1
            ^^^
    the range `6-1` runs backwards and would never be true
    split it in two: `6,0-1`

    0~30 * * * *
    ^^^^
    `~` (a random time) is understood by few schedulers and read as its first value by others
    choose a fixed time, and use `jitter:` to spread the starts

    5/10 * * * *
    ^^^^
    `5/10` has a step but no range to step through
    write `5-59/10`, or `*/10`

    */60 * * * *
    ^^^^
    a step of 60 is larger than the field (0-59)
    `*/60` would only ever mean 0: write `0`, or use `every:`

    * */0 * * *
      ^^^
    a step of 0 never moves on
    write a step of 1 or more

    60 * * * *
    ^^
    60 is outside 0-59 for minutes
    the full hour or minute is 0

    0 24 * * *
      ^^
    24 is outside 0-23 for hours
    midnight is hour 0

    0 0 0 * *
        ^
    0 is outside 1-31 for day of month
    write a value from 1 to 31

    0 0 31 2 *
        ^^^^
    this schedule can never fire: none of its months has such a day
    name a month that has the day, or write `L` for the last day of a month

    0 0 30,31 feb *
        ^^^^^^^^^
    this schedule can never fire: none of its months has such a day
    name a month that has the day, or write `L` for the last day of a month

    0 0 * * monday
            ^^^^^^
    `monday` is not a value for day of week
    write the short name `mon`

    0 0 * * 1#6
            ^^^
    a month has no weekday number `6`
    write `#1` to `#5`; `5L` is the last Friday

    0 0 * * L
            ^
    `L` alone is not a day of the week
    write `6` for Saturday, or `6L` for the last Saturday of the month

    0 0 5#2 * *
        ^^^
    `5#2` is not a value for day of month
    `L` and `W` stand in day of month (`L`, `LW`, `15W`), `#` and `L` in day of week (`1#2`, `5L`)

    L * * * *
    ^
    `L` is not a value for minutes
    `L` and `W` stand in day of month (`L`, `LW`, `15W`), `#` and `L` in day of week (`1#2`, `5L`)

    0 0 32W * *
        ^^^
    `32W` names no day for the nearest weekday
    write `1W` to `31W`, or `LW` for the last weekday of the month

    0 0 L-31 * *
        ^^^^
    `L-31` does not count back from the last day
    write `L-1` to `L-30`: so many days before the last of the month

    H * * * *
    ^
    `H` is not a value for minutes
    choose a fixed time, and use `jitter:` to spread the starts

    ? * * * *
    ^
    `?` has no meaning in minutes
    write `*`; `?` stands only for day of month or day of week

    1,,2 * * * *
      ^
    a list element is empty
    remove the extra comma

    1- * * * *
    ^^
    `1-` lacks a value
    write a range such as `0-59`

    *-5 * * * *
    ^^^
    `*` is not a value for minutes
    write `*` alone, not inside a range or list

    */x * * * *
    ^^^
    `x` is not a step
    write a whole number from 1 to 59 after `/`

    é * * * *
    ^
    `é` is not a value for minutes
    write a number from 0 to 59, a range, a list or `*`

    0 0 * *
           ^
    the expression has 4 of the 5 fields
    write minute hour day-of-month month day-of-week, such as `30 2 * * 1-5`


    ^
    the expression is empty
    write five fields: minute hour day-of-month month day-of-week, such as `30 2 * * 1-5`

    0 2 * * * root run-it
                   ^^^^^^
    the expression has 7 fields; 5 are usual, 6 with seconds in front
    give the schedule alone: a user, a command or a year does not belong here

    @dayly
    ^^^^^^
    this macro is not known
    did you mean `@daily`?

    @reboot
    ^^^^^^^
    `@reboot` is not a time of day
    use `@reboot` as the only schedule of a job that an agent holds

    @every 5m
    ^^^^^^
    `@every` is not a cron macro
    write `every: 15m` in place of the schedule

    -1 * * * *
    ^^
    `-1` lacks a value
    write a range such as `0-59`

    99999999999 * * * *
    ^^^^^^^^^^^
    99999999999 is outside 0-59 for minutes
    write a value from 0 to 59

    1-5-7 * * * *
    ^^^^^
    `5-7` is not a value for minutes
    write a number from 0 to 59, a range, a list or `*`
    "#);
}

#[test]
fn hostile_texts_are_errors() {
    for text in [
        "*".repeat(100_000),
        "* ".repeat(400),
        "1,".repeat(450) + "1 * * * *",
        "\0 * * * *".to_owned(),
        "é é é é é".to_owned(),
        "0 0 ✂#✂ * ✂L".to_owned(),
        "0 0 * * 1#\u{1F600}".to_owned(),
        "0 0 * * \u{1F600}L".to_owned(),
        "0 0 \u{1F600}W * *".to_owned(),
    ] {
        let parsed = Cron::parse(&text);
        assert_eq!(parsed.is_ok(), text.starts_with("1,"), "{text}");
        if let Err(error) = parsed {
            assert!(error.column >= 1 && !error.problem.is_empty() && !error.help.is_empty());
            assert!(error.problem.len() + error.help.len() < 1_500, "{}", error.problem);
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ -~é*/,#LW?0-9a-z@]{0,40}") {
        if let Err(error) = Cron::parse(&text) {
            proptest::prop_assert!(error.column + error.len <= text.chars().count() + 1);
        }
    }
}
