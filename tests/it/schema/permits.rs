//! The table of permits is the list of mutations: each has one, with the scopes that its directive names.

use std::collections::BTreeMap;

use guidepost::access::permit::OPERATIONS;

use crate::harness::Sdl;

#[test]
fn every_mutation_has_its_permit_with_the_scopes_of_its_directive() {
    let shown: BTreeMap<&str, _> =
        Sdl::of_service().mutations().iter().map(|field| (field.name.as_str(), field.scopes.clone())).collect();
    let enforced: BTreeMap<&str, _> =
        OPERATIONS.iter().map(|permit| (permit.action, Some(permit.scopes.alternatives()))).collect();
    assert_eq!(enforced.len(), OPERATIONS.len(), "two permits are for one mutation");
    assert_eq!(shown, enforced);
}
