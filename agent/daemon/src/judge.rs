//! Policies as the host judges them: those of the commit and its own, which only tighten, with what is known
//! here and nowhere else: zone, job user, the jobs it holds together, and whom it trusts.

use std::collections::BTreeMap;

use crontopus_manifest::policy::{
    Context, Enforcement, PolicyFinding, check, check_host, requires_signed_commits,
};
use crontopus_manifest::{Job, JobKey, Policy, Severity};

/// The policies of one commit on one host.
pub(crate) struct Judge<'a> {
    policies: &'a [Policy],
    local: &'a [Policy],
    context: Context<'a>,
    signed: bool,
    beyond: BTreeMap<JobKey, Vec<(PolicyFinding, bool)>>,
}

/// What the policies say of one job.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Why it is not taken, if it is not.
    pub(crate) refusal: Option<String>,
    /// What is only warned of.
    pub(crate) notes: Vec<String>,
}

impl<'a> Judge<'a> {
    /// `jobs` are those of this host in the order in which they keep their place where a policy limits how
    /// many there are.
    pub(crate) fn new(
        policies: &'a [Policy],
        local: &'a [Policy],
        context: Context<'a>,
        signed: bool,
        jobs: &[&Job],
    ) -> Self {
        let mut beyond: BTreeMap<JobKey, Vec<(PolicyFinding, bool)>> = BTreeMap::new();
        for (policies, own) in [(policies, false), (local, true)] {
            for (job, finding) in check_host(jobs.iter().copied(), policies) {
                beyond.entry(job.key().clone()).or_default().push((finding, own));
            }
        }
        Self { policies, local, context, signed, beyond }
    }

    /// What is to be said of one of the jobs.
    pub(crate) fn verdict(&self, job: &Job) -> Verdict {
        let mut verdict = Verdict::default();
        for (policies, own) in [(self.policies, false), (self.local, true)] {
            for finding in check(job, policies, &self.context) {
                verdict.add(&finding, own);
            }
            if !self.signed {
                verdict.unsigned(job, policies, own);
            }
        }
        for (finding, own) in self.beyond.get(job.key()).into_iter().flatten() {
            verdict.add(finding, *own);
        }
        verdict
    }
}

impl Verdict {
    fn add(&mut self, finding: &PolicyFinding, own: bool) {
        let whose = if own { "the host's own policy" } else { "the policy" };
        self.say(finding.severity, format!("{whose} {}: {}", finding.policy, finding.message));
    }

    fn unsigned(&mut self, job: &Job, policies: &[Policy], own: bool) {
        if !requires_signed_commits(job, policies) {
            return;
        }
        let denying: Vec<Policy> =
            policies.iter().filter(|policy| policy.enforcement == Enforcement::Deny).cloned().collect();
        let severity =
            if requires_signed_commits(job, &denying) { Severity::Error } else { Severity::Warning };
        let whose = if own { "the host's own policy" } else { "a policy" };
        self.say(severity, format!("{whose} wants the commit signed, and it is not"));
    }

    fn say(&mut self, severity: Severity, text: String) {
        match severity {
            Severity::Error if self.refusal.is_none() => self.refusal = Some(text),
            Severity::Error => {}
            _ => self.notes.push(text),
        }
    }
}
