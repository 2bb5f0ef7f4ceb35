use crontopus_ids::TenantId;

/// Whose rows a transaction may touch. There is no transaction without one.
pub trait Scope: sealed::Sealed + Clone + Send + Sync + 'static {
    /// What the row-level security of PostgreSQL compares with: a tenant's id, or `*` for every tenant.
    #[doc(hidden)]
    fn fence(&self) -> String;
}

mod sealed {
    pub trait Sealed {}
}

/// One tenant. Whoever makes it has authenticated the caller as belonging to that tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantScope(TenantId);

impl TenantScope {
    /// The scope of `tenant`.
    pub fn of(tenant: TenantId) -> Self {
        Self(tenant)
    }

    /// Whose it is.
    pub fn tenant(&self) -> TenantId {
        self.0
    }
}

/// Every tenant. The constructors are all reasons there are; a new one is a change of the design
/// (architecture, invariant 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SystemScope(&'static str);

impl SystemScope {
    /// For the background task `name`.
    pub fn for_task(name: &'static str) -> Self {
        Self(name)
    }

    /// For ingestion, which finds the tenant by the key and commits many tenants' check-ins together.
    pub fn for_ingestion() -> Self {
        Self("ingestion")
    }

    /// For finding who signs in or signs up, before there is a tenant.
    pub fn for_sign_in() -> Self {
        Self("sign-in")
    }

    /// For finding a session, an API token, an agent or an enrolment token by the hash of its secret or its key.
    pub fn for_credentials() -> Self {
        Self("credentials")
    }

    /// For what operators do, on the internal listener or from the command line.
    pub fn for_operator() -> Self {
        Self("operator")
    }

    /// Why every tenant is visible; for logs.
    pub fn reason(&self) -> &'static str {
        self.0
    }
}

impl sealed::Sealed for TenantScope {}
impl sealed::Sealed for SystemScope {}

impl Scope for TenantScope {
    fn fence(&self) -> String {
        self.0.to_string()
    }
}

impl Scope for SystemScope {
    fn fence(&self) -> String {
        "*".to_owned()
    }
}
