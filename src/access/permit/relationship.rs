//! Who may move a relationship from which state to which (T14); each party answers for itself (T7).
//!
//! ```text
//! PROPOSED --accept--> ACTIVE <--resume-- PAUSED
//!    |                   |  ---pause--->    |
//!    |                   +-------end--------+--> ENDED
//!    +--decline--> DECLINED
//!    +--withdraw--> WITHDRAWN
//! ```

use super::{Permit, only};
use crate::entity::party::Party;
use crate::entity::relationship::{Model, RelationshipState as State};
use crate::error::{Error, Result, Rule};

/// Which party makes a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
    /// The party that proposed the relationship; what the other one is told.
    Proposer(&'static str),
    /// The party that was asked; what the proposing one is told.
    Counterparty(&'static str),
    /// The party that paused the relationship; what the other one is told.
    Pauser(&'static str),
    /// Each of the two.
    Either,
}

/// A move of a relationship from one state to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// The scopes that let it be made.
    pub permit: Permit,
    /// The state that it leads to.
    pub to: State,
    by: By,
    from: &'static [State],
    done: &'static str,
}

impl Move {
    const fn new(permit: Permit, by: By, from: &'static [State], to: State, done: &'static str) -> Self {
        Self { permit, to, by, from, done }
    }

    /// Refuses the states that the move does not begin in, and the party that it is not for.
    pub fn check(self, relationship: &Model, party: Party) -> Result<()> {
        if !self.from.contains(&relationship.state) {
            let message = format!("a relationship that is {} cannot be {}", in_words(relationship.state), self.done);
            return Err(Error::precondition(Rule::T14, message));
        }
        let (mover, message) = match self.by {
            By::Proposer(message) => (relationship.proposed_by, message),
            By::Counterparty(message) => (relationship.proposed_by.other(), message),
            By::Pauser(message) => (relationship.paused_by.unwrap_or(party), message),
            By::Either => return Ok(()),
        };
        only(mover, party, Rule::T7, message)
    }
}

/// The counterparty agrees to the proposal.
pub const ACCEPT: Move = Move::new(
    super::ACCEPT_RELATIONSHIP,
    By::Counterparty("your own party proposed this relationship: the counterparty accepts or declines it"),
    &[State::Proposed],
    State::Active,
    "accepted",
);
/// The counterparty does not agree to it.
pub const DECLINE: Move = Move::new(
    super::DECLINE_RELATIONSHIP,
    By::Counterparty("your own party proposed this relationship: withdraw it instead"),
    &[State::Proposed],
    State::Declined,
    "declined",
);
/// The proposing party takes it back.
pub const WITHDRAW: Move = Move::new(
    super::WITHDRAW_RELATIONSHIP,
    By::Proposer("the counterparty proposed this relationship: decline it instead"),
    &[State::Proposed],
    State::Withdrawn,
    "withdrawn",
);
/// Nothing new is proposed for a while.
pub const PAUSE: Move = Move::new(super::PAUSE_RELATIONSHIP, By::Either, &[State::Active], State::Paused, "paused");
/// Work goes on.
pub const RESUME: Move = Move::new(
    super::RESUME_RELATIONSHIP,
    By::Pauser("the counterparty paused this relationship and resumes it"),
    &[State::Paused],
    State::Active,
    "resumed",
);
/// The work together is over.
pub const END: Move =
    Move::new(super::END_RELATIONSHIP, By::Either, &[State::Active, State::Paused], State::Ended, "ended");

const fn in_words(state: State) -> &'static str {
    match state {
        State::Proposed => "proposed and not accepted yet",
        State::Active => "active",
        State::Paused => "paused",
        State::Ended => "ended",
        State::Declined => "declined",
        State::Withdrawn => "withdrawn",
    }
}
