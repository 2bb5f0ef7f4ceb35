//! A hook alone, for tests that have no whole server program.

fn main() -> std::process::ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a hook is told by its environment")]
    let variable = |name: &str| std::env::var(name).ok();
    match crontopus_http::git_host::ask_about_push(variable, std::io::stdin().lock()) {
        Ok(answer) => {
            eprint!("{}", answer.text);
            if answer.accepted { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("the push cannot be judged: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
