use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How instants are written.
#[derive(Debug, Clone)]
pub(crate) enum Moments {
    /// `3m ago`, `in 2h`.
    Relative(Timestamp),
    /// In full, with the zone's offset.
    In(TimeZone),
    /// In full, with a `Z`.
    Utc,
}

impl Moments {
    pub(crate) fn write(&self, at: Timestamp) -> String {
        match self {
            Self::Relative(now) => relative(*now, at),
            Self::In(zone) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%:z").to_string(),
            Self::Utc => at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }

    /// `-` for what did not happen.
    pub(crate) fn maybe(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "-".to_owned(), |at| self.write(at))
    }
}

fn relative(now: Timestamp, at: Timestamp) -> String {
    let seconds = at.as_second().saturating_sub(now.as_second());
    let length = match seconds.unsigned_abs() {
        0..=4 => return "now".to_owned(),
        s @ 5..=89 => format!("{s}s"),
        s @ 90..=5_399 => format!("{}m", s / 60),
        s @ 5_400..=129_599 => format!("{}h", s / 3_600),
        s @ 129_600..=8_639_999 => format!("{}d", s / 86_400),
        _ => return at.strftime("%Y-%m-%d").to_string(),
    };
    if seconds < 0 { format!("{length} ago") } else { format!("in {length}") }
}

/// Milliseconds as people say them.
pub(crate) fn duration_ms(ms: i64) -> String {
    let ms = ms.max(0);
    match ms {
        0..=999 => format!("{ms}ms"),
        1_000..=59_999 => format!("{}.{}s", ms / 1_000, ms % 1_000 / 100),
        60_000..=3_599_999 => format!("{}m{:02}s", ms / 60_000, ms % 60_000 / 1_000),
        _ => format!("{}h{:02}m", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_beside_now() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        for (at, text) in [
            ("2026-11-23T12:00:03Z", "now"),
            ("2026-11-23T11:59:00Z", "60s ago"),
            ("2026-11-23T11:58:00Z", "2m ago"),
            ("2026-11-23T13:29:59Z", "in 89m"),
            ("2026-11-23T14:00:00Z", "in 2h"),
            ("2026-11-25T12:00:00Z", "in 2d"),
            ("2026-01-02T12:00:00Z", "2026-01-02"),
        ] {
            assert_eq!(Moments::Relative(now).write(at.parse().unwrap()), text);
        }
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(Moments::In(berlin).write(now), "2026-11-23 13:00:00+01:00");
        assert_eq!(Moments::Utc.maybe(Some(now)), "2026-11-23 12:00:00Z");
        assert_eq!(Moments::Utc.maybe(None), "-");
    }

    #[test]
    fn durations() {
        for (ms, text) in [
            (0, "0ms"),
            (-5, "0ms"),
            (1_250, "1.2s"),
            (61_000, "1m01s"),
            (3_660_000, "1h01m"),
            (90_000_000, "25h00m"),
        ] {
            assert_eq!(duration_ms(ms), text);
        }
    }
}
