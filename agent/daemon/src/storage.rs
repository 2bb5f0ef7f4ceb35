//! Whether the disk takes what agent and wrappers have to write.

use std::path::Path;

use crontopus_manifest::spec::Layout;
use rustix::fs::{StatVfs, StatVfsMountFlags};

/// A file system with less room than that takes no record: a bare one and what holds it.
const LEAST_BYTES: u64 = 16 << 10;

/// What is wrong with the disk below the state directory, in words for people. It only looks, so that it can be asked
/// by anybody and at any time.
pub(crate) fn trouble(layout: &Layout) -> Option<String> {
    [layout.spool().as_path(), layout.root()].into_iter().find_map(of)
}

fn of(dir: &Path) -> Option<String> {
    match rustix::fs::statvfs(dir) {
        Ok(found) => judge(&found).map(|what| format!("the file system of {} {what}", dir.display())),
        Err(e) => Some(format!("cannot look at {}: {e}", dir.display())),
    }
}

fn judge(found: &StatVfs) -> Option<String> {
    if found.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Some(
            "is read-only: runs are told to the server, but nothing is kept and nothing applied".into(),
        );
    }
    let left = found.f_bavail.saturating_mul(found.f_frsize);
    // Some file systems do not count their blocks or inodes.
    if found.f_blocks > 0 && left < LEAST_BYTES {
        return Some(format!("is full ({left} bytes are left): runs are told to the server, but not kept"));
    }
    (found.f_files > 0 && found.f_favail == 0)
        .then(|| "has no inode left: runs are told to the server, but not kept".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> StatVfs {
        StatVfs {
            f_bsize: 4096,
            f_frsize: 4096,
            f_blocks: 1000,
            f_bfree: 100,
            f_bavail: 100,
            f_files: 1000,
            f_ffree: 100,
            f_favail: 100,
            f_fsid: 0,
            f_flag: StatVfsMountFlags::empty(),
            f_namemax: 255,
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |change: fn(&mut StatVfs), expected: Option<&str>| {
            let mut found = found();
            change(&mut found);
            let said = judge(&found);
            assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
            assert!(said.unwrap_or_default().starts_with(expected.unwrap_or_default()));
        };
        check(|_| (), None);
        check(|found| found.f_flag = StatVfsMountFlags::RDONLY, Some("is read-only"));
        check(|found| found.f_bavail = 3, Some("is full (12288 bytes"));
        check(|found| found.f_bavail = 4, None);
        check(|found| found.f_favail = 0, Some("has no inode left"));
        check(|found| (found.f_files, found.f_favail) = (0, 0), None);
        check(|found| (found.f_blocks, found.f_bavail) = (0, 0), None);
    }

    #[test]
    fn a_spool_that_is_not_there_is_a_trouble() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        assert!(trouble(&layout).unwrap().contains("cannot look at"));
        std::fs::create_dir(layout.spool()).unwrap();
        assert_eq!(trouble(&layout), None);
    }
}
