//! The command line itself: global options and the list of commands.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use crontopus_client::BaseUrl;
use jiff::Timestamp;

use crate::commands::{
    agenda, agents, channels, checkin, checkins, completions, context, deliveries, discovered,
    git_credential, import, incidents, integrations, jobs, login, logout, maintenance, manifest, monitors,
    repo, routes, runs, schedule, snooze, tokens,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// What stands below the help of the program.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  failed; manifests with errors, a run that did not succeed
  2  the command line is not understood
  3  not signed in, or not allowed
  4  there is nothing by that name
  5  the server cannot be reached or cannot take it now";

/// Jobs from Git, their runs, the hosts that hold them, and what is wrong.
#[derive(Debug, Parser)]
#[command(name = "crontopus", version, styles = STYLES, after_help = EXIT_STATUS, max_term_width = 100)]
#[command(propagate_version = true, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options every command has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// How results are written
    #[arg(short, long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Which saved server to use; see `crontopus context list`
    #[arg(long, global = true, env = "CRONTOPUS_CONTEXT", value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Address of the server, like https://cron.example
    #[arg(long, global = true, env = "CRONTOPUS_URL", value_name = "URL")]
    pub(crate) url: Option<BaseUrl>,
    /// API token to use; better given in the environment, where others cannot see it
    #[arg(long, global = true, env = "CRONTOPUS_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Folder of the saved servers
    #[arg(long, global = true, env = "CRONTOPUS_CONFIG_DIR", value_name = "DIR", hide = true)]
    pub(crate) config_dir: Option<std::path::PathBuf>,
    /// PEM file of the only certificate authorities to trust
    #[arg(long, global = true, env = "CRONTOPUS_CA_FILE", value_name = "FILE")]
    pub(crate) ca_file: Option<std::path::PathBuf>,
    /// Write times in full, in UTC
    #[arg(long, global = true, conflicts_with = "local")]
    pub(crate) utc: bool,
    /// Write times in full, in this machine's time zone
    #[arg(long, global = true)]
    pub(crate) local: bool,
    /// No colours
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// The present instant, so that output can be repeated
    #[arg(long, global = true, hide = true)]
    pub(crate) now: Option<Timestamp>,
}

/// How results are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs, as the API gives it
    Json,
    /// The same as YAML
    Yaml,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to a server and remember it
    Login(login::Login),
    /// Forget a server and end its token
    Logout(logout::Logout),
    /// Show who is signed in, where, and with which rights
    Whoami,
    /// Switch between saved servers
    #[command(subcommand)]
    Context(context::Context),
    /// Jobs as Git defines them
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Write and check manifests; needs no server
    #[command(subcommand)]
    Manifest(manifest::Manifest),
    /// Explain schedules and tell when they fire; needs no server
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    /// Executions, expected or seen
    #[command(subcommand)]
    Runs(runs::Runs),
    /// What is expected of each job in each place
    #[command(subcommand)]
    Monitors(monitors::Monitors),
    /// Tell what is expected to start when, of all jobs
    Agenda(agenda::Agenda),
    /// Enrolled hosts
    #[command(subcommand)]
    Agents(agents::Agents),
    /// What is wrong, and who takes care of it
    #[command(subcommand)]
    Incidents(incidents::Incidents),
    /// Where notifications go
    #[command(subcommand)]
    Channels(channels::Channels),
    /// Who is told about what; routes are defined in Git
    #[command(subcommand)]
    Routes(routes::Routes),
    /// What was and is to be told
    #[command(subcommand)]
    Deliveries(deliveries::Deliveries),
    /// Tell nobody for a time, while runs are judged as ever
    #[command(subcommand, visible_alias = "snoozes")]
    Snooze(snooze::Snoozes),
    /// When nobody is told; maintenances are defined in Git
    #[command(subcommand)]
    Maintenance(maintenance::Maintenance),
    /// Report a run of a job
    Checkin(checkin::Checkin),
    /// What clients reported, and was not taken
    #[command(subcommand)]
    Checkins(checkins::Checkins),
    /// Clients of other monitors, and the keys they report with
    #[command(subcommand)]
    Integrations(integrations::Integrations),
    /// What checks in without being declared in Git
    #[command(subcommand)]
    Discovered(discovered::DiscoveredCommand),
    /// Git repositories of manifests
    #[command(subcommand)]
    Repo(repo::Repo),
    /// Tell what the tenant has, how much of it there may be, and what it sent in the last days
    Usage,
    /// API tokens
    #[command(subcommand)]
    Tokens(tokens::Tokens),
    /// Turn what other schedulers hold into manifests
    #[command(subcommand)]
    Import(import::Import),
    /// Write the completion script of a shell
    Completions(completions::Completions),
    /// Answer Git's credential protocol for clones made by `repo clone`
    #[command(hide = true)]
    GitCredential(git_credential::GitCredential),
    /// Write the reference of all commands as Markdown
    #[command(hide = true)]
    Reference,
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    /// clap would mix up a command's own argument with a global one of the same id, and only when it is used.
    #[test]
    fn no_command_reuses_the_id_of_a_global_option() {
        fn check(command: &Command, globals: &[String]) {
            for argument in command.get_arguments() {
                assert!(
                    !globals.contains(&argument.get_id().to_string()),
                    "{}: {argument}",
                    command.get_name()
                );
            }
            command.get_subcommands().for_each(|child| check(child, globals));
        }
        let root = Cli::command();
        let globals: Vec<_> =
            root.get_arguments().filter(|a| a.is_global_set()).map(|a| a.get_id().to_string()).collect();
        assert!(globals.contains(&"url".to_owned()));
        root.get_subcommands().for_each(|child| check(child, &globals));
    }
}
