//! From what a client sends to what can be run. Everything that can be wrong with a request before its first resolver
//! runs is found here, so that a refused request has no effect at all.
//!
//! In this order: which text (a trusted document, or the client's) → size and tokens → syntax → nesting, fragments,
//! aliases and other counts → validation against the schema → which operation → variables → cost. What depends on the
//! text alone is done once and kept by its hash. `apollo-compiler` reads and validates: its parser counts tokens and
//! nesting while it reads, which the framework's does not.

mod cost;
mod limits;
mod literal;
mod path;
mod refusal;
mod runnable;
mod shape;
mod suggestion;
mod trusted;
mod validated;
mod variables;

#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use apollo_compiler::Schema as Contract;
use apollo_compiler::ast::OperationType;
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::validation::Valid;
use async_graphql::Request;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use self::limits::INTROSPECTION_COST;
use self::validated::{Operation, Validated};
use crate::access::scope::Scope;
use crate::access::viewer::Viewer;
use crate::error::Error;
use crate::graphql::schema;

/// Levels of nested selections that a prepared request can have.
pub const DEEPEST: usize = limits::NESTING + 1;

pub use self::limits::Limits;
pub use self::refusal::{Refusal, Stage};
pub use self::trusted::{TrustedDocuments, TrustedError};

/// What a client asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// The document.
    pub document: Source,
    /// Which of its operations to run; with one operation it need not be said.
    pub operation_name: Option<String>,
    /// Values for the operation's variables.
    pub variables: Map<String, Json>,
}

/// Where a document is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// It was sent.
    Text(String),
    /// It is one of the trusted documents: SHA-256 of its text, in hexadecimal.
    Hash(String),
}

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperationKind {
    /// It reads.
    Query,
    /// It writes.
    Mutation,
    /// It listens.
    Subscription,
}

/// A request that can be run.
#[derive(Debug)]
pub struct Prepared {
    /// What it does.
    pub kind: OperationKind,
    /// What it costs.
    pub cost: u64,
    request: Request,
}

impl Prepared {
    /// What the framework runs.
    #[must_use]
    pub fn into_request(self) -> Request {
        self.request
    }
}

/// Whose documents are run, and how large they may be.
#[derive(Debug, Default)]
pub struct Rules {
    /// Whether everyone may ask for the schema, and is told what a misspelt name or value may have meant. Else the scope
    /// `schema:read` lets a caller.
    pub open_schema: bool,
    /// Documents that can be asked for by their hash.
    pub trusted: TrustedDocuments,
    /// Whether only those are run.
    pub trusted_only: bool,
}

/// Bytes of memory in which validated documents are kept, about.
const KEPT_BYTES: u64 = 32 * 1024 * 1024;

/// How many documents are kept, about: what the cache makes room for at the start.
const KEPT: usize = 1_024;

type Hash = [u8; 32];

/// What the service offers: every document is held against it.
static CONTRACT: LazyLock<Valid<Contract>> = LazyLock::new(|| {
    Contract::parse_and_validate(schema::sdl(), "schema.graphql").expect("the service's own schema is valid")
});

/// Prepares requests. One for each service.
pub struct Documents {
    contract: &'static Valid<Contract>,
    limits: Limits,
    rules: Rules,
    validated: Cache<Hash, Arc<Validated>, Memory>,
}

/// A validated document weighs what it takes of the memory.
#[derive(Clone)]
struct Memory;

impl Weighter<Hash, Arc<Validated>> for Memory {
    fn weight(&self, _: &Hash, document: &Arc<Validated>) -> u64 {
        document.memory()
    }
}

impl Documents {
    /// The trusted documents must fit the schema.
    pub fn new(limits: Limits, rules: Rules) -> Result<Self, TrustedError> {
        let validated = Cache::with_weighter(KEPT, KEPT_BYTES, Memory);
        let documents = Self { contract: &CONTRACT, limits, rules, validated };
        documents.rules.trusted.check(|text| documents.validate(text, true).map(drop))?;
        Ok(documents)
    }

    /// The limits of a document.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Everything up to the first resolver.
    pub fn prepare(&self, asked: Asked, viewer: &Viewer) -> Result<Prepared, Refusal> {
        let open_schema = self.rules.open_schema || viewer.has(Scope::SchemaRead);
        let document = self.document(&asked.document, open_schema)?;
        let operation = document.operation(asked.operation_name.as_deref())?;
        if operation.asks_for_schema {
            if !open_schema {
                return Err(Refusal::operation(Error::Forbidden {
                    scopes: vec![Scope::SchemaRead.as_str()],
                    message: "the schema is not told here: it is published with the service as schema.graphql"
                        .to_owned(),
                }));
            }
            check_max_depth(document.document(), &operation.definition)
                .map_err(|error| Refusal::limit(format!("{}: ask for less of the schema at once", error.message())))?;
        }
        let variables = variables::coerce(self.contract, &operation.definition, asked.variables, open_schema)
            .map_err(Refusal::variables)?;
        let cost = cost::cost(document.document(), &operation.definition, &variables);
        self.check_cost(operation, cost)?;
        let mut request = Request::new("").variables(variables);
        request.set_parsed_query(operation.runnable(document.document()));
        let kind = match operation.definition.operation_type {
            OperationType::Query => OperationKind::Query,
            OperationType::Mutation => OperationKind::Mutation,
            OperationType::Subscription => OperationKind::Subscription,
        };
        Ok(Prepared { kind, cost, request })
    }

    /// The schema is not the caller's data, and tools ask for it as a whole: it has a limit of its own.
    fn check_cost(&self, operation: &Operation, cost: u64) -> Result<(), Refusal> {
        let (most, advice) = if operation.asks_for_schema_alone {
            (INTROSPECTION_COST, "ask for less of the schema at once")
        } else {
            (
                self.limits.cost,
                "every field counts, multiplied by the sizes of the pages that it is in; ask for smaller pages",
            )
        };
        if cost > most {
            return Err(Refusal::limit(format!("the request costs {cost}, more than {most}: {advice}")));
        }
        Ok(())
    }

    /// The document, validated: now, or when it was first sent.
    fn document(&self, source: &Source, suggest: bool) -> Result<Arc<Validated>, Refusal> {
        let (hash, text) = match source {
            Source::Text(text) => {
                if text.len() > self.limits.bytes {
                    let (found, most) = (text.len(), self.limits.bytes);
                    return Err(Refusal::limit(format!("the document has {found} bytes, more than {most}: split it")));
                }
                let hash = Hash::from(Sha256::digest(text));
                if self.rules.trusted_only && !self.rules.trusted.contains(&hash) {
                    return Err(Refusal::operation(Error::Forbidden {
                        scopes: Vec::new(),
                        message: "only documents that are registered with the service are run here: ask its operator to add this one".to_owned(),
                    }));
                }
                (hash, text.as_str())
            }
            Source::Hash(hash) => self.rules.trusted.find(hash).ok_or_else(|| {
                Refusal::operation(Error::NotFound(
                    "no document of this hash is registered with the service: send its text, or ask the operator to add it".to_owned(),
                ))
            })?,
        };
        if let Some(known) = self.validated.get(&hash) {
            return Ok(known);
        }
        let validated = Arc::new(self.validate(text, suggest)?);
        self.validated.insert(hash, Arc::clone(&validated));
        Ok(validated)
    }

    fn validate(&self, text: &str, suggest: bool) -> Result<Validated, Refusal> {
        Validated::read(self.contract, text, &self.limits, suggest)
    }
}
