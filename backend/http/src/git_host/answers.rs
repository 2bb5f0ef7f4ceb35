//! What `git` answered to agents a moment ago: a thousand hosts that hear of one commit ask the same, and only the
//! first of them costs a process.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Response;
use axum::http::response::Parts as Head;
use crontopus_app::git::Hosted;
use crontopus_ids::RepositoryId;
use http_body_util::BodyExt as _;

/// How long an answer is kept, in milliseconds.
const LIFETIME_MS: i64 = 60_000;
/// Larger questions are of hosts with a history of their own.
const LARGEST_QUESTION: usize = 64 << 10;
/// Larger answers are streamed as they come.
pub(super) const LARGEST_ANSWER: usize = 1 << 20;
/// Bytes of all that is kept.
const MOST_BYTES: usize = 32 << 20;
/// Bytes of references, and how many files hold them: repositories with more are asked each time.
const MOST_REFERENCES: usize = 256 << 10;
const MOST_FILES: usize = 256;

/// Everything an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    repository: RepositoryId,
    /// Names and values of all references, as they lie on disk.
    references: Vec<u8>,
    rest: &'static str,
    query: String,
    protocol: String,
    encoding: String,
    body: Bytes,
}

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Answers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Question, (i64, Head, Bytes)>,
    bytes: usize,
}

impl Question {
    /// Reads the question, and gives the request back. `None` when an answer to it is not worth keeping.
    pub(super) async fn read(
        hosted: &Hosted,
        rest: &'static str,
        request: Request,
    ) -> (Option<Self>, Request) {
        let (head, body) = request.into_parts();
        // What cannot be read is the served process's to find out: it gets what came.
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let header = |name: &str| {
            head.headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .unwrap_or_default()
        };
        let references = references(hosted).await.filter(|_| body.len() <= LARGEST_QUESTION);
        let question = references.map(|references| Self {
            repository: hosted.id,
            references,
            rest,
            query: head.uri.query().unwrap_or_default().to_owned(),
            protocol: header("git-protocol"),
            encoding: header("content-encoding"),
            body: body.clone(),
        });
        (question, Request::from_parts(head, Body::from(body)))
    }

    fn size(&self, answer: &Bytes) -> usize {
        self.references.len() + self.query.len() + self.body.len() + answer.len()
    }
}

impl Answers {
    /// What was answered to that a moment ago.
    pub(super) fn find(&self, question: &Question, now_ms: i64) -> Option<Response<Body>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, head, body) = kept.answers.get(question)?;
        (now_ms - at < LIFETIME_MS).then(|| Response::from_parts(head.clone(), Body::from(body.clone())))
    }

    /// Keeps an answer, unless the references changed while it was made: nobody knows then which ones it is of.
    pub(super) async fn keep(
        &self,
        hosted: &Hosted,
        question: Question,
        now_ms: i64,
        (head, body): (&Head, &Bytes),
    ) {
        if !head.status.is_success() || references(hosted).await.as_ref() != Some(&question.references) {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(now_ms);
        let size = question.size(body);
        if kept.bytes + size > MOST_BYTES {
            *kept = Kept::default();
        }
        let old = kept.answers.remove(&question).map_or(0, |(_, _, body)| question.size(&body));
        kept.bytes = kept.bytes + size - old;
        kept.answers.insert(question, (now_ms, head.clone(), body.clone()));
    }
}

impl Kept {
    /// Lets go what is too old to be told.
    fn forget(&mut self, now_ms: i64) {
        let Self { answers, bytes } = self;
        answers.retain(|question, (at, _, body)| {
            let is_young = now_ms - *at < LIFETIME_MS;
            *bytes -= if is_young { 0 } else { question.size(body) };
            is_young
        });
    }
}

/// Names and values of all references of a repository; `None` when there are too many, or they cannot be read.
async fn references(hosted: &Hosted) -> Option<Vec<u8>> {
    let path = hosted.path.clone();
    tokio::task::spawn_blocking(move || read_references(&path)).await.ok().flatten()
}

fn read_references(path: &Path) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    let mut files = MOST_FILES;
    for name in ["HEAD", "packed-refs"] {
        match fs::read(path.join(name)) {
            Ok(text) => found.extend(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => return None,
        }
        found.push(0);
    }
    loose(&path.join("refs"), &mut files, &mut found)?;
    (found.len() <= MOST_REFERENCES).then_some(found)
}

/// Adds the loose ones below `dir`, in the order of their names.
fn loose(dir: &Path, files: &mut usize, found: &mut Vec<u8>) -> Option<()> {
    let mut entries = fs::read_dir(dir).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        *files = files.checked_sub(1)?;
        let path = entry.path();
        if entry.file_type().ok()?.is_dir() {
            loose(&path, files, found)?;
        } else {
            found.extend(path.as_os_str().as_encoded_bytes());
            found.push(0);
            found.extend(fs::read(&path).ok()?);
            found.push(0);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crontopus_ids::TenantId;

    use super::*;

    fn hosted(path: &Path) -> Hosted {
        fs::create_dir_all(path.join("refs/heads")).unwrap();
        fs::write(path.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(path.join("refs/heads/main"), "1111\n").unwrap();
        Hosted { tenant_id: TenantId::from_bits(1), id: RepositoryId::from_bits(2), path: path.to_path_buf() }
    }

    async fn asked(hosted: &Hosted, body: &'static str) -> Question {
        let request = Request::builder().header("git-protocol", "version=2").body(Body::from(body)).unwrap();
        let (question, request) = Question::read(hosted, "git-upload-pack", request).await;
        assert_eq!(request.into_body().collect().await.unwrap().to_bytes(), body, "the request is whole");
        question.unwrap()
    }

    fn answered(body: &'static str) -> (Head, Bytes) {
        (Response::new(()).into_parts().0, Bytes::from_static(body.as_bytes()))
    }

    #[tokio::test]
    async fn the_same_question_has_the_same_answer_for_a_minute() {
        let dir = tempfile::tempdir().unwrap();
        let (hosted, answers) = (hosted(dir.path()), Answers::default());
        let (head, body) = answered("pack");
        let question = asked(&hosted, "want 1111").await;
        assert!(answers.find(&question, 0).is_none());
        answers.keep(&hosted, question.clone(), 0, (&head, &body)).await;

        let again = answers.find(&asked(&hosted, "want 1111").await, LIFETIME_MS - 1).unwrap();
        assert_eq!(again.into_body().collect().await.unwrap().to_bytes(), "pack");
        assert!(answers.find(&question, LIFETIME_MS).is_none(), "it is too old");
        assert!(answers.find(&asked(&hosted, "want 2222").await, 1).is_none(), "another question");
        let other = Hosted { id: RepositoryId::from_bits(3), ..hosted.clone() };
        assert!(answers.find(&asked(&other, "want 1111").await, 1).is_none(), "another repository");
        answers.keep(&hosted, asked(&hosted, "later").await, LIFETIME_MS, (&head, &body)).await;
        assert_eq!(answers.0.lock().unwrap().answers.len(), 1, "what is too old is let go");
    }

    #[tokio::test]
    async fn an_answer_is_of_the_references_it_was_made_with() {
        let dir = tempfile::tempdir().unwrap();
        let (hosted, answers) = (hosted(dir.path()), Answers::default());
        let (head, body) = answered("pack");
        let before = asked(&hosted, "want").await;
        answers.keep(&hosted, before.clone(), 0, (&head, &body)).await;
        fs::write(dir.path().join("refs/heads/main"), "2222\n").unwrap();
        let after = asked(&hosted, "want").await;
        assert!(answers.find(&after, 1).is_none(), "a push came between");
        fs::write(dir.path().join("packed-refs"), "2222 refs/heads/main\n").unwrap();
        answers.keep(&hosted, after.clone(), 1, (&head, &body)).await;
        assert!(answers.find(&after, 1).is_none(), "they changed while it was made");
    }

    #[tokio::test]
    async fn what_is_kept_has_a_bound() {
        let dir = tempfile::tempdir().unwrap();
        let (hosted, answers) = (hosted(dir.path()), Answers::default());
        let (head, _) = answered("");
        let body = Bytes::from(vec![0; LARGEST_ANSWER]);
        for number in 0..100_u8 {
            let request = Request::new(Body::from(vec![number; 10]));
            let question = Question::read(&hosted, "git-upload-pack", request).await.0.unwrap();
            answers.keep(&hosted, question, 0, (&head, &body)).await;
            let kept = answers.0.lock().unwrap();
            let sizes: usize = kept.answers.iter().map(|(question, (_, _, body))| question.size(body)).sum();
            assert_eq!(kept.bytes, sizes);
            assert!(sizes <= MOST_BYTES);
        }
        for number in 0..MOST_FILES {
            fs::write(dir.path().join(format!("refs/heads/{number}")), "3333\n").unwrap();
        }
        let (question, _) = Question::read(&hosted, "info/refs", Request::new(Body::empty())).await;
        assert!(question.is_none(), "there are too many references to hold against each other");
    }
}
