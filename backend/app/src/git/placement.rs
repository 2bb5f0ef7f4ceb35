//! Which of several hosts holds a job that only one may hold.

use crontopus_ids::{AgentId, JobId};
use sha2::{Digest, Sha256};

/// A host that may hold the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) agent: AgentId,
    pub(super) alive: bool,
}

/// Chooses by the highest hash of job and host (rendezvous hashing): every server chooses alike, a host that
/// joins or leaves moves only the jobs it wins or held. Only when no host is alive the choice falls on one
/// that is not, so that nothing moves while everything is away.
pub(super) fn choose(job: JobId, candidates: &[Candidate]) -> Option<AgentId> {
    let anyone_alive = candidates.iter().any(|c| c.alive);
    let eligible = candidates.iter().filter(|c| c.alive || !anyone_alive);
    eligible.max_by_key(|c| weight(job, c.agent)).map(|c| c.agent)
}

fn weight(job: JobId, agent: AgentId) -> [u8; 32] {
    Sha256::digest(format!("{job}\n{agent}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agents(n: u128) -> Vec<Candidate> {
        (0..n).map(|n| Candidate { agent: AgentId::from_bits(n), alive: true }).collect()
    }

    #[test]
    fn a_lost_host_moves_its_own_jobs_alone() {
        let mut all = agents(5);
        let jobs: Vec<JobId> = (0..500).map(JobId::from_bits).collect();
        let before: Vec<_> = jobs.iter().map(|j| choose(*j, &all).unwrap()).collect();
        all[2].alive = false;
        let mut moved = 0;
        for (job, before) in jobs.iter().zip(&before) {
            let after = choose(*job, &all).unwrap();
            assert!(after == *before || *before == all[2].agent);
            assert_ne!(after, all[2].agent);
            moved += usize::from(after != *before);
        }
        assert!((50..200).contains(&moved), "{moved}");
        all.iter_mut().for_each(|c| c.alive = false);
        assert!(jobs.iter().zip(&before).all(|(job, before)| choose(*job, &all) == Some(*before)));
        assert_eq!(choose(jobs[0], &[]), None);
    }

    #[test]
    fn the_order_of_hosts_does_not_matter() {
        let all = agents(7);
        let mut turned = all.clone();
        turned.reverse();
        for n in 0..100 {
            assert_eq!(choose(JobId::from_bits(n), &all), choose(JobId::from_bits(n), &turned));
        }
    }
}
