use crate::support::Cli;

#[test]
fn every_shell() {
    for (shell, word) in
        [("bash", "complete -F"), ("zsh", "#compdef crontopus"), ("fish", "complete -c crontopus")]
    {
        let script = Cli::new().run(&["completions", shell]).ok();
        assert!(script.contains(word) && script.contains("enroll-token"), "{shell}");
    }
    Cli::new().run(&["completions", "tcsh"]).failed(2);
}
