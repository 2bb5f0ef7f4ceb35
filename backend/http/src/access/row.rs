use crontopus_api::{Code, Role, Scope};

use super::Caller;
use crate::failure::Failure;

/// One operation and who may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The operation's id in the OpenAPI document.
    pub operation: &'static str,
    /// Whether it needs no credential; then none is looked at.
    pub anonymous: bool,
    /// The least role of a person, or of the maker of a token.
    pub role: Option<Role>,
    /// Which API tokens.
    pub tokens: Tokens,
    /// Whether an enrolled agent may.
    pub agent: bool,
    /// Largest body that is read, in bytes.
    pub body_limit: usize,
    /// Whether pages of other sites may ask for it: it takes no cookie.
    pub cross_site: bool,
    /// Whether it makes something, so that `Idempotency-Key` is honoured.
    pub creates: bool,
}

/// Which API tokens may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// None.
    None,
    /// Every token.
    Any,
    /// Those with the scope.
    With(Scope),
}

impl Row {
    /// The row of an operation; panics when there is none, at start and in every test.
    pub(crate) fn of(operation: &str) -> &'static Self {
        let found = super::TABLE.iter().find(|row| row.operation == operation);
        found.unwrap_or_else(|| panic!("`{operation}` has no row in the authorization table"))
    }

    /// Refuses a caller the table does not name.
    pub(crate) fn admits(&self, caller: &Caller) -> Result<(), Failure> {
        let refused = |code, detail: String| Err(Failure::new(code, detail));
        match caller {
            _ if self.anonymous => Ok(()),
            Caller::Anonymous => {
                refused(Code::Unauthenticated, "this needs a session, an API token or a signature".into())
            }
            Caller::Agent(_) if self.agent => Ok(()),
            Caller::Agent(_) => refused(Code::Forbidden, "agents do not do this".into()),
            Caller::Person(actor) | Caller::Token(actor) => {
                let (Some(wanted), Some(role)) = (self.role, actor.role()) else {
                    return refused(Code::Forbidden, "only agents do this".into());
                };
                if let (Caller::Token(_), Some(scopes)) = (caller, actor.scopes()) {
                    match self.tokens {
                        Tokens::None => return refused(Code::Forbidden, "a token cannot do this".into()),
                        Tokens::With(scope) if !scopes.iter().any(|s| s.as_str() == scope.as_str()) => {
                            return refused(Code::MissingScope, format!("the token lacks `{scope}`"));
                        }
                        Tokens::Any | Tokens::With(_) => {}
                    }
                }
                if crate::wire::role(role) < wanted {
                    return refused(Code::Forbidden, format!("this wants the role `{wanted}`"));
                }
                Ok(())
            }
        }
    }
}
