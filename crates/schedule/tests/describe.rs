//! Expressions in plain English.

use crontopus_schedule::{Cron, Every, Schedule};

#[test]
fn plain_english() {
    let lines: Vec<String> = [
        "* * * * *",
        "*/5 * * * *",
        "0 * * * *",
        "15 * * * *",
        "30 2 * * *",
        "0 9 * * 1-5",
        "0 9,18 * * 1-5",
        "*/15 9-17 * * 1-5",
        "* 3 * * *",
        "0 0 1 * *",
        "0 0 1,15 * *",
        "0 12 13 * 5",
        "0 0 */2 * 1",
        "0 0 29 2 *",
        "0 8 * 1-3,12 sun",
        "0 6 L * *",
        "0 6 LW * *",
        "0 6 L-1,L-3 * *",
        "0 6 15W * *",
        "0 8 * * 1#1",
        "0 17 * * 5L",
        "0,7,14,21 0-23 * * *",
        "@weekly",
        "@yearly",
        "*/20 * * * * *",
        "30 0 4 * * *",
        "* * * * * *",
    ]
    .into_iter()
    .map(|text| format!("{text:22} {}", Cron::parse(text).unwrap().describe()))
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    * * * * *              every minute
    */5 * * * *            every 5 minutes
    0 * * * *              every hour on the hour
    15 * * * *             at minute 15 of every hour
    30 2 * * *             at 02:30 every day
    0 9 * * 1-5            at 09:00, Monday to Friday
    0 9,18 * * 1-5         at 09:00 and 18:00, Monday to Friday
    */15 9-17 * * 1-5      every 15 minutes past hours 9 to 17, Monday to Friday
    * 3 * * *              every minute past hour 3
    0 0 1 * *              at 00:00 on day 1 of the month
    0 0 1,15 * *           at 00:00 on days 1 and 15 of the month
    0 12 13 * 5            at 12:00 on day 13 of the month, or on Friday
    0 0 */2 * 1            at 00:00 on days 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of the month if it is Monday
    0 0 29 2 *             at 00:00 on day 29 of the month, in February
    0 8 * 1-3,12 sun       at 08:00 on Sunday, in January to March and December
    0 6 L * *              at 06:00 on the last day of the month
    0 6 LW * *             at 06:00 on the last Monday-to-Friday day of the month
    0 6 L-1,L-3 * *        at 06:00 on the day before the last of the month and the day 3 days before the last of the month
    0 6 15W * *            at 06:00 on the Monday-to-Friday day nearest to day 15
    0 8 * * 1#1            at 08:00 on the first Monday of the month
    0 17 * * 5L            at 17:00 on the last Friday of the month
    0,7,14,21 0-23 * * *   at minutes 0, 7, 14 and 21 of every hour
    @weekly                at 00:00 on Sunday
    @yearly                at 00:00 on day 1 of the month, in January
    */20 * * * * *         every minute, at seconds 0, 20 and 40
    30 0 4 * * *           at 04:00, at second 30, every day
    * * * * * *            every second, every minute
    "#);
}

#[test]
fn schedules() {
    let list = ["0 2 * * *", "0 14 * * 6"].map(|text| Cron::parse(text).unwrap()).to_vec();
    assert_eq!(Schedule::Cron(list).describe(), "at 02:00 every day; and at 14:00 on Saturday");
    let every = Schedule::Every(Every::from_seconds(5_400).unwrap());
    assert_eq!(every.describe(), "every 1h30m, counted from 1970-01-01 00:00 UTC");
    assert_eq!(Schedule::Reboot.describe(), "when the host starts");
    assert_eq!(Schedule::OnDemand.describe(), "only on demand");
}
