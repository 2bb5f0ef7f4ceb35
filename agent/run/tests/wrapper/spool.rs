//! Whatever is wrong with the spool, the job runs and ends as it would.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;

use crate::support::{Host, JOB, command, head};
use crontopus_manifest::spec::RecordKind;

fn runs_all_the_same(host: &Host) -> String {
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(5), &b"out\n"[..]));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn no_spool_at_all() {
    let host = Host::with_script("echo out; exit 5", |_| ());
    fs::remove_dir(host.layout.spool()).unwrap();
    let said = runs_all_the_same(&host);
    assert!(said.contains("this run of prod/job could not be recorded: No such file"), "{said}");

    let host = Host::with_script("echo out; exit 5", |spec| spec.output.quiet = true);
    fs::remove_dir(host.layout.spool()).unwrap();
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(5), 0, 0));
}

#[test]
fn the_agent_is_told() {
    let host = Host::with_script("echo out; exit 5", |_| ());
    let socket = UnixDatagram::bind(host.layout.socket()).unwrap();
    runs_all_the_same(&host);
    let names: Vec<String> = (0..2)
        .map(|_| {
            let mut name = [0; 100];
            let length = socket.recv(&mut name).unwrap();
            String::from_utf8(name[..length].to_vec()).unwrap()
        })
        .collect();
    assert!(names[0].ends_with(".start.json") && names[1].ends_with(".end.json"), "{names:?}");
    assert!(names.iter().all(|name| host.layout.spool().join(name).exists()));
}

fn is_root(test: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        eprintln!("{test} is skipped: it takes root");
    }
    root
}

/// Runs the wrapper where `setup` has mounted what it needs, in a mount namespace of its own; then
/// `after` looks at the spool from inside.
fn in_namespace(host: &Host, setup: &str, after: &str) -> (Option<i32>, String) {
    let script = format!("{setup}\ns=0; \"$WRAPPER\" {JOB} > out 2> err || s=$?; echo $s > status\n{after}");
    let output = command("unshare")
        .args(["-m", "--propagation", "private", "sh", "-ec", &script])
        .env("CRONTOPUS_STATE_DIR", host.layout.root())
        .env("SPOOL", host.layout.spool())
        .env("WRAPPER", env!("CARGO_BIN_EXE_crontopus-run"))
        .current_dir(host.dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let status = fs::read_to_string(host.path("status")).unwrap().trim().parse().ok();
    (status, String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_full_file_system() {
    if !is_root("a_full_file_system") {
        return;
    }
    let host = Host::with_script("echo out; exit 5", |_| ());
    let full = "mount -t tmpfs -o size=64k tmpfs $SPOOL; head -c 1000000 /dev/zero > $SPOOL/fill || true";
    let (status, left) = in_namespace(&host, full, "ls -A $SPOOL");
    assert_eq!((status, left.as_str()), (Some(5), "fill\n"), "nothing half written stays");
    assert_eq!(fs::read(host.path("out")).unwrap(), b"out\n");
    let said = fs::read_to_string(host.path("err")).unwrap();
    assert!(said.contains("could not be recorded: No space left on device"), "{said}");

    // Room for the bare record, not for the output.
    let host = Host::with_script("head -c 60000 /dev/zero; exit 5", |_| ());
    let tight = "mount -t tmpfs -o size=64k tmpfs $SPOOL; head -c 40000 /dev/zero > $SPOOL/fill";
    let (status, record) = in_namespace(&host, tight, "cat $SPOOL/*.end.json");
    assert_eq!(status, Some(5));
    assert!(record.contains("\"exit_status\":5") && !record.contains("\"output\""), "{record}");
}

#[test]
fn a_read_only_file_system() {
    if !is_root("a_read_only_file_system") {
        return;
    }
    let host = Host::with_script("echo out; exit 5", |spec| {
        spec.concurrency = crontopus_manifest::spec::Concurrency::Forbid;
    });
    fs::write(host.layout.lock(JOB), "").unwrap();
    let root = host.layout.root().display();
    let read_only = format!("mount --bind {root} {root}; mount -o remount,ro,bind {root}");
    let (status, _) = in_namespace(&host, &read_only, "");
    assert_eq!(status, Some(5), "its lock works, too");
    assert!(fs::read_to_string(host.path("err")).unwrap().contains("Read-only file system"));
    assert!(host.records().is_empty());
}

#[test]
fn a_user_who_may_add_but_not_list() {
    if !is_root("a_user_who_may_add_but_not_list") {
        return;
    }
    let host = Host::with_script("echo out; exit 5", |spec| spec.user = Some("daemon".into()));
    // The wrapper itself must be where that user can reach it.
    let wrapper = host.layout.wrapper();
    fs::copy(env!("CARGO_BIN_EXE_crontopus-run"), &wrapper).unwrap();
    let run = || {
        let mut command = command(&wrapper);
        command.arg(JOB).env("CRONTOPUS_STATE_DIR", host.layout.root()).current_dir("/").uid(1).gid(1);
        command.output().unwrap()
    };
    let output = run();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(5), &b"out\n"[..]), "{output:?}");
    assert_eq!(head(&host.end()), b"out\n");

    fs::set_permissions(host.layout.spool(), fs::Permissions::from_mode(0o700)).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8(output.stderr).unwrap().contains("could not be recorded: Permission denied"));
    assert_eq!(host.records().len(), 2);

    chown(host.layout.spec(JOB), Some(0), Some(0)).unwrap();
    fs::set_permissions(host.layout.spec(JOB), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(host.layout.spool(), fs::Permissions::from_mode(0o1733)).unwrap();
    assert_eq!(run().status.code(), Some(126), "a spec file it may not read is no removed job");
    assert_eq!(host.records_of(RecordKind::Orphan).len(), 0);
}
