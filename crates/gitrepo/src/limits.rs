/// Bounds on what is read of a repository, so that a hostile one costs neither memory nor time without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one manifest file; a larger one is skipped and named.
    pub file_bytes: u64,
    /// Manifest files in one commit.
    pub files: u64,
    /// Bytes of all manifests read at once.
    pub total_bytes: u64,
    /// Entries of all directories visited, manifests or not.
    pub entries: u64,
    /// Directories below each other.
    pub depth: usize,
    /// Bytes of one directory or commit object.
    pub object_bytes: u64,
    /// Commits walked to answer one question about history.
    pub commits: usize,
}

impl Default for Limits {
    /// Holds 200,000 manifests; far beyond what a person keeps, and a few hundred megabytes at the worst.
    fn default() -> Self {
        Self {
            file_bytes: 1 << 20,
            files: 200_000,
            total_bytes: 512 << 20,
            entries: 2_000_000,
            depth: 32,
            object_bytes: 32 << 20,
            commits: 1_000_000,
        }
    }
}
