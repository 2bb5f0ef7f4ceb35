//! `hook pre-receive`: the program that Git starts before it accepts a push.

use std::process::ExitCode;

use crontopus_http::git_host::ask_about_push;

/// Asks the running server about the push whose references are on the standard input. What is written to the
/// standard error is what the pusher reads; anything but success refuses the push.
pub(crate) fn pre_receive() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "Git tells a hook by its environment")]
    let variable = |name: &str| std::env::var(name).ok();
    match ask_about_push(variable, std::io::stdin().lock()) {
        Ok(answer) => {
            eprint!("{}", answer.text);
            if answer.accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("Refused: the push cannot be judged ({error}); nothing was changed.");
            ExitCode::FAILURE
        }
    }
}
