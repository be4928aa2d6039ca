//! T7, own hand: what one party asks, the other answers. Whoever asked for something for one party never consents to
//! it for the other. Declining is no consent, and open to everyone who may answer.

use crate::db::journal::Author;
use crate::entity::{action_item, due_date_change, relationship, scope_of_work};
use crate::error::{Error, Result, Rule};

/// Something that one party has asked of the other.
pub trait Asked {
    /// The issuer and the subject of who asked; none where that was not recorded yet.
    fn hand(&self) -> Option<(&str, &str)>;
}

impl Asked for relationship::Model {
    fn hand(&self) -> Option<(&str, &str)> {
        Some((&self.proposer_issuer, &self.proposer_subject))
    }
}

impl Asked for scope_of_work::Model {
    fn hand(&self) -> Option<(&str, &str)> {
        Some((&self.proposer_issuer, &self.proposer_subject))
    }
}

impl Asked for action_item::Model {
    fn hand(&self) -> Option<(&str, &str)> {
        self.requester_issuer.as_deref().zip(self.requester_subject.as_deref())
    }
}

impl Asked for due_date_change::Model {
    fn hand(&self) -> Option<(&str, &str)> {
        self.requester_issuer.as_deref().zip(self.requester_subject.as_deref())
    }
}

/// Refuses a consent by who asked for it.
pub fn check(asked: &impl Asked, author: &Author) -> Result<()> {
    if asked.hand() == Some((&author.issuer, &author.subject)) {
        let message = "the same person asked for it for the other party: someone else must consent to it for yours";
        return Err(Error::precondition(Rule::T7, message));
    }
    Ok(())
}
