//! Who may do what to an action item: work is asked for and not imposed (T11), each party acts for itself (T7).
//!
//! ```text
//!             accept         start              complete          verify
//! PROPOSED ----------> OPEN -------> IN_PROGRESS --------> DONE ---------> VERIFIED
//!    |  |               |  \             |   ^             ^  |
//!    |  |               |   +----- complete ---------------+  |
//!    |  |               |                |   +---- reopen ----+
//!    |  +----- cancel --+--------+-------+
//!    +--decline--> DECLINED      +--> CANCELLED
//! ```
//!
//! The owner accepts, declines, starts and completes; who asked for the work verifies, reopens and cancels.
//! An item that a party asks of itself begins as `OPEN`.

use super::{Permit, only};
use crate::entity::action_item::{ActionItemState as State, Model};
use crate::entity::due_date_change::{self, DueDateChangeState};
use crate::entity::party::Party;
use crate::error::{Error, Result, Rule};

/// The part that a party plays in an action item; of its own items it plays both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Owner,
    Requester,
}

/// A move of an action item from one state to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// The scopes that let it be made, and the states of the relationship that allow it.
    pub permit: Permit,
    /// The state that it leads to.
    pub to: State,
    by: Part,
    from: &'static [State],
    done: &'static str,
}

impl Move {
    const fn new(permit: Permit, by: Part, from: &'static [State], to: State, done: &'static str) -> Self {
        Self { permit, to, by, from, done }
    }

    /// Refuses the party that the move is not for, and the states that it does not begin in.
    pub fn check(self, item: &Model, party: Party) -> Result<()> {
        let done = self.done;
        match self.by {
            Part::Owner => {
                let message = format!("an action item is {done} by the party that owns it, which is not yours");
                only(item.owner, party, Rule::T7, &message)?;
            }
            Part::Requester => {
                let message = format!("an action item is {done} by the party that asked for it, which is not yours");
                only(item.requested_by, party, Rule::T7, &message)?;
            }
        }
        if self.from.contains(&item.state) {
            return Ok(());
        }
        let message = format!("this action item cannot be {done}: it is {}", standing(item.state));
        Err(Error::precondition(Rule::T11, message))
    }
}

/// The owner takes on what the counterparty asked for.
pub const ACCEPT: Move = Move::new(super::ACCEPT_ACTION_ITEM, Part::Owner, &[State::Proposed], State::Open, "accepted");
/// The owner does not take it on.
pub const DECLINE: Move =
    Move::new(super::DECLINE_ACTION_ITEM, Part::Owner, &[State::Proposed], State::Declined, "declined");
/// The owner begins the work.
pub const START: Move = Move::new(super::START_ACTION_ITEM, Part::Owner, &[State::Open], State::InProgress, "started");
/// The owner says that the work is done.
pub const COMPLETE: Move =
    Move::new(super::COMPLETE_ACTION_ITEM, Part::Owner, &[State::Open, State::InProgress], State::Done, "completed");
/// Who asked for it confirms that.
pub const VERIFY: Move =
    Move::new(super::VERIFY_ACTION_ITEM, Part::Requester, &[State::Done], State::Verified, "verified");
/// Who asked for it says that more is to be done.
pub const REOPEN: Move =
    Move::new(super::REOPEN_ACTION_ITEM, Part::Requester, &[State::Done], State::InProgress, "reopened");
/// Who asked for it no longer wants it.
pub const CANCEL: Move = Move::new(
    super::CANCEL_ACTION_ITEM,
    Part::Requester,
    &[State::Proposed, State::Open, State::InProgress],
    State::Cancelled,
    "cancelled",
);

/// A state in words, and how to go on from it.
const fn standing(state: State) -> &'static str {
    match state {
        State::Proposed => "proposed: its owner accepts it, proposes another date or declines it first",
        State::Open => "open: its owner starts or completes it, and who asked for it can cancel it",
        State::InProgress => "in progress: its owner completes it, and who asked for it can cancel it",
        State::Done => "done: who asked for it verifies it, or reopens it with a reason",
        State::Verified => "verified, and so finished: create a new action item to go on",
        State::Declined => "declined, and so finished: create a new action item to ask again",
        State::Cancelled => "cancelled, and so finished: create a new action item to ask again",
    }
}

const fn is_own(item: &Model) -> bool {
    matches!((item.owner, item.requested_by), (Party::Sponsor, Party::Sponsor) | (Party::Cdmo, Party::Cdmo))
}

fn unfinished(item: &Model) -> Result<()> {
    if matches!(item.state, State::Verified | State::Declined | State::Cancelled) {
        let message = format!("this action item cannot be changed: it is {}", standing(item.state));
        return Err(Error::precondition(Rule::T11, message));
    }
    Ok(())
}

/// Refuses an acceptance of the date that was asked for while the owner's wish for another one is unanswered.
pub fn accept_date(pending: Option<&due_date_change::Model>) -> Result<()> {
    if pending.is_none() {
        return Ok(());
    }
    Err(Error::precondition(
        Rule::T11,
        "your own party has proposed another date: the counterparty answers that first. To accept the date that was asked for, propose that one",
    ))
}

/// T11: refuses a change of title, description or priority by anyone but who asked for the item, and once the
/// other party has accepted it, or has offered a date for it, as it was worded.
pub fn reword(item: &Model, party: Party, pending: Option<&due_date_change::Model>) -> Result<()> {
    unfinished(item)?;
    only(
        item.requested_by,
        party,
        Rule::T7,
        "the counterparty asked for this action item and words it: comment on it to have it changed",
    )?;
    if is_own(item) {
        return Ok(());
    }
    let message = match (item.state, pending) {
        (State::Proposed, None) => return Ok(()),
        (State::Proposed, Some(_)) => {
            "the counterparty has proposed another date for this action item as it is worded: answer that first"
        }
        _ => {
            "the counterparty has accepted this action item as it is worded: comment on it, or cancel it and ask for another one"
        }
    };
    Err(Error::precondition(Rule::T11, message))
}

/// T7: who does the work is said by the party that does it.
pub fn assign(item: &Model, party: Party) -> Result<()> {
    unfinished(item)?;
    only(item.owner, party, Rule::T7, "the counterparty owns this action item and says who does it: comment on it")
}

/// Either party groups items as it needs to, until they are finished.
pub fn label(item: &Model) -> Result<()> {
    unfinished(item)
}

/// What a party's wish for another due date comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateWish {
    /// Nobody else has agreed to the date: the new one is in force at once.
    InForce,
    /// The other party answers it; until then the old date stands.
    ToBeAnswered,
}

/// T11: who may ask for another date, and whether the other party must consent.
pub fn ask_for_date(item: &Model, party: Party, pending: Option<&due_date_change::Model>) -> Result<DateWish> {
    if is_own(item) {
        only(
            item.owner,
            party,
            Rule::T7,
            "this is the counterparty's own action item and its own date: comment on it, or ask for an action item",
        )?;
    }
    match item.state {
        State::Proposed if party != item.owner => Err(Error::precondition(
            Rule::T11,
            "the counterparty has not answered yet: wait for it to accept or to propose a date, or cancel the action item and ask anew",
        )),
        State::Proposed | State::Open | State::InProgress => {
            if pending.is_some_and(|change| change.requested_by != party) {
                return Err(Error::precondition(
                    Rule::T11,
                    "the counterparty has asked for another date: answer that first",
                ));
            }
            Ok(if is_own(item) { DateWish::InForce } else { DateWish::ToBeAnswered })
        }
        state => {
            let message = format!("the date of this action item cannot be changed: it is {}", standing(state));
            Err(Error::precondition(Rule::T11, message))
        }
    }
}

/// T11: only the other party answers, only once, and only while the work is still to be done.
pub fn answer_date(item: &Model, change: &due_date_change::Model, party: Party) -> Result<()> {
    only(
        change.requested_by.other(),
        party,
        Rule::T7,
        "your own party asked for this date and the counterparty answers it: ask for another date to replace it",
    )?;
    if change.state != DueDateChangeState::Pending {
        let message = "this change of the date is answered or withdrawn: ask for another one";
        return Err(Error::precondition(Rule::T11, message));
    }
    if matches!(item.state, State::Proposed | State::Open | State::InProgress) {
        return Ok(());
    }
    let message = format!("the date of this action item cannot be changed: it is {}", standing(item.state));
    Err(Error::precondition(Rule::T11, message))
}

/// What becomes of an unanswered wish for another date when the item moves on: who moves the item withdraws its
/// own wish, and a cancellation answers the counterparty's. None: it stays to be answered, should the item be
/// reopened.
#[must_use]
pub fn date_after(to: State, mover: Party, change: &due_date_change::Model) -> Option<DueDateChangeState> {
    match to {
        State::Proposed | State::Open | State::InProgress => None,
        _ if change.requested_by == mover => Some(DueDateChangeState::Withdrawn),
        State::Done => None,
        State::Verified | State::Declined | State::Cancelled => Some(DueDateChangeState::Declined),
    }
}
