//! Variables that a request leaves out.

use async_graphql::parser::types::BaseType;
use async_graphql::{Request, Value};

/// Gives page sizes that are left out their value: null. Clients send `$first: Int` or leave it out as they like,
/// but the framework, which reads page sizes before it runs a document, takes a variable that is not there for an
/// error. Other variables stay left out, since an update tells that from null.
#[must_use]
pub fn completed(mut request: Request) -> Request {
    // A document that cannot be parsed is refused when it is executed.
    let Ok(document) = request.parsed_query() else { return request };
    let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let sizes = definitions.filter(|definition| {
        let definition = &definition.node;
        let kind = &definition.var_type.node;
        let is_integer = matches!(&kind.base, BaseType::Named(name) if name == "Int");
        is_integer && kind.nullable && definition.default_value.is_none()
    });
    let sizes: Vec<_> = sizes.map(|definition| definition.node.name.node.clone()).collect();
    for name in sizes {
        request.variables.entry(name).or_insert(Value::Null);
    }
    request
}
