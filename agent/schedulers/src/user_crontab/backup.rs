use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::FailPoints;
use crate::replace_file::{remove_if_there, replace_file, sync_directory};

/// Backups kept for each user.
const KEPT: usize = 10;

/// Keeps `tab` as `crontab-<user>.<n>` in `dir`, unless the newest backup is the same; the oldest go.
pub(crate) fn keep(dir: &Path, user: &str, tab: &[u8], points: &FailPoints) -> io::Result<()> {
    let backups = list(dir, user)?;
    let newest = backups.last();
    if let Some((_, path)) = newest
        && fs::read(path)? == tab
    {
        return Ok(());
    }
    let number = newest.map_or(1, |(number, _)| number + 1);
    let path = dir.join(format!("crontab-{user}.{number}"));
    replace_file(&path, &dir.join(format!(".crontab-{user}.tmp")), tab, 0o600, points)?;
    sync_directory(dir)?;
    points.reach("backed up");
    let surplus = (backups.len() + 1).saturating_sub(KEPT);
    backups.iter().take(surplus).try_for_each(|(_, path)| remove_if_there(path))
}

/// The backups of a user, oldest first.
fn list(dir: &Path, user: &str) -> io::Result<Vec<(u64, PathBuf)>> {
    let prefix = format!("crontab-{user}.");
    let mut backups = Vec::new();
    for file in fs::read_dir(dir)? {
        let file = file?;
        let name = file.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&prefix)).and_then(|n| n.parse().ok());
        backups.extend(number.map(|number| (number, file.path())));
    }
    backups.sort();
    Ok(backups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_ten_that_differ() {
        let dir = tempfile::tempdir().unwrap();
        let keep = |tab: &str| keep(dir.path(), "app", tab.as_bytes(), &FailPoints::default()).unwrap();
        for n in 0..15 {
            keep(&format!("tab {n}"));
            keep(&format!("tab {n}"));
        }
        let kept = list(dir.path(), "app").unwrap();
        let numbers: Vec<u64> = kept.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (6..=15).collect::<Vec<_>>());
        assert_eq!(fs::read_to_string(&kept[9].1).unwrap(), "tab 14");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 10, "no temporary stays");
    }
}
