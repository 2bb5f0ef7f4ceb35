//! Files of several documents, files that are none, and hostile ones: what is good survives what is bad, and
//! nothing takes long.

use std::time::{Duration, Instant};

use crontopus_manifest::{Code, Kind, MAX_FILE_BYTES, ParsedFile, parse_file};
use proptest::prelude::*;

const GOOD: &str = "apiVersion: v1\nkind: Job\nmetadata: {name: NAME}\nspec: {every: 5m}\n";

fn good(name: &str) -> String {
    GOOD.replace("NAME", name)
}

fn parse(text: impl AsRef<[u8]>) -> ParsedFile {
    parse_file("production/a.yaml", text.as_ref())
}

fn codes(parsed: &ParsedFile) -> Vec<Code> {
    let mut codes: Vec<Code> = parsed.diagnostics.iter().map(|d| d.code).collect();
    codes.dedup();
    codes
}

#[test]
fn one_bad_document_does_not_lose_the_others() {
    let broken_yaml = "kind: Job\nmetadata:\n  name: broken\nspec: [\n";
    let bad_field = good("bad").replace("5m", "5");
    let text = format!("{}---\n{broken_yaml}---\n{bad_field}--- # last\n{}", good("first"), good("last"));
    let parsed = parse(&text);
    let names: Vec<(&str, usize)> = parsed.documents.iter().map(|d| (d.key.name(), d.line)).collect();
    assert_eq!(names, [("first", 1), ("last", 16)]);
    let rejected: Vec<(Option<&str>, Option<Kind>, usize)> =
        parsed.rejected.iter().map(|r| (r.key.as_ref().map(|key| key.name()), r.kind, r.line)).collect();
    assert_eq!(rejected, [(Some("broken"), Some(Kind::Job), 6), (Some("bad"), Some(Kind::Job), 11)]);
    assert_eq!(codes(&parsed), [Code::Syntax, Code::BadDuration]);
    let subjects: Vec<&str> = parsed.diagnostics.iter().map(|d| d.subject.as_ref().unwrap().name()).collect();
    assert_eq!(subjects, ["broken", "bad"]);
}

#[test]
fn places_are_those_of_the_file() {
    let parsed = parse(format!("# note\n---\n{}---\n{}", good("a"), good("b").replace("every", "evry")));
    let problem = parsed.diagnostics.iter().find(|d| d.code == Code::UnknownField).unwrap();
    assert_eq!((problem.line, problem.column, problem.length), (11, 8, 4));
    let document = &parsed.documents[0];
    let place = document.locate("spec.every");
    assert_eq!((place.line, place.column, place.length), (6, 15, 2));
    assert_eq!(document.locate("spec.alerts.routes[3]").line, 6, "the nearest field that is written");
    assert_eq!(document.locate("nothing").line, 3, "the document");
}

#[test]
fn what_is_no_manifest_is_nothing() {
    for text in ["", "\n\n", "# only a comment\n", "---\n---\n...\n", "\u{FEFF}# mark\n"] {
        assert_eq!(parse(text), ParsedFile::default(), "{text:?}");
    }
    let with_mark = format!("\u{FEFF}{}", good("a").replace('\n', "\r\n"));
    assert_eq!(parse(with_mark).documents.len(), 1);
}

#[test]
fn what_is_no_text_is_one_problem() {
    let check = |bytes: &[u8], code| {
        let parsed = parse(bytes);
        assert_eq!((parsed.documents.len(), codes(&parsed)), (0, vec![code]));
        assert_eq!((parsed.rejected[0].line, &parsed.rejected[0].key), (0, &None));
    };
    check(&vec![b'#'; MAX_FILE_BYTES + 1], Code::FileTooLarge);
    check(b"a: \xFF", Code::NotUtf8);
    check(b"\xFF\xFEa\0", Code::NotUtf8);
    check(b"a: \0", Code::ControlCharacter);
    check("command: /bin/true # \u{202E}".as_bytes(), Code::ControlCharacter);
}

#[test]
fn paths_outside_a_repository_hold_nothing() {
    for path in [
        "../a.yaml",
        "/etc/a.yaml",
        "a/../../b.yaml",
        "a\0.yaml",
        "Not A Namespace/a.yaml",
        "",
        "a\u{FFFD}/b.yaml",
    ] {
        let parsed = parse_file(path, good("a").as_bytes());
        assert_eq!((parsed.documents.len(), codes(&parsed)), (0, vec![Code::BadPath]), "{path:?}");
    }
}

#[test]
fn documents_and_problems_are_limited() {
    let many: String = (0..70).map(|n| format!("---\n{}", good(&format!("job-{n}")))).collect();
    let parsed = parse(many);
    assert_eq!((parsed.documents.len(), codes(&parsed)), (64, vec![Code::TooManyDocuments]));
    let wrong: String = (0..5_000).map(|n| format!("field{n}: 1\n")).collect();
    let parsed = parse(wrong);
    assert_eq!(parsed.diagnostics.len(), 201);
    assert_eq!(parsed.diagnostics[200].code, Code::TooManyProblems);
}

/// Refuses the text with this code, and quickly even without optimisation.
fn check_hostile(what: &str, text: &str, code: Code) {
    let begun = Instant::now();
    let parsed = parse(text);
    let elapsed = begun.elapsed();
    assert!(codes(&parsed).contains(&code), "{what}: {:?}", codes(&parsed));
    assert!(elapsed < Duration::from_secs(5), "{what}: {elapsed:?}");
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let repeated = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{repeated}]\n"));
    }
    check_hostile("alias bomb", &bomb, Code::TooLarge);
    check_hostile("flow nesting", &"[".repeat(10_000), Code::TooDeep);
    check_hostile(
        "closed flow nesting",
        &format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        Code::TooDeep,
    );
    let mut nested = String::new();
    for level in 0..700 {
        nested.push_str(&format!("{}a:\n", " ".repeat(level)));
    }
    check_hostile("block nesting", &nested, Code::TooDeep);
    check_hostile("many values", &format!("a: [{}1]", "1,".repeat(400_000)), Code::TooLarge);
    let keys: String = (0..9_000).map(|n| format!("k{n}: 1\n")).collect();
    check_hostile("many keys", &keys, Code::TooManyProblems);
    check_hostile("same key", &"a: 1\n".repeat(9_000), Code::DuplicateKey);
    let long = "x".repeat(1_000_000);
    check_hostile(
        "long command",
        &good("a").replace("{every: 5m}", &format!("{{every: 5m, command: {long}}}")),
        Code::TooLong,
    );
    check_hostile(
        "long cron",
        &good("a").replace("every: 5m", &format!("schedule: \"{long}\"")),
        Code::TooLong,
    );
    check_hostile(
        "long zone",
        &good("a").replace("every: 5m", &format!("every: 5m, timezone: {long}")),
        Code::TooLong,
    );
    check_hostile("long duration", &good("a").replace("5m", &"9".repeat(900_000)), Code::TooLong);
    check_hostile("long field", &good("a").replace("every", &format!("? {long}\n: 1\nevery")), Code::Syntax);
    check_hostile("open quote", &format!("a: \"{long}"), Code::Syntax);
    check_hostile(
        "anchors",
        &(0..9_000).map(|n| format!("a{n}: &b{n} [x]\n")).collect::<String>(),
        Code::TooLarge,
    );
    check_hostile(
        "pattern",
        &good("a").replace("{every: 5m}", "{every: 5m, output: {redact: ['(((a{900}){900}){900}){900}']}}"),
        Code::BadPattern,
    );
    check_hostile(
        "glob",
        &good("a").replace(
            "{every: 5m}",
            &format!("{{every: 5m, command: a, host: {{names: ['{}']}}}}", "{a,".repeat(80)),
        ),
        Code::BadPattern,
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        parse(bytes);
    }

    #[test]
    fn arbitrary_yaml_like_text_never_panics(text in "[-a-z0-9:{}\\[\\],&*!|>'\"%@#?~ \n\t.]{0,300}") {
        parse(text);
    }

    /// A good file with a few bytes changed: every problem has a place inside the file.
    #[test]
    fn damaged_manifests_are_judged(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = include_bytes!("../../../examples/repository/production/db/backup.yaml").to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
        let parsed = parse(&bytes);
        for problem in &parsed.diagnostics {
            prop_assert!(problem.line <= lines, "{}", problem);
            let text = problem.render(&String::from_utf8_lossy(&bytes), true);
            prop_assert!(!text.is_empty());
        }
        prop_assert_eq!(parsed.documents.is_empty(), parsed.diagnostics.iter().any(|d| d.is_error()));
    }
}
