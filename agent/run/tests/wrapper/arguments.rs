//! Arguments and environment reach the job exactly as written.

use std::collections::BTreeMap;

use crate::support::Host;

/// What shells, crons and env files are known to change.
const HOSTILE: [&str; 16] = [
    "",
    " ",
    "100%",
    "%d%%",
    "a\\%b\\\\c",
    "$HOME `id` $(id)",
    "\"double\" 'single'",
    "two\nlines\r\n",
    "tab\there",
    "; rm -rf / & | > < *?[a]~",
    "# no comment",
    "-n",
    "--",
    "ünïcödé 🐙",
    "\u{1b}[31m\u{7}\u{1}",
    "a=b",
];

#[test]
fn arguments_are_exact() {
    let mut args = vec!["-c", "printf '%s\\0' \"$@\"", "x"];
    args.extend(HOSTILE);
    let host = Host::with_command("/bin/sh", &args, |_| ());
    let expected: Vec<u8> = HOSTILE.iter().flat_map(|arg| [arg.as_bytes(), b"\0"].concat()).collect();
    assert_eq!(host.run().stdout, expected);

    let host = Host::with_script("printf '%s\\0' \"$@\"", |spec| {
        spec.args = HOSTILE.iter().map(|arg| (*arg).to_owned()).collect();
    });
    assert_eq!(host.run().stdout, expected);
}

#[test]
fn the_environment_is_exact() {
    let env: BTreeMap<String, String> =
        HOSTILE.iter().enumerate().map(|(n, value)| (format!("V{n:02}"), (*value).to_owned())).collect();
    let host = Host::with_command("/usr/bin/env", &["-0"], |spec| spec.env = env.clone());
    let output = host.wrapper().env_clear().env("CRONTOPUS_STATE_DIR", host.layout.root()).output().unwrap();
    let mut found: BTreeMap<String, String> = String::from_utf8(output.stdout)
        .unwrap()
        .split_terminator('\0')
        .map(|line| line.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert!(found.remove("CRONTOPUS_STATE_DIR").is_some());
    assert_eq!(found, env, "nothing is added and nothing is changed");
}

#[test]
fn env_files_come_in_order_and_env_wins() {
    let host = Host::with_script("printf '%s|' \"$A\" \"$B\" \"$C\" \"$D\"", |_| ());
    std::fs::write(host.path("one"), "A=1\nB='1 $x %'\nC=1 # not a comment\n").unwrap();
    std::fs::write(host.path("two"), "# two\nexport B=\"2 \\\"q\\\"\"\r\nD=2\n").unwrap();
    let mut spec: crontopus_manifest::spec::SpecFile =
        serde_json::from_slice(&std::fs::read(host.layout.spec(crate::support::JOB)).unwrap()).unwrap();
    spec.env_files = ["one", "two"].map(|name| host.path(name).to_str().unwrap().to_owned()).to_vec();
    spec.env = BTreeMap::from([("D".to_owned(), "env".to_owned())]);
    host.write_spec(&serde_json::to_vec(&spec).unwrap());
    assert_eq!(host.run().stdout, b"1|2 \"q\"|1 # not a comment|env|");

    std::fs::write(host.path("two"), "B=1\nnonsense\n").unwrap();
    assert_eq!(host.run().status.code(), Some(126));
    let ends = host.records_of(crontopus_manifest::spec::RecordKind::End);
    let reason = ends[1].reason.as_deref().unwrap();
    assert!(reason.ends_with("two:2: expected NAME=value"), "{reason}");
}

#[test]
fn standard_input_is_the_schedulers() {
    let host = Host::with_command("cat", &[], |_| ());
    std::fs::write(host.path("in"), b"from cron\0\xff").unwrap();
    let stdin = std::fs::File::open(host.path("in")).unwrap();
    assert_eq!(host.wrapper().stdin(stdin).output().unwrap().stdout, b"from cron\0\xff");
}
