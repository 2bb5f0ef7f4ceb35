//! A crontab taken apart into our block and everything else, to the byte.

use crontopus_plan::{ContentHash, JobKey, Marker, ObservedEntry};

const NOTE: &str =
    "# Managed by Crontopus: change the manifests, not these lines. Lines of your own go below the block.\n";

/// How the block of one installation is recognised.
#[derive(Debug)]
pub(crate) struct Signs {
    begin: String,
    end: String,
    installation: String,
    wrapper: String,
}

impl Signs {
    pub(crate) fn new(installation: &str, wrapper: &str) -> Self {
        Self {
            begin: format!("# BEGIN crontopus {installation} sha256="),
            end: format!("# END crontopus {installation}"),
            installation: installation.to_owned(),
            wrapper: format!("{wrapper} "),
        }
    }

    /// Whether a line inside the block is of our making, perhaps edited.
    fn is_ours(&self, line: &str) -> bool {
        line.contains(&self.wrapper) || format!("{line}\n") == NOTE || self.marker(line).is_some()
    }

    fn marker(&self, line: &str) -> Option<Marker> {
        Marker::parse(line).filter(|marker| marker.installation == self.installation)
    }
}

/// A crontab taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Foreign bytes before the block.
    before: Vec<u8>,
    /// Our entries, in order.
    sections: Vec<Section>,
    /// Foreign bytes after the block. Lines somebody put inside the block are at their beginning.
    after: Vec<u8>,
}

/// The lines of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) path: String,
    pub(crate) job: JobKey,
    pub(crate) text: Vec<u8>,
}

impl Tab {
    /// Takes `bytes` apart. A line of our block that is not of our making is foreign; a block that lost
    /// its end reaches as far as the lines are ours.
    pub(crate) fn parse(bytes: &[u8], signs: &Signs) -> Self {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let mut tab = Self::default();
        let mut strangers: Vec<u8> = Vec::new();
        let mut seen_block = false;
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            at += 1;
            if !content(line).starts_with(&signs.begin) {
                if seen_block { &mut tab.after } else { &mut tab.before }.extend_from_slice(line);
                continue;
            }
            seen_block = true;
            let rest = lines.get(at..).unwrap_or_default();
            let begins = rest.iter().position(|line| content(line).starts_with(&signs.begin));
            let ends = rest.iter().position(|line| content(line) == signs.end);
            let closed = ends.filter(|end| begins.is_none_or(|begin| *end < begin));
            let length = closed.unwrap_or_else(|| {
                rest.iter().position(|line| !signs.is_ours(&content(line))).unwrap_or(rest.len())
            });
            tab.take_block(rest.get(..length).unwrap_or_default(), signs, &mut strangers);
            at += length + usize::from(closed.is_some());
        }
        if !seen_block {
            std::mem::swap(&mut tab.before, &mut tab.after);
        }
        strangers.append(&mut tab.after);
        tab.after = strangers;
        tab
    }

    fn take_block(&mut self, lines: &[&[u8]], signs: &Signs, strangers: &mut Vec<u8>) {
        let mut current = None;
        for line in lines {
            let text = content(line);
            if let Some(marker) = signs.marker(&text) {
                current = Some(self.section(&marker));
            }
            match current.and_then(|index: usize| self.sections.get_mut(index)) {
                _ if !signs.is_ours(&text) => strangers.extend_from_slice(line),
                Some(section) => section.text.extend_from_slice(line),
                // The note above the first section, or a line whose marker is gone.
                None => {}
            }
        }
    }

    /// The section a marker begins; one that exists already is continued, so that a copy shows as an edit.
    fn section(&mut self, marker: &Marker) -> usize {
        if let Some(index) = self.sections.iter().position(|section| section.path == marker.path) {
            return index;
        }
        let (path, job) = (marker.path.clone(), marker.job.clone());
        self.sections.push(Section { path, job, text: Vec::new() });
        self.sections.len() - 1
    }

    /// Our entries as the planner wants them.
    pub(crate) fn entries(&self) -> Vec<ObservedEntry> {
        self.sections.iter().map(|section| ObservedEntry::read(&section.path, &section.text)).collect()
    }

    /// The section at `path`.
    pub(crate) fn find(&self, path: &str) -> Option<ObservedEntry> {
        let section = self.sections.iter().find(|section| section.path == path)?;
        Some(ObservedEntry::read(path, &section.text))
    }

    /// Puts or replaces a section.
    pub(crate) fn put(&mut self, section: Section) {
        match self.sections.iter_mut().find(|old| old.path == section.path) {
            Some(old) => *old = section,
            None => self.sections.push(section),
        }
    }

    /// Removes the section at `path`.
    pub(crate) fn remove(&mut self, path: &str) {
        self.sections.retain(|section| section.path != path);
    }

    /// The whole tab. A new block stands above everything else: there, no variable that somebody set
    /// for his own lines (`SHELL`, `CRON_TZ`, `RANDOM_DELAY`) reaches ours, and a last line without a
    /// newline stays as it is.
    pub(crate) fn compose(&self, signs: &Signs) -> Vec<u8> {
        let mut bytes = self.before.clone();
        if !self.sections.is_empty() {
            let mut sections = self.sections.clone();
            sections.sort_by(|a, b| a.job.cmp(&b.job));
            let mut inner = NOTE.as_bytes().to_vec();
            for section in &sections {
                inner.extend_from_slice(&section.text);
            }
            let begin = format!("{}{}\n", signs.begin, ContentHash::of(&inner));
            bytes.extend_from_slice(begin.as_bytes());
            bytes.append(&mut inner);
            bytes.extend_from_slice(format!("{}\n", signs.end).as_bytes());
        }
        bytes.extend_from_slice(&self.after);
        bytes
    }
}

/// A line without its end; bytes that are not UTF-8 make it nothing of ours.
fn content(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8_lossy(line).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signs() -> Signs {
        Signs::new("ins_1", "/opt/crontopus-run")
    }

    fn section(n: u8) -> Section {
        let job: JobKey = format!("ns/job-{n}").parse().unwrap();
        let path = format!("crontab:root#{job}");
        let line = format!("{n} * * * * /opt/crontopus-run {job}\n");
        let text = Marker::seal("ins_1", &job, &path, "", &line).into_bytes();
        Section { path, job, text }
    }

    fn with_block(foreign: &[u8], jobs: &[u8]) -> Vec<u8> {
        let mut tab = Tab::parse(foreign, &signs());
        jobs.iter().for_each(|n| tab.put(section(*n)));
        tab.compose(&signs())
    }

    fn foreign_of(bytes: &[u8]) -> Vec<u8> {
        let mut tab = Tab::parse(bytes, &signs());
        tab.sections.clear();
        tab.compose(&signs())
    }

    fn edit(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains(from), "{text}");
        text.replacen(from, to, 1).into_bytes()
    }

    #[test]
    fn the_block_stands_on_top() {
        let text = String::from_utf8(with_block(b"MAILTO=me\n5 5 * * * mine", &[2, 1])).unwrap();
        let text: Vec<&str> = text.lines().map(|line| line.split("sha256=").next().unwrap()).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        # BEGIN crontopus ins_1 
        # Managed by Crontopus: change the manifests, not these lines. Lines of your own go below the block.
        # crontopus installation=ins_1 job=ns/job-1 path=crontab:root#ns/job-1 
        1 * * * * /opt/crontopus-run ns/job-1
        # crontopus installation=ins_1 job=ns/job-2 path=crontab:root#ns/job-2 
        2 * * * * /opt/crontopus-run ns/job-2
        # END crontopus ins_1
        MAILTO=me
        5 5 * * * mine
        "#);
    }

    #[test]
    fn lines_of_others_inside_the_block_are_kept() {
        let bytes = with_block(b"5 5 * * * mine\n", &[1, 2]);
        let meddled = edit(&bytes, "# END", "6 6 * * * theirs\n# END");
        let meddled = edit(&meddled, "1 * * * * /opt", "# theirs too\n9 * * * * /opt");
        assert_eq!(foreign_of(&meddled), b"# theirs too\n6 6 * * * theirs\n5 5 * * * mine\n");
        let tab = Tab::parse(&meddled, &signs());
        let intact: Vec<bool> =
            tab.entries().iter().map(|e| e.marker.as_ref().unwrap().is_intact(&e.text)).collect();
        assert_eq!(intact, [false, true]);
    }

    #[test]
    fn a_damaged_block_swallows_nothing() {
        let bytes = with_block(b"5 5 * * * mine\nX=1\n", &[1, 2]);
        let foreign = b"5 5 * * * mine\nX=1\n".to_vec();
        let without_end = edit(&bytes, "# END crontopus ins_1\n", "");
        assert_eq!(foreign_of(&without_end), foreign);
        assert_eq!(Tab::parse(&without_end, &signs()).sections.len(), 2);

        let with_crlf = String::from_utf8(bytes.clone()).unwrap().replace('\n', "\r\n").into_bytes();
        assert_eq!(foreign_of(&with_crlf), b"5 5 * * * mine\r\nX=1\r\n");

        let twice = [bytes.as_slice(), bytes.as_slice()].concat();
        assert_eq!(foreign_of(&twice), [foreign.as_slice(), foreign.as_slice()].concat());
        let doubled = Tab::parse(&twice, &signs()).entries();
        assert!(doubled.iter().all(|e| !e.marker.as_ref().unwrap().is_intact(&e.text)), "a copy is an edit");

        // Without its first line the block is nobody's: better a job too many than a line of somebody lost.
        let without_begin = edit(&bytes, "# BEGIN", "# begin");
        assert_eq!(foreign_of(&without_begin), without_begin);
    }

    #[test]
    fn blocks_of_others_are_foreign() {
        let other = Signs::new("ins_2", "/opt/crontopus-run");
        let mut theirs = Tab::default();
        theirs.put(section(7));
        let theirs = theirs.compose(&other);
        let both = with_block(&theirs, &[1]);
        assert_eq!(Tab::parse(&both, &signs()).sections.len(), 1);
        assert_eq!(foreign_of(&both), theirs);
        assert_eq!(
            foreign_of(b"# BEGIN ANSIBLE\nx\n# END ANSIBLE\n"),
            b"# BEGIN ANSIBLE\nx\n# END ANSIBLE\n"
        );
    }

    #[test]
    fn removal_gives_back_the_very_tab() {
        for foreign in [
            &b""[..],
            b"\n",
            b"a",
            b"a\r\nb",
            b"\xff\xfe\n\tx ",
            b"# only\n\n\n",
            b"\xef\xbb\xbf1 1 * * * x\n",
        ] {
            assert_eq!(foreign_of(&with_block(foreign, &[1, 2, 3])), foreign);
        }
    }

    /// Lines as foreign as they come, some of them nearly ours.
    fn foreign_lines() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            proptest::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n' && *b != 0), 0..20),
            Just(b"# END crontopus ins_1".to_vec()),
            Just(b"# END crontopus ins_2\r".to_vec()),
            Just(b"# BEGIN crontopus ins_11 sha256=x".to_vec()),
            Just(b"1 1 * * * /opt/crontopus-run ns/job-1".to_vec()),
            Just(section(3).text[..section(3).text.len() - 1].to_vec()),
        ];
        (proptest::collection::vec(line, 0..8), any::<bool>()).prop_map(|(lines, newline)| {
            let mut bytes = lines.join(&b'\n');
            if newline {
                bytes.push(b'\n');
            }
            bytes
        })
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_change(
            foreign in foreign_lines(),
            rounds in proptest::collection::vec(proptest::collection::vec(0..6u8, 0..4), 1..4),
        ) {
            let mut bytes = foreign.clone();
            for jobs in rounds {
                let mut tab = Tab::parse(&bytes, &signs());
                let paths: Vec<String> = tab.sections.iter().map(|s| s.path.clone()).collect();
                paths.iter().for_each(|path| tab.remove(path));
                jobs.iter().for_each(|n| tab.put(section(*n)));
                bytes = tab.compose(&signs());
                prop_assert_eq!(foreign_of(&bytes), foreign.clone());
                let again = Tab::parse(&bytes, &signs());
                prop_assert_eq!(again.compose(&signs()), bytes.clone());
                for n in jobs {
                    prop_assert_eq!(&again.find(&section(n).path).unwrap().text.into_bytes(), &section(n).text);
                }
            }
        }
    }
}
