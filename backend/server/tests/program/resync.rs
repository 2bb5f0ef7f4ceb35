//! The projection made anew from Git by the program itself.

use std::path::Path;

use crate::support::{Server, git, run};

const JOB: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: backup}\nspec: {schedule: \"0 2 * * *\", timezone: UTC}\n";

fn lines(data: &Path) -> String {
    let output = run(&["resync"], data);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_not_as_git_says_is_mended_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let (data, work) = (dir.path().join("data"), dir.path().join("work"));
    let server = Server::start(&data);
    let cookie = server.sign_up();
    let (status, _, body) = server.ask("POST", "/api/v1/repositories", &cookie, r#"{"name":"jobs"}"#);
    assert_eq!(status, 201, "{body}");
    std::fs::create_dir_all(work.join("production")).unwrap();
    std::fs::write(work.join("production/backup.yaml"), JOB).unwrap();
    git(&work, &["init", "--quiet", "--initial-branch=main"]);
    git(&work, &["add", "--all"]);
    git(&work, &["commit", "--quiet", "--message=one"]);
    git(&work, &["push", "--quiet", &server.clone_url("jobs"), "main"]);
    let jobs = || server.ask("GET", "/api/v1/jobs", &cookie, "").2;
    let told = jobs();
    assert!(told.contains("\"backup\""), "{told}");

    let told_by = lines(&data);
    assert!(told_by.contains(": 1 jobs, 0 mended") && told_by.ends_with("1 jobs, 0 mended\n"), "{told_by}");
    // What a defect or an operator's hand left behind.
    sqlite(&data, "UPDATE jobs SET schedule = '5 5 5 5 *', description = 'gone wrong'");
    assert_ne!(jobs(), told);
    let told_by = lines(&data);
    assert!(told_by.ends_with("1 jobs, 1 mended\n"), "{told_by}");
    assert_eq!(jobs(), told);
}

fn sqlite(data: &Path, sql: &str) {
    let python = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[2]); c.commit()";
    let file = data.join("crontopus.db");
    let output = crate::support::command("python3").args(["-c", python]).arg(file).arg(sql).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
