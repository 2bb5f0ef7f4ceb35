use serde::{Deserialize, Serialize};

use crate::{ContentHash, JobKey};

const PREFIX: &str = "# crontopus ";
const HASH: &str = " sha256=";

/// The comment line by which an entry says whose it is.
///
/// It names its own path, so that a copy made elsewhere is nobody's; and the hash of everything around
/// it, so that an edit shows without the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The agent's installation.
    pub installation: String,
    /// The job the entry starts.
    pub job: JobKey,
    /// Where the entry was written.
    pub path: String,
    /// Hash of the entry's text without the hash itself.
    pub hash: ContentHash,
}

impl Marker {
    /// The text of an entry: `above` (comments), the marker line, `below` (the scheduler's lines). All
    /// end in a newline or are empty. `path` must hold neither spaces nor newlines.
    pub fn seal(installation: &str, job: &JobKey, path: &str, above: &str, below: &str) -> String {
        let line = format!("{PREFIX}installation={installation} job={job} path={path}");
        let hash = ContentHash::of(format!("{above}{line}{below}").as_bytes());
        format!("{above}{line}{HASH}{hash}\n{below}")
    }

    /// The marker in one line (without its newline), if it is one.
    pub fn parse(line: &str) -> Option<Self> {
        let (fields, hash) = line.strip_prefix(PREFIX)?.split_once(HASH)?;
        let mut fields = fields.split(' ');
        let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let marker = Self {
            installation: field("installation")?.to_owned(),
            job: field("job")?.parse().ok()?,
            path: field("path")?.to_owned(),
            hash: hash_of_digits(hash.trim_end_matches('\r'))?,
        };
        fields.next().is_none().then_some(marker)
    }

    /// The first marker in `text`.
    pub fn find(text: &str) -> Option<Self> {
        text.lines().find_map(Self::parse)
    }

    /// Whether `text`, which holds this marker, is as [`Marker::seal`] made it.
    pub fn is_intact(&self, text: &str) -> bool {
        let hash = format!("{HASH}{}\n", self.hash);
        match text.split_once(&hash) {
            Some((before, after)) => ContentHash::of(format!("{before}{after}").as_bytes()) == self.hash,
            None => false,
        }
    }
}

fn hash_of_digits(text: &str) -> Option<ContentHash> {
    let is_hash = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then(|| ContentHash::from_hex(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> String {
        let job = "prod/backup".parse().unwrap();
        Marker::seal("ins_1", &job, "/etc/cron.d/crontopus-prod_backup", "# hello\n", "0 2 * * * root x\n")
    }

    #[test]
    fn reads_what_it_sealed() {
        let text = sealed();
        let marker = Marker::find(&text).unwrap();
        assert_eq!(marker.installation, "ins_1");
        assert_eq!(marker.job.as_str(), "prod/backup");
        assert_eq!(marker.path, "/etc/cron.d/crontopus-prod_backup");
        assert!(marker.is_intact(&text));
    }

    #[test]
    fn every_edit_shows() {
        let text = sealed();
        let marker = Marker::find(&text).unwrap();
        for edited in [
            text.replace("0 2", "0 3"),
            text.replace("hello", "hullo"),
            text.replace("ins_1", "ins_2"),
            text.replace("root x\n", "root x"),
            format!("{text}* * * * * root y\n"),
            text.replace('\n', "\r\n"),
        ] {
            assert!(!marker.is_intact(&edited), "{edited}");
        }
    }

    #[test]
    fn what_is_no_marker() {
        for line in [
            "",
            "# crontopus",
            "# crontopus installation=a job=b path=/x sha256=00",
            "#crontopus installation=a job=a/b path=/x sha256=00",
            &format!("# crontopus installation=a job=a/b path=/x more=1 sha256={}", "0".repeat(64)),
            &format!("# crontopus installation=a job=../b path=/x sha256={}", "0".repeat(64)),
            &format!("# crontopus installation=a job=a/b path=/x sha256={}", "G".repeat(64)),
        ] {
            assert_eq!(Marker::parse(line), None, "{line}");
        }
    }
}
