use crate::support::Cli;

/// `docs/cli.md` is what the help texts say today.
#[test]
fn the_document_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let written = Cli::new().run(&["reference"]).ok();
    if committed != written {
        let at = committed.lines().zip(written.lines()).position(|(a, b)| a != b);
        panic!("docs/cli.md differs (line {at:?}): cargo run -p crontopus -- reference > docs/cli.md");
    }
}

#[test]
fn every_command_says_what_it_does() {
    let written = Cli::new().run(&["reference"]).ok();
    for command in
        ["login", "jobs list", "runs watch", "agents enroll-token", "import crontab", "manifest validate"]
    {
        assert!(written.contains(&format!("\n## crontopus {command}\n")), "{command}");
    }
    for hidden in ["git-credential", "config-dir", "--now"] {
        assert!(!written.contains(hidden), "{hidden}");
    }
}
