use insta::assert_snapshot;

use crate::support::Cli;

fn import(crontab: &str, arguments: &[&str]) -> crate::support::Ended {
    let all = [&["import", "crontab", "-"][..], arguments].concat();
    Cli::new().run_with(&all, crontab, &[])
}

#[test]
fn every_kind_of_line() {
    let crontab = "# m h dom mon dow command\nSHELL=/bin/bash\nPATH=/usr/local/bin:/usr/bin\nMAILTO=ops@example.com\n\n\
                   # Nightly backup of everything\n0 2 * * * /opt/scripts/backup.sh --full\n\
                   */15 * * * * cd /srv/app && bin/poll >> /var/log/poll.log 2>&1\n@reboot /usr/bin/start-thing\n\
                   @daily cat%first line%second \\% line\nCRON_TZ=Europe/Berlin\n30 9 * * 1-5 /usr/bin/report \"a b\" $HOME # tail\n\
                   5 4 * * sun echo \"100\\%\" | tee /tmp/x\n";
    let ended = import(crontab, &["--host", "db-01"]);
    assert_snapshot!(ended.stderr, @"");
    assert_snapshot!(ended.ok(), @"");
}

#[test]
fn a_system_crontab_names_users() {
    let crontab = "17 * * * * root cd / && run-parts --report /etc/cron.hourly\n25 6 * * * backup /bin/b\n";
    let ended = import(crontab, &["--system"]);
    assert_snapshot!(ended.ok(), @"");
    let ended = import("0 1 * * * /bin/x\n", &["--user", "backup"]);
    assert!(ended.ok().contains("user: backup\n"));
}

#[test]
fn what_cannot_be_carried_over_says_why() {
    let crontab = "0 25 * * * /bin/bad\n61 nonsense\n@every_minute /bin/x\n0 0 31 2 * /bin/never\n\
                   0~30 4 * * * /bin/random\nSHELL=fish\n0 1 * * * x\nSHELL=/usr/bin/fish\n0 1 * * * x%in\nSHELL=\n\
                   CRON_TZ=Mars/X\n0 1 * * * /bin/mars\nCRON_TZ=\n\
                   RANDOM_DELAY=x\n0 1 * * * /bin/later\nRANDOM_DELAY=5\n0 1 * * * /bin/good\n0 2 * * *\n";
    let ended = import(crontab, &[]);
    assert_eq!(ended.status, 1);
    assert_snapshot!(ended.stderr, @"");
    assert_snapshot!(ended.stdout, @"");
}

#[test]
fn files_are_valid_and_never_overwritten() {
    let cli = Cli::new();
    cli.write(
        "crontab",
        "0 1 * * * /a/backup\n0 2 * * * /b/backup\n@weekly true\r\n0 3 * * * echo '\u{fc} \u{1f980}'\n",
    );
    let arguments = ["import", "crontab", "crontab", "-N", "production", "--host", "db-01", "--out", "repo"];
    let ended = cli.run(&arguments);
    assert_snapshot!(ended.stderr, @"");
    ended.ok();
    cli.run(&["manifest", "validate", "--dir", "repo", "--strict"]).ok();
    std::fs::remove_file(cli.path().join("repo/production/echo.yaml")).unwrap();
    let again = cli.run(&arguments).failed(1);
    assert!(again.contains("there is already production/backup.yaml, production/backup-2.yaml"), "{again}");
    assert!(!cli.path().join("repo/production/echo.yaml").exists(), "all or nothing");
}

#[test]
fn programs_get_everything() {
    let ended = import("0 1 * * * /bin/x\n0 1 * *\n", &["-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.status, &report["jobs"][0]["file"]), (1, &"x.yaml".into()));
    assert_eq!(report["skipped"][0]["line"], 2);
}

#[test]
fn hostile_crontabs() {
    let cli = Cli::new();
    std::fs::write(cli.path().join("bytes"), b"0 1 * * * \xff\n0 2 * * * echo \x1b[2J\0\n").unwrap();
    let ended = cli.run(&["import", "crontab", "bytes"]);
    assert_eq!(ended.status, 1);
    assert!(!ended.stderr.contains('\x1b') && !ended.stdout.contains(['\x1b', '\0']), "{ended:?}");
    let long = format!("0 1 * * * {}\n", "x".repeat(2 << 20));
    import(&long, &[]).failed(1);
    import("0 1 * * * x\n", &["-N", "../up"]).failed(2);
    assert!(cli.run(&["import", "crontab", "/nowhere"]).failed(1).contains("/nowhere cannot be read"));
    assert!(cli.run(&["import", "crontab", "/dev/zero"]).failed(1).contains("larger than"));
}

#[test]
fn the_users_own_crontab_is_read() {
    let cli = Cli::new();
    // Not the machine's crontab: a program by its name, first in the path.
    cli.write("bin/crontab", "#!/bin/sh\nif [ \"$*\" = \"-u backup -l\" ]; then echo '0 1 * * * /bin/own'; else echo 'no crontab for x' >&2; exit 1; fi\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(cli.path().join("bin/crontab"), mode).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", cli.path().join("bin").display());
    let environment = [("PATH", path.as_str())];
    let own = cli.run_with(&["import", "crontab", "--user", "backup"], "", &environment).ok();
    assert!(own.starts_with("# From crontab -u backup -l, line 1: 0 1 * * * /bin/own\n"), "{own}");
    assert_snapshot!(cli.run_with(&["import", "crontab"], "", &environment).failed(4), @"");
}
