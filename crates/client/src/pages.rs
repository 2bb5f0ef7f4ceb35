use std::collections::VecDeque;

use crontopus_api::Page;
use serde::de::DeserializeOwned;

use crate::query::Target;
use crate::{Client, ClientError};

/// Which page of a list.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// Rows, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// From the page before; the first page when absent.
    pub cursor: Option<String>,
}

/// A whole list, fetched page by page as it is read. Ends after the first error.
#[must_use = "nothing is fetched until it is read"]
#[derive(Debug)]
pub struct Pages<T> {
    client: Client,
    target: Target,
    rows: VecDeque<T>,
    page_size: u32,
    next: Next,
}

/// A server that gives this many empty pages in a row is not followed further.
const EMPTY_PAGES: u32 = 100;

#[derive(Debug)]
enum Next {
    First,
    Cursor(String),
    End,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(client: &Client, target: Target) -> Self {
        Self { client: client.clone(), target, rows: VecDeque::new(), page_size: 200, next: Next::First }
    }

    /// One page only.
    pub fn page(&self, request: &PageRequest) -> Result<Page<T>, ClientError> {
        let target =
            self.target.clone().query("limit", request.limit).query("cursor", request.cursor.as_ref());
        self.client.get(&target)
    }

    /// Up to `most` rows from the beginning.
    pub fn first(mut self, most: usize) -> Result<Vec<T>, ClientError> {
        self.page_size = u32::try_from(most.clamp(1, 200)).unwrap_or(200);
        self.take(most).collect()
    }

    fn fetch(&mut self) -> Result<(), ClientError> {
        for _ in 0..EMPTY_PAGES {
            let cursor = match std::mem::replace(&mut self.next, Next::End) {
                Next::First => None,
                Next::Cursor(cursor) => Some(cursor),
                Next::End => return Ok(()),
            };
            let page = self.page(&PageRequest { limit: Some(self.page_size), cursor: cursor.clone() })?;
            if page.next_cursor.is_some() && page.next_cursor == cursor {
                break;
            }
            self.rows = page.items.into();
            self.next = page.next_cursor.map_or(Next::End, Next::Cursor);
            if !self.rows.is_empty() {
                return Ok(());
            }
        }
        self.next = Next::End;
        Err(ClientError::EndlessList { operation: format!("GET {}", self.target.path()) })
    }
}

impl<T: DeserializeOwned> Iterator for Pages<T> {
    type Item = Result<T, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rows.is_empty()
            && let Err(error) = self.fetch()
        {
            return Some(Err(error));
        }
        self.rows.pop_front().map(Ok)
    }
}
