//! How large a document is once its fragments are put in place, found without putting them there: each fragment is
//! looked at once, so that fragments which spread each other many times cost no time.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, DirectiveList, Document, FragmentDefinition, Selection};

use super::limits::{FIELDS, INTROSPECTIONS, Limits, NESTING};
use super::refusal::Refusal;
use super::validated::is_about_the_schema;

/// The measures of one selection set.
#[derive(Clone, Copy, Default)]
struct Shape {
    /// All fields, at any depth.
    fields: u64,
    /// Fields of the first level, without those of introspection.
    top: u64,
    /// Fields of the first level that answer with the schema.
    introspections: u64,
    aliases: u64,
    directives: u64,
    /// Levels of fields.
    depth: usize,
    /// Levels of selections of any kind.
    levels: usize,
}

impl Shape {
    /// Both, one after the other.
    fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            top: self.top.saturating_add(other.top),
            introspections: self.introspections.saturating_add(other.introspections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            levels: self.levels.max(other.levels),
        }
    }

    /// One level of selections around it, with its own directives.
    fn inside(self, directives: &DirectiveList) -> Self {
        let own = u64::try_from(directives.len()).unwrap_or(u64::MAX);
        Self { levels: self.levels + 1, directives: self.directives.saturating_add(own), ..self }
    }
}

/// Refuses a document that is larger than the limits. Its operations count together: each of them is validated.
pub(super) fn check(document: &Document, limits: &Limits) -> Result<(), Refusal> {
    let mut fragments = Fragments::of(document);
    let operations = document.definitions.iter().filter_map(Definition::as_operation_definition);
    let mut whole = Shape::default();
    for operation in operations {
        let shape = fragments.shape_of(&operation.selection_set, 1)?.inside(&operation.directives);
        check_operation(shape, limits)?;
        whole = whole.and(shape);
    }
    if whole.fields > FIELDS {
        return Err(Refusal::limit(format!(
            "the document has more than {FIELDS} fields, counting each fragment where it is used: ask for less at once"
        )));
    }
    Ok(())
}

fn check_operation(shape: Shape, limits: &Limits) -> Result<(), Refusal> {
    let over = |count: u64, limit: usize| usize::try_from(count).map_or(true, |count| count > limit);
    // What only asks for the schema is of the depth that the schema's own schema has; how often it repeats itself is
    // looked at with the fields' meaning at hand.
    let only_introspection = shape.introspections > 0 && shape.top == 0;
    if shape.levels > NESTING {
        return Err(nested_too_deep());
    }
    let message = if shape.depth > limits.depth && !only_introspection {
        format!("the document nests its fields deeper than {} levels: ask for less at once", limits.depth)
    } else if over(shape.aliases, limits.aliases) {
        format!("the document has more than {} aliases: split it", limits.aliases)
    } else if over(shape.directives, limits.directives) {
        format!("the document has more than {} directives: split it", limits.directives)
    } else if over(shape.top, limits.root_fields) {
        format!("the operation has more than {} fields on its first level: split it", limits.root_fields)
    } else if shape.introspections > INTROSPECTIONS {
        format!("the operation asks for the schema more than {INTROSPECTIONS} times: split it")
    } else {
        return Ok(());
    };
    Err(Refusal::limit(message))
}

fn nested_too_deep() -> Refusal {
    Refusal::limit(format!("the document nests its selections deeper than {NESTING} levels: ask for less at once"))
}

/// What is known of a fragment.
#[derive(Clone, Copy)]
enum Measured {
    /// It is being measured: who meets it now is inside it.
    Begun,
    Done(Shape),
}

/// The fragments of a document, each measured when it is first met.
struct Fragments<'d> {
    definitions: HashMap<&'d str, &'d FragmentDefinition>,
    measured: HashMap<&'d str, Measured>,
}

impl<'d> Fragments<'d> {
    fn of(document: &'d Document) -> Self {
        let definitions = document.definitions.iter().filter_map(Definition::as_fragment_definition);
        let definitions = definitions.map(|fragment| (fragment.name.as_str(), &**fragment)).collect();
        Self { definitions, measured: HashMap::new() }
    }

    /// `level` is that of the selections. Nothing is followed deeper than the limit: each level is a call.
    fn shape_of(&mut self, selections: &'d [Selection], level: usize) -> Result<Shape, Refusal> {
        if level > NESTING {
            return Err(nested_too_deep());
        }
        let mut whole = Shape::default();
        for selection in selections {
            let shape = match selection {
                Selection::Field(field) => {
                    let inner = self.shape_of(&field.selection_set, level + 1)?;
                    let introspection = is_about_the_schema(&field.name);
                    Shape {
                        fields: inner.fields.saturating_add(1),
                        top: u64::from(!introspection),
                        introspections: u64::from(introspection),
                        aliases: inner.aliases.saturating_add(field.alias.is_some().into()),
                        depth: inner.depth + 1,
                        ..inner
                    }
                    .inside(&field.directives)
                }
                Selection::InlineFragment(inline) => {
                    self.shape_of(&inline.selection_set, level + 1)?.inside(&inline.directives)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.fragment_name, level)?.inside(&spread.directives)
                }
            };
            whole = whole.and(shape);
        }
        Ok(whole)
    }

    fn fragment(&mut self, name: &Name, level: usize) -> Result<Shape, Refusal> {
        // A fragment that is not there is told by the validation.
        let Some((name, definition)) = self.definitions.get_key_value(name.as_str()) else {
            return Ok(Shape::default());
        };
        let (name, definition) = (*name, *definition);
        match self.measured.get(name) {
            Some(Measured::Done(shape)) => return Ok(*shape),
            Some(Measured::Begun) => return Err(Refusal::validation(format!("the fragment {name} spreads itself"))),
            None => {}
        }
        self.measured.insert(name, Measured::Begun);
        let shape = self.shape_of(&definition.selection_set, level + 1)?.inside(&definition.directives);
        self.measured.insert(name, Measured::Done(shape));
        Ok(shape)
    }
}
