//! Organizations, their relationships, and the work that they ask of each other.

use chrono::{Days, NaiveDate};
use guidepost::db::journal::{Chain, NO_HASH};
use guidepost::entity::action_item::{ActionItemState, Priority};
use guidepost::entity::party::Party;
use guidepost::entity::relationship::RelationshipState;
use guidepost::entity::texts::Texts;
use guidepost::entity::{action_item, journal_chain, organization, relationship};

use super::shape::{ACTION_ITEMS_EACH, Shape, id, made_at, scattered};

const ISSUER: &str = "https://id.bench.example";

const PRODUCTS: [&str; 5] =
    ["Fill and finish", "Drug substance", "Viral vectors", "Packaging and serialization", "Process transfer"];

const TASKS: [&str; 8] = [
    "Send the retained samples",
    "Close the deviation report",
    "Review the batch record",
    "Answer the audit finding",
    "Update the quality agreement",
    "Order the reference standard",
    "Confirm the shipping lanes",
    "Repeat the stability pull",
];

pub(super) fn organizations(shape: Shape) -> impl Iterator<Item = organization::Model> {
    (0..shape.organizations()).map(move |row| organization::Model {
        id: id(row),
        handle: shape.handle(row),
        name: match shape.party_of(row) {
            Party::Sponsor => format!("Therapeutics No. {row}"),
            Party::Cdmo => format!("Biologics No. {row}"),
        },
        version: 1,
        created_at: made_at(row),
    })
}

pub(super) fn relationships(shape: Shape) -> impl Iterator<Item = relationship::Model> {
    (0..shape.relationships()).map(move |row| relationship::Model {
        id: id(row),
        sponsor_id: id(shape.sponsor_of(row)),
        cdmo_id: id(shape.cdmo_of(row)),
        name: format!("{} of TX-{row}", PRODUCTS[row % PRODUCTS.len()]),
        description: "Clinical and commercial supply under the agreement of 2025.".to_owned(),
        state: RelationshipState::Active,
        proposed_by: Party::Sponsor,
        paused_by: None,
        state_reason: None,
        proposer_issuer: ISSUER.to_owned(),
        proposer_subject: "someone".to_owned(),
        accepted_at: Some(made_at(row)),
        ended_at: None,
        version: 2,
        created_at: made_at(row),
    })
}

/// The journal chains that writes go on from.
pub(super) fn chains(shape: Shape) -> impl Iterator<Item = journal_chain::Model> {
    let of_organizations = (0..shape.organizations()).map(|row| Chain::Organization(id(row)));
    let of_relationships = (0..shape.relationships()).map(|row| Chain::Relationship(id(row)));
    of_organizations.chain(of_relationships).map(|chain| journal_chain::Model {
        id: chain.uuid(),
        kind: chain.kind(),
        number: 0,
        hash: NO_HASH.to_owned(),
    })
}

pub(super) fn action_items(shape: Shape) -> impl Iterator<Item = action_item::Model> {
    let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
    (0..shape.relationships() * ACTION_ITEMS_EACH).map(move |row| {
        let (relationship, nth) = shape.place_of(row);
        let chance = scattered(row);
        let title = format!("{} of lot {row}", TASKS[row % TASKS.len()]);
        let description = format!(
            "{title}: as agreed in the weekly call. The documents are in the shared folder; the people who know the \
             background are named for the relationship."
        );
        let (requested_by, owner) =
            if chance.is_multiple_of(2) { (Party::Sponsor, Party::Cdmo) } else { (Party::Cdmo, Party::Sponsor) };
        action_item::Model {
            id: id(row),
            relationship_id: id(relationship),
            search_text: format!("{title}\n{description}\nquality").to_lowercase(),
            title,
            description,
            subject_kind: None,
            subject_id: None,
            priority: [Priority::Urgent, Priority::High, Priority::Normal, Priority::Low][nth % 4],
            requested_by,
            requester_issuer: None,
            requester_subject: None,
            owner,
            assignee_contact_id: None,
            due_on: new_year + Days::new(chance % 365),
            labels: Texts(vec!["quality".to_owned()]),
            state: state(nth),
            state_reason: None,
            version: 1,
            created_at: made_at(row),
            updated_at: made_at(row),
        }
    })
}

/// Half of the items are still to be done.
const fn state(nth: usize) -> ActionItemState {
    match nth % 10 {
        0..3 => ActionItemState::Open,
        3 => ActionItemState::InProgress,
        4 => ActionItemState::Proposed,
        5 => ActionItemState::Done,
        6..9 => ActionItemState::Verified,
        _ => ActionItemState::Cancelled,
    }
}
