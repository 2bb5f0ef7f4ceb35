//! Things that open and resolve again and again.

use crontopus_ids::IncidentId;

use super::Target;

/// Time over which changes are counted, and for which a thing must be stable.
pub const HOUR_MS: i64 = 3_600_000;

/// More changes than this within an hour are flapping.
pub const MOST_CHANGES: u32 = 6;

/// Something that flaps: a monitor, or a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flap {
    /// Who was told that it does.
    pub told: Vec<(String, Target)>,
    /// Its last incident.
    pub incident: IncidentId,
    /// When it last changed, UTC milliseconds.
    pub last_at: i64,
}

impl Flap {
    /// When it is stable again, if it does not change until then.
    pub fn check_at(&self) -> i64 {
        self.last_at.saturating_add(HOUR_MS)
    }
}

/// What a change means when so many came within the hour before.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// It is a change like any other.
    Calm,
    /// With this change it flaps.
    Begins,
    /// It flaps and nobody wants to hear more.
    GoesOn,
}

pub(super) fn pace(changes: u32, flap: Option<&Flap>, now: i64) -> Pace {
    match flap {
        Some(flap) if now < flap.check_at() => Pace::GoesOn,
        _ if changes > MOST_CHANGES => Pace::Begins,
        _ => Pace::Calm,
    }
}
