//! The callers of the matrix: its columns.

use crate::harness::{ALL_SCOPES, App, Caller, Whole};

/// For whom a caller acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    Sponsor,
    Cdmo,
    /// Another organization, which is a sponsor itself, of someone else.
    Stranger,
    /// The service, and no organization.
    Operator,
}

/// What a person of a party does, and the scopes that this takes.
const ROLES: [(&str, &str, &str); 6] = [
    (
        "work",
        "working level",
        "relationships:read relationships:write actions:read actions:write kpis:read kpis:write journal:read",
    ),
    ("appr", "approver", "relationships:read relationships:approve actions:read kpis:read kpis:approve"),
    ("lead", "leadership", "relationships:read actions:read journal:read kpis:read-released"),
    ("robot", "an ERP or QMS robot", "kpis:collect"),
    ("read", "a reader of everything", "relationships:read actions:read kpis:read journal:read"),
    ("none", "a token without scopes", ""),
];

/// One caller.
pub struct Person {
    /// The head of the column: `S work`.
    pub column: String,
    /// In words, for the legend.
    pub words: String,
    pub of: Of,
    pub scopes: &'static str,
    pub caller: Caller,
}

/// All callers, in the order of the columns.
pub fn people(app: &App, world: &Whole) -> Vec<Person> {
    let parties = &world.parties;
    let sides = [("S", "sponsor", Of::Sponsor, &parties.sponsor), ("C", "CDMO", Of::Cdmo, &parties.cdmo)];
    let mut people = Vec::new();
    for (letter, party, of, side) in sides {
        for (short, words, scopes) in ROLES {
            let caller = app.caller(side.handle, &format!("{short}@{}", side.handle), scopes);
            let words = format!("{words} of the {party}");
            people.push(Person { column: format!("{letter} {short}"), words, of, scopes, caller });
        }
    }
    people.push(Person {
        column: "other".to_owned(),
        words: "another organization, with every scope".to_owned(),
        of: Of::Stranger,
        scopes: ALL_SCOPES,
        caller: app.caller(world.strangers.sponsor.handle, "other", ALL_SCOPES),
    });
    people.push(Person {
        column: "operator".to_owned(),
        words: "the operator of the service".to_owned(),
        of: Of::Operator,
        scopes: "admin",
        caller: app.operator(),
    });
    people
}
