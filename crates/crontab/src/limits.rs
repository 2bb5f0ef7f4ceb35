/// How much is made of one crontab at most. Assignments are repeated in each manifest below them, so that a small
/// crontab may become very much text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries that are looked at.
    pub entries: usize,
    /// Bytes of manifests, about.
    pub bytes: usize,
}

/// What a manifest is besides its command and its environment, about.
const FRAME: usize = 300;

impl Limits {
    /// For whoever made the crontab and waits for it.
    pub const NONE: Self = Self { entries: usize::MAX, bytes: usize::MAX };
}

/// What was spent of the limits.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Limits,
    most: Limits,
}

impl Budget {
    pub(crate) fn of(most: &Limits) -> Self {
        Self { left: *most, most: *most }
    }

    /// Takes what an entry of `bytes` costs, with its environment; or says why it is not looked at.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), String> {
        let entries = self.left.entries.checked_sub(1);
        let entries = entries
            .ok_or_else(|| format!("it stands after {} others; give it by itself", self.most.entries))?;
        let bytes = self.left.bytes.checked_sub(bytes.saturating_add(FRAME));
        let bytes = bytes.ok_or_else(|| {
            format!(
                "the manifests would be larger than {} bytes together; give it by itself",
                self.most.bytes
            )
        })?;
        self.left = Limits { entries, bytes };
        Ok(())
    }
}
