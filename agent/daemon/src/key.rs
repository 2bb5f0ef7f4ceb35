//! The agent's key on disk, and its change.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use crontopus_api::signature::SecretKey;
use crontopus_clock::{Entropy as _, SystemEntropy};
use crontopus_manifest::spec::Layout;
use rustix::fs::{FlockOperation, Mode, OFlags};

use crate::files;

/// Which file a key was read from: another one after each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyFile {
    inode: u64,
    changed: (i64, i64),
}

/// Reads the agent's key; refuses one that others can read.
pub(crate) fn load(layout: &Layout) -> anyhow::Result<(SecretKey, KeyFile)> {
    read(&layout.key())
}

/// The key's file as it is now; `None` when it cannot be looked at.
pub(crate) fn file(layout: &Layout) -> Option<KeyFile> {
    fs::metadata(layout.key()).ok().as_ref().map(KeyFile::of)
}

/// Stores a key for its owner alone.
pub(crate) fn save(path: &Path, key: &SecretKey) -> anyhow::Result<()> {
    files::replace(path, key.to_base64().as_bytes(), 0o600)
}

impl KeyFile {
    fn of(meta: &fs::Metadata) -> Self {
        Self { inode: meta.ino(), changed: (meta.ctime(), meta.ctime_nsec()) }
    }
}

fn read(path: &Path) -> anyhow::Result<(SecretKey, KeyFile)> {
    let meta = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if meta.permissions().mode() & 0o077 != 0 {
        bail!("{} can be read by others\nhint: chmod 600 {0}", path.display());
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let key = SecretKey::from_base64(&text).with_context(|| format!("{} is damaged", path.display()))?;
    Ok((key, KeyFile::of(&meta)))
}

/// The server, as far as a change of keys is concerned.
pub(crate) trait KeyKeeper {
    /// Announces the key that follows the present one. The same one again is fine.
    fn announce(&self, new: &SecretKey) -> anyhow::Result<()>;
    /// Whether the server takes this key by itself.
    fn takes(&self, key: &SecretKey) -> bool;
}

/// Whether a change was begun and not ended.
pub(crate) fn is_half_changed(layout: &Layout) -> bool {
    next(layout).exists()
}

/// Changes the key: makes one, keeps it beside the old one, announces it, and only then puts it in the old
/// one's place. After a crash anywhere in between, doing this again ends the same change: until then the
/// server takes the old key, for 24 hours after it has heard of the new one.
pub(crate) fn change(layout: &Layout, keeper: &dyn KeyKeeper) -> anyhow::Result<()> {
    let _turn = turn(layout)?;
    complete(layout, keeper)
}

/// Ends a change that was begun. One that was under way and has ended by now is not followed by another.
pub(crate) fn finish(layout: &Layout, keeper: &dyn KeyKeeper) -> anyhow::Result<()> {
    let _turn = turn(layout)?;
    if is_half_changed(layout) { complete(layout, keeper) } else { Ok(()) }
}

/// A daemon and a person at the terminal may both change it: one after the other.
fn turn(layout: &Layout) -> anyhow::Result<OwnedFd> {
    let turn = layout.root().join("agent.key.lock");
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
    let turn = rustix::fs::open(&turn, flags, Mode::from_raw_mode(0o600))
        .with_context(|| format!("cannot open {}", turn.display()))?;
    rustix::fs::flock(&turn, FlockOperation::LockExclusive).context("cannot wait for a turn")?;
    Ok(turn)
}

fn complete(layout: &Layout, keeper: &dyn KeyKeeper) -> anyhow::Result<()> {
    let next = next(layout);
    let new = if next.exists() {
        read(&next)?.0
    } else {
        let new = SecretKey::from_bytes(&SystemEntropy.bytes());
        save(&next, &new)?;
        new
    };
    if let Err(e) = keeper.announce(&new) {
        // The old key may have ended since the server heard of the new one.
        if !keeper.takes(&new) {
            return Err(e).context("the server did not take the new key");
        }
    }
    save(&layout.key(), &new)?;
    files::remove(&next)
}

fn next(layout: &Layout) -> PathBuf {
    layout.key().with_extension("key.next")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::fail_points;

    /// Takes the first key, and each one that a taken one announces; the old ones end at once when told so.
    struct Keeper<'a> {
        layout: &'a Layout,
        taken: RefCell<Vec<String>>,
    }

    impl Keeper<'_> {
        fn signer_is_taken(&self) -> bool {
            self.takes(&load(self.layout).unwrap().0)
        }

        fn end_old_keys(&self) {
            let mut taken = self.taken.borrow_mut();
            let old = taken.len() - 1;
            taken.drain(..old);
        }
    }

    impl KeyKeeper for Keeper<'_> {
        fn announce(&self, new: &SecretKey) -> anyhow::Result<()> {
            anyhow::ensure!(self.signer_is_taken(), "signed with a key that is not taken");
            if !self.takes(new) {
                self.taken.borrow_mut().push(new.public().fingerprint());
            }
            fail_points::reach();
            Ok(())
        }

        fn takes(&self, key: &SecretKey) -> bool {
            self.taken.borrow().contains(&key.public().fingerprint())
        }
    }

    #[test]
    fn killed_at_every_point_a_key_stays_that_the_server_takes() {
        let mut killed = 0;
        for point in 0.. {
            let dir = tempfile::tempdir().unwrap();
            let layout = Layout::new(dir.path());
            let first = SecretKey::from_bytes(&[1; 32]);
            save(&layout.key(), &first).unwrap();
            let keeper = Keeper { layout: &layout, taken: RefCell::new(vec![first.public().fingerprint()]) };
            let ended = fail_points::until(point, || change(&layout, &keeper).unwrap());
            assert!(keeper.signer_is_taken(), "point {point}");

            // A day later the old key has ended, and the change is taken up.
            keeper.end_old_keys();
            finish(&layout, &keeper).unwrap();
            assert!(keeper.signer_is_taken(), "point {point}");
            assert!(!is_half_changed(&layout), "point {point}");
            if ended.is_some() {
                assert_eq!(keeper.taken.borrow().len(), 1);
                break;
            }
            killed += 1;
        }
        assert!(killed >= 10, "{killed} points");
    }

    #[test]
    fn a_change_that_somebody_else_ended_is_not_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let first = SecretKey::from_bytes(&[1; 32]);
        save(&layout.key(), &first).unwrap();
        let keeper = Keeper { layout: &layout, taken: RefCell::new(vec![first.public().fingerprint()]) };
        change(&layout, &keeper).unwrap();
        let changed = load(&layout).unwrap().0.public().fingerprint();
        assert_ne!(changed, first.public().fingerprint());
        finish(&layout, &keeper).unwrap();
        assert_eq!(load(&layout).unwrap().0.public().fingerprint(), changed);
        assert_eq!(keeper.taken.borrow().len(), 2);
    }
}
