use crontopus_domain::statistics::Tally;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::DayTally;
use crate::access::Actor;
use crate::{App, Error, Result};

/// The days of a year of UTC on which a job had runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The year.
    pub year: i16,
    /// Its days, in order.
    pub days: Vec<DayTally>,
}

impl App {
    /// The days of a year on which a job had runs, all places together.
    pub async fn get_job_calendar(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        year: Option<i16>,
    ) -> Result<Calendar> {
        let year = year.unwrap_or_else(|| self.clock.now().to_zoned(TimeZone::UTC).year());
        let new_year = |year: i16| {
            let first = Date::new(year, 1, 1).ok()?.to_zoned(TimeZone::UTC).ok()?;
            Some(first.timestamp().as_millisecond())
        };
        let bounds = new_year(year).zip(new_year(year.saturating_add(1))).filter(|(from, _)| *from >= 0);
        let (from, to) = bounds.ok_or_else(|| Error::invalid("?year", "a year from 1970 to 9998"))?;
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?;
        let form = form.ok_or_else(|| Error::not_found(format!("job {namespace}/{name}")))?;
        let ids = read.list_job_monitors(form.id).await?;
        let mut days: std::collections::BTreeMap<i64, Tally> = std::collections::BTreeMap::new();
        for (_, day, tally) in super::days(&mut read, &ids, (from, to), self.now_ms()).await? {
            days.entry(day).or_default().merge(&tally);
        }
        let days = days.into_iter().filter(|(_, tally)| !tally.counts.is_empty());
        Ok(Calendar { year, days: days.map(|(day, tally)| DayTally { day, tally }).collect() })
    }
}
