//! A document that fits the schema: what is known of it whoever sends it.

use std::sync::OnceLock;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Document;
use apollo_compiler::executable::{self, Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};
use async_graphql::parser::types as framework;

use super::limits::{Limits, NESTING};
use super::literal::{self, Misfit};
use super::path::Path;
use super::refusal::{Refusal, Stage};
use super::{runnable, shape, suggestion};
use crate::error::Error;

/// Bytes of memory that the smallest document takes, with its place among those that are kept.
const SMALLEST: u64 = 4 * 1024;

/// Bytes of memory that each token takes: parsed, validated, and in the form that is run.
const EACH_TOKEN: u64 = 512;

/// A document and its operations.
pub(super) struct Validated {
    document: Valid<ExecutableDocument>,
    memory: u64,
    operations: Vec<Operation>,
}

/// One operation of a document.
pub(super) struct Operation {
    pub(super) definition: Node<executable::Operation>,
    /// Whether it asks for the schema.
    pub(super) asks_for_schema: bool,
    /// Whether it asks for nothing else.
    pub(super) asks_for_schema_alone: bool,
    runnable: OnceLock<framework::ExecutableDocument>,
}

impl Validated {
    /// Reads and validates a text.
    pub(super) fn read(contract: &Valid<Schema>, text: &str, limits: &Limits, suggest: bool) -> Result<Self, Refusal> {
        let (ast, tokens) = parse(text, limits)?;
        shape::check(&ast, limits)?;
        let document = ast.to_executable_validate(contract).map_err(|wrong| {
            let mut refusal = Refusal::found(Stage::Validation, &wrong.errors);
            refusal.name_fields(misfits_of(contract, &wrong.partial), &ast.sources);
            if suggest {
                suggestion::add_to(&mut refusal.errors, &ast, contract);
            }
            refusal
        })?;
        let misfits = misfits_of(contract, &document);
        if !misfits.is_empty() {
            return Err(Refusal::literals(misfits, &document.sources));
        }
        let operations: Vec<_> =
            document.operations.iter().map(|definition| Operation::of(definition, &document)).collect();
        // Each operation has a copy of the fragments that it uses.
        let copies = if document.fragments.is_empty() { 1 } else { operations.len().max(1) };
        let memory = SMALLEST + large(text.len()) + EACH_TOKEN * large(tokens) * large(copies);
        Ok(Self { document, memory, operations })
    }

    pub(super) const fn document(&self) -> &Valid<ExecutableDocument> {
        &self.document
    }

    /// How many bytes of memory it takes, about.
    pub(super) const fn memory(&self) -> u64 {
        self.memory
    }

    /// The operation of this name; the only one, where none is named.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, Refusal> {
        let found = match (name, &self.operations[..]) {
            (Some(name), operations) => operations.iter().find(|operation| operation.is_named(name)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.ok_or_else(|| {
            let names: Vec<_> = self.operations.iter().filter_map(|o| o.definition.name.as_deref()).collect();
            let names = if names.is_empty() { "none, since it has no name".to_owned() } else { names.join(", ") };
            Refusal::operation(Error::field(
                "operationName",
                format!("must name the operation of the document that is to be run, which can be: {names}"),
            ))
        })
    }
}

fn large(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The document, and how many tokens it has.
fn parse(text: &str, limits: &Limits) -> Result<(Document, usize), Refusal> {
    let mut parser = Document::parser().recursion_limit(NESTING).token_limit(limits.tokens);
    let document = parser.parse_ast(text, "document").map_err(|wrong| {
        if parser.tokens_reached() > limits.tokens {
            let most = limits.tokens;
            return Refusal::limit(format!("the document has more than {most} tokens, spaces counted: split it"));
        }
        if parser.recursion_reached() > NESTING {
            return Refusal::limit(format!("the document nests deeper than {NESTING} levels: ask for less at once"));
        }
        Refusal::found(Stage::Syntax, &wrong.errors)
    })?;
    Ok((document, parser.tokens_reached()))
}

/// Whether a field answers with the schema.
pub(super) fn is_about_the_schema(field: &str) -> bool {
    matches!(field, "__schema" | "__type" | "_service")
}

impl Operation {
    fn of(definition: &Node<executable::Operation>, document: &ExecutableDocument) -> Self {
        let asks_for_schema = definition.root_fields(document).any(|field| is_about_the_schema(&field.name));
        let mut others = definition.root_fields(document).filter(|field| !is_about_the_schema(&field.name));
        Self {
            definition: definition.clone(),
            asks_for_schema,
            asks_for_schema_alone: asks_for_schema && others.all(|field| field.name == "__typename"),
            runnable: OnceLock::new(),
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.definition.name.as_deref() == Some(name)
    }

    /// A copy for the framework, which takes the document apart while it runs it.
    pub(super) fn runnable(&self, document: &ExecutableDocument) -> framework::ExecutableDocument {
        self.runnable.get_or_init(|| runnable::runnable(document, &self.definition)).clone()
    }
}

/// The scalars of the API are more than the validation knows of them.
fn misfits_of<'d>(contract: &Schema, document: &'d ExecutableDocument) -> Vec<Misfit<'d>> {
    let mut misfits = Vec::new();
    for operation in document.operations.iter() {
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                literal::check(contract, &Path::Named(&variable.name), &variable.ty, default, &mut misfits);
            }
        }
        check_selections(contract, &operation.selection_set, &mut misfits);
    }
    for fragment in document.fragments.values() {
        check_selections(contract, &fragment.selection_set, &mut misfits);
    }
    misfits
}

fn check_selections<'d>(contract: &Schema, selections: &'d SelectionSet, misfits: &mut Vec<Misfit<'d>>) {
    for selection in &selections.selections {
        match selection {
            Selection::Field(field) => {
                literal::check_arguments(contract, &field.definition, &field.arguments, misfits);
                check_selections(contract, &field.selection_set, misfits);
            }
            Selection::InlineFragment(inline) => check_selections(contract, &inline.selection_set, misfits),
            Selection::FragmentSpread(_) => {}
        }
    }
}
