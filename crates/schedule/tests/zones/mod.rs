//! Zones for the property tests.

use jiff::tz::TimeZone;

/// Zones with whole, half and quarter hours, half-hour and two-hour changes, changes at midnight,
/// a negative daylight time and a change that follows the moon.
pub(crate) const ZONES: [&str; 16] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Europe/Dublin",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Antarctica/Troll",
    "America/Havana",
    "America/St_Johns",
    "Atlantic/Azores",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
];

pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the database")
}
