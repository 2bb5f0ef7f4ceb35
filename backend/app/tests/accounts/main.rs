//! People and what lets them in, with a real mail server on this machine, on both databases.

#[cfg(test)]
mod operator;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod world;
