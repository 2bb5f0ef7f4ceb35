//! What a running process uses, from `/proc`.

use std::time::Duration;

use anyhow::{Context as _, Result};

/// Clock ticks in a second; Linux shows user space 100 whatever the kernel's own rate.
const TICKS: u64 = 100;

/// Processor time used so far, in user mode and in the kernel together, to 10 ms.
pub(super) fn processor_time(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("the process is gone")?;
    let ticks = ticks(&stat).context("/proc/<pid>/stat is not as expected")?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

/// Largest resident set so far, in KiB.
pub(super) fn peak_resident_kib(process: u32) -> Option<u64> {
    high_water_kib(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

fn high_water_kib(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// `utime` and `stime`, the 14th and 15th field; the second is the program's name and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water_kib("Name:\ttrue\nVmHWM:\t    1532 kB\nVmRSS:\t 1500 kB\n"), Some(1532));
        assert_eq!(high_water_kib("Name:\tzombie\n"), None);
    }

    #[test]
    fn ticks_are_read_past_any_name() {
        assert_eq!(ticks("7 (a) b) S 1 7 7 0 -1 4194304 90 0 0 0 250 50 0 0 20 0 1"), Some(300));
        assert_eq!(ticks("7 (a"), None);
    }
}
