//! Every operation over a real connection, with every answer held against the committed documents.

#[cfg(test)]
mod ask;
#[cfg(test)]
mod authenticator;
#[cfg(test)]
mod authorization;
#[cfg(test)]
mod callers;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod git_endpoint;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod output;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod world;
