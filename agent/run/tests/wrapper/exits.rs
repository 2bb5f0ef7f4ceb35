//! The wrapper ends as the job does, and says why when the job could not be started.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;

use crate::support::{Host, JOB, command, eventually, head};
use crontopus_manifest::spec::{RecordKind, Shell};

#[test]
fn every_exit_status() {
    for status in [0, 1, 2, 42, 125, 126, 127, 128, 129, 143, 254, 255] {
        let host = Host::with_script(&format!("exit {status}"), |_| ());
        assert_eq!(host.run().status.code(), Some(status));
        let end = host.end();
        assert_eq!((end.exit_status, end.signal, end.reason), (Some(status), None, None));
        assert_eq!(host.records_of(RecordKind::Start).len(), 1);
    }
}

#[test]
fn death_by_a_signal_is_died_again() {
    for (name, number) in
        [("TERM", 15), ("KILL", 9), ("SEGV", 11), ("HUP", 1), ("USR1", 10), ("ABRT", 6), ("PIPE", 13)]
    {
        let host = Host::with_script(&format!("kill -{name} $$; sleep 5"), |_| ());
        let status = host.run().status;
        assert_eq!((status.code(), status.signal()), (None, Some(number)), "{name}");
        assert!(!status.core_dumped());
        let end = host.end();
        assert_eq!((end.exit_status, end.signal, end.killed), (None, Some(number), false), "{name}");
    }
}

#[test]
fn a_run_is_told_completely() {
    let host = Host::with_command("/bin/echo", &["hello"], |_| ());
    let output = host.run();
    assert_eq!((output.stdout, output.stderr), (b"hello\n".to_vec(), vec![]));
    let records = host.records();
    assert_eq!(records.len(), 2);
    let (start, end) = (&records[0], &records[1]);
    assert_eq!((start.kind, end.kind), (RecordKind::Start, RecordKind::End));
    assert_eq!(start.run_id, end.run_id);
    assert_eq!((end.job.as_str(), end.digest.as_str(), end.format), (JOB, "d1", 1));
    assert_eq!(head(end), b"hello\n");
    assert!(start.at <= end.at && end.duration_ms.is_some());
    assert_eq!(end.attempts.len(), 1);
    assert!(start.at == end.attempts[0].started_at);
    assert!(end.resources.as_ref().unwrap().max_rss_kib > 100);
}

#[test]
fn the_start_is_told_while_the_job_runs() {
    let host = Host::with_script("while [ ! -e go ]; do sleep 0.01; done", |_| ());
    let mut child = host.start();
    let started = || {
        let mut files = std::fs::read_dir(host.layout.spool()).unwrap();
        files.any(|file| file.unwrap().file_name().to_str().unwrap().ends_with(".start.json"))
    };
    eventually("its start is recorded", started);
    assert!(child.try_wait().unwrap().is_none());
    std::fs::write(host.path("go"), "").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(host.records().len(), 2);
}

#[test]
fn what_cannot_be_started() {
    let refused = |host: Host, status: i32, why: &str| {
        let output = host.run();
        assert_eq!(output.status.code(), Some(status), "{why}");
        let said = String::from_utf8(output.stderr).unwrap();
        let end = host.end();
        let reason = end.reason.unwrap().replace(host.dir.path().to_str().unwrap(), "");
        assert!(reason.contains(why), "{reason}");
        assert!(said.starts_with("crontopus-run: prod/job: "), "{said}");
        assert_eq!((end.exit_status, end.signal, end.attempts.len()), (None, None, 0));
        assert_eq!(host.records_of(RecordKind::Start).len(), 0);
    };
    refused(
        Host::with_command("/no/such/program", &[], |_| ()),
        127,
        "cannot start /no/such/program: No such file",
    );
    refused(Host::with_command("no-such-program-anywhere", &[], |_| ()), 127, "cannot start no-such-program");
    refused(
        Host::with_command("/etc/passwd", &[], |_| ()),
        126,
        "cannot start /etc/passwd: Permission denied",
    );
    refused(Host::with_command("/etc", &[], |_| ()), 126, "cannot start /etc: Permission denied");
    refused(Host::with_command("", &[], |_| ()), 127, "cannot start : No such file");
    refused(Host::with_command("/bin/echo", &["a\0b"], |_| ()), 126, "cannot start /bin/echo: nul byte");
    let interpreter = Shell::Interpreter("/no/python".into());
    refused(
        Host::with_script("x", |spec| spec.shell = interpreter),
        127,
        "cannot start /no/python: No such file",
    );
    refused(
        Host::with_script("x", |spec| spec.working_dir = Some("/no/dir".into())),
        126,
        "cannot enter the working directory /no/dir: No such file",
    );
    refused(
        Host::with_script("x", |spec| spec.working_dir = Some("/etc/passwd".into())),
        126,
        "the working directory /etc/passwd is no directory",
    );
    refused(
        Host::with_script("x", |spec| spec.env_files = vec!["/no/env".into()]),
        126,
        "cannot read the env file /no/env: No such file",
    );
    refused(
        Host::with_script("x", |spec| spec.user = Some("no-such-user".into())),
        126,
        "there is no user no-such-user",
    );
    refused(
        Host::with_script("x", |spec| spec.user = Some("daemon".into())),
        126,
        "the job runs as daemon (uid 1), not as",
    );
}

#[test]
fn the_right_user_may() {
    let own = command("id").arg("-un").output().unwrap().stdout;
    let own = String::from_utf8(own).unwrap().trim().to_owned();
    let host = Host::with_script("exit 3", |spec| spec.user = Some(own));
    assert_eq!(host.run().status.code(), Some(3));
}

#[test]
fn shells_and_directories() {
    let host = Host::with_script("echo \"$0 $1 $#\"; pwd", |spec| {
        spec.args = vec!["a b".into(), "c".into()];
        spec.working_dir = Some("/usr".into());
    });
    assert_eq!(host.run().stdout, b"sh a b 2\n/usr\n");
    let host = Host::with_script("echo $0 $1", |spec| {
        spec.shell = Shell::Interpreter("/bin/bash".into());
        spec.args = vec!["x".into()];
    });
    assert_eq!(host.run().stdout, b"/bin/bash x\n");
}

#[test]
fn a_removed_job_runs_nothing() {
    let host = Host::new();
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout, output.stderr), (Some(0), vec![], vec![]));
    let records = host.records();
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].kind, records[0].job.as_str()), (RecordKind::Orphan, JOB));
}

#[test]
fn a_spec_file_of_no_use() {
    let good = br#"{"format":1,"job":"prod/job","digest":"","command":"true"}"#;
    let replaced =
        |from: &str, to: &str| String::from_utf8(good.to_vec()).unwrap().replace(from, to).into_bytes();
    let deep = [&b"[".repeat(100_000)[..], b"]"].concat();
    let cases: [(&[u8], &str); 8] = [
        (b"", "is not usable: EOF"),
        (b"{", "is not usable: EOF"),
        (b"\xff\xfe\0", "is not usable: "),
        (&replaced("1", "2"), "its format is 2, this wrapper reads 1"),
        (&replaced("prod/job", "prod/other"), "it belongs to prod/other"),
        (&replaced("digest", "digits"), "is not usable: unknown field `digits`"),
        (&replaced("\"true\"", "[]"), "is not usable: invalid type"),
        (&deep, "is not usable: "),
    ];
    for (spec, why) in cases {
        let host = Host::new();
        host.write_spec(spec);
        assert_eq!(host.run().status.code(), Some(126));
        let reason = host.end().reason.unwrap();
        assert!(reason.contains(why), "{reason}");
    }
    let host = Host::new();
    std::fs::create_dir(host.layout.spec(JOB)).unwrap();
    assert_eq!(host.run().status.code(), Some(126));
    assert!(host.end().reason.unwrap().contains("cannot read the spec file"));
}

#[test]
fn command_lines() {
    let host = Host::new();
    let call = |args: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_crontopus-run"));
        let output = command.args(args).env("CRONTOPUS_STATE_DIR", host.layout.root()).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(call(&["--version"]).1, format!("crontopus-run {}\n", env!("CARGO_PKG_VERSION")));
    let help = call(&["--help"]);
    assert!(help.0 == Some(0) && help.1.contains("Usage: crontopus-run <namespace/name>"));
    for wrong in [&[][..], &["job"], &["../../etc/passwd"], &["a/b", "c"], &["-h", "x"]] {
        let (status, stdout, stderr) = call(wrong);
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{wrong:?}");
        assert!(stderr.starts_with("crontopus-run: expected one argument"), "{stderr}");
    }
    assert_eq!(host.records().len(), 0);
}

#[test]
fn the_wrapper_finds_the_state_it_is_installed_in() {
    let host = Host::with_script("exit 7", |_| ());
    let installed = host.layout.wrapper();
    std::fs::copy(env!("CARGO_BIN_EXE_crontopus-run"), &installed).unwrap();
    std::fs::set_permissions(&installed, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(host.layout.identity(), "{}").unwrap();
    let status = command(&installed).arg(JOB).env_remove("CRONTOPUS_STATE_DIR").status().unwrap();
    assert_eq!(status.code(), Some(7));
}
