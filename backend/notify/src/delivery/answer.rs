use std::time::Duration;

use crate::clip;

/// What a provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status of HTTP.
    pub status: u16,
    /// `Retry-After`, as a time from now.
    pub retry_after: Option<Duration>,
    /// `Location` of a redirect that was not followed.
    pub location: Option<String>,
    /// The body, at most its first 64 KiB.
    pub body: String,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Sent {
        /// What was answered, for people.
        answer: String,
        /// How the provider calls it, for later updates.
        reference: Option<String>,
    },
    /// It may be taken later.
    Later {
        /// What was answered, for people.
        answer: String,
        /// Not before so long.
        after: Option<Duration>,
    },
    /// This message will never be taken; others may.
    Refused {
        /// What was answered, for people.
        answer: String,
    },
    /// No message will be taken until somebody mends the channel.
    Broken {
        /// What was answered, for people.
        answer: String,
    },
}

/// Longest wait a provider can ask for.
const LONGEST: Duration = Duration::from_secs(6 * 3_600);

impl Answer {
    /// The answer for people: status and the beginning of the body, on one line.
    pub fn describe(&self) -> String {
        let body: String = self.body.split_whitespace().collect::<Vec<_>>().join(" ");
        let body = clip::chars(&body, 200);
        let to = self.location.as_ref().map(|l| format!(" to {}", clip::chars(l, 200))).unwrap_or_default();
        format!("{}{to} {body}", self.status).trim_end().to_owned()
    }

    /// A member of the JSON body.
    pub(crate) fn member(&self, name: &str) -> Option<serde_json::Value> {
        serde_json::from_str::<serde_json::Value>(&self.body).ok()?.get_mut(name).map(serde_json::Value::take)
    }
}

/// What an answer means where a provider has nothing of its own to say: RFC 9110.
pub(crate) fn judge(answer: &Answer) -> Outcome {
    let text = answer.describe();
    match answer.status {
        200..=299 => Outcome::Sent { answer: text, reference: None },
        408 | 425 | 429 | 500..=599 => {
            Outcome::Later { answer: text, after: answer.retry_after.map(|wait| wait.min(LONGEST)) }
        }
        300..=399 => Outcome::Broken { answer: format!("{text}: give the channel the address it leads to") },
        401 | 403 | 404 | 405 | 410 => Outcome::Broken { answer: text },
        _ => Outcome::Refused { answer: text },
    }
}

impl Outcome {
    /// What was answered, for people.
    pub fn answer(&self) -> &str {
        match self {
            Self::Sent { answer, .. }
            | Self::Later { answer, .. }
            | Self::Refused { answer }
            | Self::Broken { answer } => answer,
        }
    }

    /// It may be taken later.
    pub(crate) fn later(answer: impl Into<String>) -> Self {
        Self::Later { answer: answer.into(), after: None }
    }

    /// The channel does not work.
    pub(crate) fn broken(answer: impl Into<String>) -> Self {
        Self::Broken { answer: answer.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_mean_what_the_standard_says() {
        let word = |status| {
            let answer = Answer { status, retry_after: None, location: None, body: String::new() };
            match judge(&answer) {
                Outcome::Sent { .. } => "sent",
                Outcome::Later { .. } => "later",
                Outcome::Refused { .. } => "refused",
                Outcome::Broken { .. } => "broken",
            }
        };
        for (statuses, meaning) in [
            (&[200, 202, 204][..], "sent"),
            (&[408, 429, 500, 502, 503, 504], "later"),
            (&[400, 413, 415, 422], "refused"),
            (&[301, 302, 307, 401, 403, 404, 410], "broken"),
        ] {
            statuses.iter().for_each(|status| assert_eq!(word(*status), meaning, "{status}"));
        }
    }
}
