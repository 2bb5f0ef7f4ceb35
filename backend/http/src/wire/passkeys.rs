use crontopus_api as api;
use crontopus_app::rows;

use super::at;

/// A passkey.
pub(crate) fn passkey(row: rows::Passkey) -> api::Passkey {
    let rows::Passkey { id, name, created_at, used_at, .. } = row;
    api::Passkey { id, name, created_at: at(created_at), last_used_at: used_at.map(at) }
}
