//! Backup and restore with the real program: what the restored service answers is what the old one answered.

use std::path::Path;

use crate::support::{Server, run};

fn refused(arguments: &[&str], data: &Path, wanted: &str) {
    let output = run(arguments, data);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains(wanted), "{arguments:?}: {text}");
}

#[test]
fn a_restored_service_answers_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new, file) = (dir.path().join("old"), dir.path().join("new"), dir.path().join("b.tar.zst"));
    let backup = file.to_str().unwrap();
    let server = Server::start(&old);
    let cookie = server.sign_up();
    let told = server.answers(&cookie);
    std::fs::create_dir_all(old.join("git/acme/jobs.git/refs/heads")).unwrap();
    std::fs::write(old.join("git/acme/jobs.git/refs/heads/draft.new"), "0123").unwrap();

    let output = run(&["backup", backup], &old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_dir(&old).unwrap().filter(|e| name(e).contains("backup")).count(), 0);
    refused(&["backup", backup], &old, "is there already");
    refused(&["restore", backup], &old, "not empty");
    drop(server);

    let output = run(&["restore", backup], &new);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(Server::start(&new).answers(&cookie), told);
    for same in ["server.key", "git/acme/jobs.git/refs/heads/draft.new"] {
        assert_eq!(std::fs::read(new.join(same)).unwrap(), std::fs::read(old.join(same)).unwrap(), "{same}");
    }
}

fn name(entry: &std::io::Result<std::fs::DirEntry>) -> String {
    entry.as_ref().unwrap().file_name().to_string_lossy().into_owned()
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("b.tar.zst"));
    let backup = file.to_str().unwrap();
    refused(&["backup", backup], &data, "no data directory");
    std::fs::create_dir(&data).unwrap();
    refused(&["backup", backup], &data, "no database");
    let postgres = ["backup", backup, "--database", "postgres://ada:secret@db.example/x"];
    refused(&postgres, &data, "pg_dump");
    assert!(!String::from_utf8_lossy(&run(&postgres, &data).stderr).contains("secret"));
    std::fs::write(&file, "no backup").unwrap();
    refused(&["restore", backup], &dir.path().join("new"), "is no backup of this program");
    let left = std::fs::read_dir(dir.path()).unwrap().filter(|e| name(e).contains("new")).count();
    assert_eq!(left, 0);
}

#[test]
fn without_the_database_keys_and_repositories_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new, file) = (dir.path().join("old"), dir.path().join("new"), dir.path().join("b.tar.zst"));
    drop(Server::start(&old));
    let output = run(&["backup", file.to_str().unwrap(), "--without-database"], &old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(&["restore", file.to_str().unwrap()], &new);
    assert!(String::from_utf8_lossy(&output.stdout).contains("pg_restore"), "{output:?}");
    assert_eq!(
        std::fs::read(new.join("server.key")).unwrap(),
        std::fs::read(old.join("server.key")).unwrap()
    );
    assert!(!new.join("crontopus.db").exists());
}
