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
    assert_snapshot!(ended.stderr, @"
    note: MAILTO is left out: a Route says who is told of failures
    6 imported, 0 left out
    ");
    assert_snapshot!(ended.ok(), @r#"
    # From standard input, line 7: 0 2 * * * /opt/scripts/backup.sh --full
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: backup
    spec:
      description: Nightly backup of everything
      schedule: "0 2 * * *"
      command: /opt/scripts/backup.sh
      args:
      - --full
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    ---
    # From standard input, line 8: */15 * * * * cd /srv/app && bin/poll >> /var/log/poll.log 2>&1
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: poll
    spec:
      schedule: "*/15 * * * *"
      command: cd /srv/app && bin/poll >> /var/log/poll.log 2>&1
      shell: /bin/bash
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    ---
    # From standard input, line 9: @reboot /usr/bin/start-thing
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: start-thing
    spec:
      schedule: "@reboot"
      command: /usr/bin/start-thing
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    ---
    # From standard input, line 10: @daily cat%first line%second \% line
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: cat
    spec:
      schedule: "@daily"
      command: |
        {
        cat
        } <<'END'
        first line
        second % line
        END
      shell: /bin/bash
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    ---
    # From standard input, line 12: 30 9 * * 1-5 /usr/bin/report "a b" $HOME # tail
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: report
    spec:
      schedule: "30 9 * * 1-5"
      timezone: Europe/Berlin
      command: "/usr/bin/report \"a b\" $HOME # tail"
      shell: /bin/bash
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    ---
    # From standard input, line 13: 5 4 * * sun echo "100\%" | tee /tmp/x
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: echo
    spec:
      schedule: "5 4 * * sun"
      timezone: Europe/Berlin
      command: echo "100%" | tee /tmp/x
      shell: /bin/bash
      env:
        PATH: /usr/local/bin:/usr/bin
      host:
        names:
        - db-01
    "#);
}

#[test]
fn a_system_crontab_names_users() {
    let crontab = "17 * * * * root cd / && run-parts --report /etc/cron.hourly\n25 6 * * * backup /bin/b\n";
    let ended = import(crontab, &["--system"]);
    assert_snapshot!(ended.ok(), @r#"
    # From standard input, line 1: 17 * * * * root cd / && run-parts --report /etc/cron.hourly
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: cron-hourly
    spec:
      schedule: "17 * * * *"
      command: cd / && run-parts --report /etc/cron.hourly
      shell: true
      user: root
    ---
    # From standard input, line 2: 25 6 * * * backup /bin/b
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: b
    spec:
      schedule: "25 6 * * *"
      command: /bin/b
      user: backup
    "#);
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
    assert_snapshot!(ended.stderr, @"
    line 1 is left out: 25 is outside 0-23 for hours; write a value from 0 to 23
      0 25 * * * /bin/bad
    line 2 is left out: it has fewer than five time fields and a command
      61 nonsense
    line 3 is left out: this macro is not known; known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually
      @every_minute /bin/x
    line 4 is left out: this schedule can never fire: none of its months has such a day; name a month that has the day, or write `L` for the last day of a month
      0 0 31 2 * /bin/never
    line 5 is left out: `~` (a random time) is understood by few schedulers and read as its first value by others; choose a fixed time, and use `jitter:` to spread the starts
      0~30 4 * * * /bin/random
    line 7 is left out: SHELL is `fish`, which is no absolute path
      0 1 * * * x
    line 9 is left out: what it feeds the command by `%` cannot be written for the shell fish
      0 1 * * * x%in
    line 12 is left out: there is no time zone `Mars/X`; use a name of the IANA database, such as Europe/Berlin or UTC
      0 1 * * * /bin/mars
    line 15 is left out: RANDOM_DELAY is no number of minutes
      0 1 * * * /bin/later
    line 18 is left out: it has no command
      0 2 * * *
    1 imported, 10 left out
    No host holds them yet: give --host NAME, or add `host` to the manifests.
    ");
    assert_snapshot!(ended.stdout, @r#"
    # From standard input, line 17: 0 1 * * * /bin/good
    apiVersion: crontopus/v1
    kind: Job
    metadata:
      name: good
    spec:
      schedule: "0 1 * * *"
      command: /bin/good
      jitter: 5m
    "#);
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
    assert_snapshot!(ended.stderr, @"
    line 1: production/backup.yaml
    line 2: production/backup-2.yaml
    line 3: production/true.yaml
    line 4: production/echo.yaml
    4 imported, 0 left out
    Commit them; when an agent holds them, take the lines out of the crontab, or they run twice.
    ");
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
fn secrets_are_remarked_upon() {
    let check = |line: &str, secret: bool| {
        let said = import(&format!("{line}\n"), &[]).stderr;
        assert_eq!(said.contains("may hold a password or token"), secret, "{line}: {said}");
    };
    check("0 1 * * * mysqldump --password=hunter2 x", true);
    check("DB_TOKEN=abc\n0 1 * * * backup", true);
    check("0 1 * * * curl https://me:pw@host.example/x", true);
    check("0 1 * * * curl https://host.example/@x", false);
    check("0 1 * * * /bin/rotate-passwords", false);
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
    assert_snapshot!(cli.run_with(&["import", "crontab"], "", &environment).failed(4), @"error: `crontab -l` failed: no crontab for x");
}
