//! The console's files, built when a source changed since.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::progress::{step, warn};
use crate::{interrupt, npm, process};

/// What the files are made of.
const SOURCES: [&str; 7] = [
    "frontend",
    "ui",
    "package.json",
    "package-lock.json",
    "tsconfig.base.json",
    "vite.app.ts",
    "openapi/console.json",
];

/// Builds the console; whether there is one. Without it the service runs all the same, and its first page says how to
/// build it.
pub(super) fn build(root: &Path) -> Result<bool> {
    let built = root.join("frontend/dist");
    if !is_stale(root, &built) {
        return Ok(true);
    }
    let made = npm::ensure().and_then(|()| npm::install(root)).and_then(|()| {
        step("building the console");
        process::run(&mut npm::script(root, "build"))
    });
    match made {
        Ok(()) => Ok(true),
        Err(error) if interrupt::requested() => Err(error),
        Err(error) => {
            warn(format!("the console was not built: {error:#}"));
            Ok(false)
        }
    }
}

fn is_stale(root: &Path, built: &Path) -> bool {
    let Ok(made) = built.join("index.html").metadata().and_then(|meta| meta.modified()) else { return true };
    SOURCES.iter().filter_map(|source| newest(&root.join(source), built)).any(|changed| changed > made)
}

/// When something there was written last; what lies in `except` does not count.
fn newest(path: &Path, except: &Path) -> Option<SystemTime> {
    if path == except {
        return None;
    }
    let meta = path.symlink_metadata().ok()?;
    if !meta.is_dir() {
        return meta.modified().ok();
    }
    let inside = fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest(&entry.path(), except));
    inside.max()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_newer_than_the_files_makes_them_stale() {
        let dir = tempfile::tempdir().unwrap();
        let (root, built) = (dir.path(), dir.path().join("frontend/dist"));
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let write = |path: &str, seconds: u64| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            File::create(root.join(path)).unwrap().set_modified(then + Duration::from_secs(seconds)).unwrap();
        };
        assert!(is_stale(root, &built), "nothing was built yet");
        write("frontend/pages/jobs.tsx", 0);
        write("package.json", 0);
        write("frontend/dist/index.html", 10);
        write("frontend/dist/assets/later.js", 20);
        assert!(!is_stale(root, &built), "what was built is no source");
        write("frontend/pages/jobs.tsx", 11);
        assert!(is_stale(root, &built));
        write("frontend/dist/index.html", 12);
        assert!(!is_stale(root, &built));
        write("package-lock.json", 13);
        assert!(is_stale(root, &built));
    }
}
