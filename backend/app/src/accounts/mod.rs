//! People, tenants, members, invitations and API tokens.

mod invitations;
pub(crate) mod letters;
mod me;
mod members;
mod operator;
mod passkeys;
mod passwords;
pub(crate) mod second_factor;
mod sign_in;
mod sign_up;
mod tenants;
mod tokens;

pub use invitations::{Accept, CreatedInvitation};
pub use me::WhoAmI;
pub use second_factor::{BegunFactor, SecondFactorState};
pub use sign_in::{Credentials, SignedIn};
pub use sign_up::NewAccount;
pub use tenants::{NewTenant, TenantChange};
pub use tokens::{CreatedToken, NewToken};
