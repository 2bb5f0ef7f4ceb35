//! From commits to what is in force, with real repositories on both databases.

#[cfg(test)]
mod blame;
#[cfg(test)]
mod equality;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod statistics;
#[cfg(test)]
mod sync;
#[cfg(test)]
mod validate;
#[cfg(test)]
mod world;
