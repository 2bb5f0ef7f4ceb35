//! One file or folder for each command.

pub(crate) mod agenda;
pub(crate) mod agents;
pub(crate) mod channels;
pub(crate) mod checkin;
pub(crate) mod checkins;
pub(crate) mod completions;
pub(crate) mod context;
pub(crate) mod deliveries;
pub(crate) mod discovered;
pub(crate) mod figures;
pub(crate) mod git_credential;
pub(crate) mod import;
pub(crate) mod incidents;
pub(crate) mod integrations;
pub(crate) mod jobs;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod maintenance;
pub(crate) mod manifest;
pub(crate) mod monitors;
pub(crate) mod repo;
pub(crate) mod routes;
pub(crate) mod runs;
pub(crate) mod schedule;
pub(crate) mod snooze;
pub(crate) mod tokens;
pub(crate) mod usage;
pub(crate) mod whoami;

use crate::app::App;
use crate::args::Command;
use crate::failure::Outcome;

pub(crate) fn run(command: Command, app: &App) -> Outcome {
    match command {
        Command::Login(args) => login::run(&args, app),
        Command::Logout(args) => logout::run(&args, app),
        Command::Whoami => whoami::run(app),
        Command::Context(args) => context::run(args, app),
        Command::Jobs(args) => jobs::run(args, app),
        Command::Manifest(args) => manifest::run(args, app),
        Command::Schedule(args) => schedule::run(args, app),
        Command::Runs(args) => runs::run(args, app),
        Command::Monitors(args) => monitors::run(args, app),
        Command::Agenda(args) => agenda::run(&args, app),
        Command::Agents(args) => agents::run(args, app),
        Command::Incidents(args) => incidents::run(args, app),
        Command::Channels(args) => channels::run(args, app),
        Command::Routes(args) => routes::run(args, app),
        Command::Deliveries(args) => deliveries::run(args, app),
        Command::Snooze(args) => snooze::run(args, app),
        Command::Maintenance(args) => maintenance::run(&args, app),
        Command::Checkin(args) => checkin::run(&args, app),
        Command::Checkins(args) => checkins::run(args, app),
        Command::Integrations(args) => integrations::run(args, app),
        Command::Discovered(args) => discovered::run(args, app),
        Command::Repo(args) => repo::run(args, app),
        Command::Usage => usage::run(app),
        Command::Tokens(args) => tokens::run(args, app),
        Command::Import(args) => import::run(args, app),
        Command::Completions(args) => completions::run(&args, app),
        Command::GitCredential(args) => git_credential::run(&args, app),
        Command::Reference => app.screen.write(crate::reference::markdown()),
    }
}
