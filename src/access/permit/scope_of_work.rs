//! Who may do what to a scope of work: work is asked for and not imposed (T11), each party acts for itself (T7).
//!
//! ```text
//! PROPOSED --agree--> AGREED
//!    +--decline--> DECLINED
//! ```
//!
//! The proposing party adds milestones until the counterparty has answered, which agrees to all of them together or to
//! none. From then on the plan stands: more work is another scope of work. What becomes of the plan is recorded by
//! either party.

use super::{Permit, only};
use crate::entity::party::Party;
use crate::entity::scope_of_work::{Model, ScopeOfWorkState as State};
use crate::error::{Error, Result, Rule};

/// An answer to a proposed scope of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The scopes that let it be given, and the states of the relationship that allow it.
    pub permit: Permit,
    /// The state that it leads to.
    pub to: State,
}

/// The counterparty consents.
pub const AGREE: Answer = Answer { permit: super::AGREE_SCOPE_OF_WORK, to: State::Agreed };
/// The counterparty does not.
pub const DECLINE: Answer = Answer { permit: super::DECLINE_SCOPE_OF_WORK, to: State::Declined };

/// Refuses an answer by the party that proposed the scope of work, and a second one.
pub fn answer(scope: &Model, party: Party) -> Result<()> {
    only(
        scope.proposed_by.other(),
        party,
        Rule::T7,
        "your own party proposed this scope of work: the counterparty answers it",
    )?;
    if scope.state == State::Proposed {
        return Ok(());
    }
    Err(Error::precondition(Rule::T11, "this scope of work has been answered already: propose a new one to change it"))
}

/// Refuses a milestone that the counterparty has not been asked for, and one that it would not be asked for.
pub fn add_milestone(scope: &Model, party: Party) -> Result<()> {
    let message = match scope.state {
        State::Proposed => {
            return only(
                scope.proposed_by,
                party,
                Rule::T7,
                "the counterparty proposed this scope of work and plans it: decline it with a reason, or propose one yourself",
            );
        }
        State::Agreed => "both parties have agreed to this scope of work as it is: propose another one for more work",
        State::Declined => "this scope of work was declined: propose a new one, with milestones of its own",
    };
    Err(Error::precondition(Rule::T11, message))
}

/// Refuses a record of work that both parties have not agreed to: until then, what is read is the plan alone.
pub fn record_progress(scope: &Model) -> Result<()> {
    let message = match scope.state {
        State::Agreed => return Ok(()),
        State::Proposed => {
            "this scope of work is proposed: what is expected and what is reached is recorded once the counterparty has agreed to it"
        }
        State::Declined => "this scope of work was declined: propose a new one, with milestones of its own",
    };
    Err(Error::precondition(Rule::T11, message))
}
