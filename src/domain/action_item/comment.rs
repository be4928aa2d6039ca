//! Comments on action items: written once, by either party, in any state.

use async_graphql::{ID, InputObject};
use sea_orm::Condition;

use crate::access::permit;
use crate::access::writer::Writer;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{self, Check};
use crate::entity::{action_item, action_item_comment};
use crate::error::Result;
use crate::id::{ActionItemCommentId, ActionItemId};

/// A comment on an action item.
#[derive(Debug, InputObject)]
pub struct AddActionItemCommentInput {
    /// The action item.
    action_item_id: ID,
    /// What it says, for both parties to read, up to 10,000 characters.
    body: String,
}

/// Comments on an action item.
pub async fn add(writer: &Writer, input: AddActionItemCommentInput) -> Result<ActionItemCommentId> {
    let AddActionItemCommentInput { action_item_id, body } = input;
    let mut operation = writer.begin(permit::ADD_ACTION_ITEM_COMMENT).await?;
    let mut check = Check::new();
    let item_id: ActionItemId = check.id("actionItemId", &action_item_id);
    let body = check.text("body", &body, check::TEXT);
    check.finish()?;
    let (relationship, item) = operation.under::<action_item::Entity, _>(item_id).await?;
    let id = operation.new_id();
    let row = action_item_comment::Model {
        id,
        action_item_id: item.id,
        relationship_id: relationship.id,
        party: operation.party(&relationship)?,
        author_issuer: operation.author().issuer.clone(),
        author_subject: operation.author().subject.clone(),
        body,
        created_at: operation.at(),
    };
    operation.insert(row).await?;
    operation.commit_shared(relationship.id, item_id, None).await?;
    Ok(id)
}

impl Listed for action_item_comment::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<action_item_comment::Column> {
        SortKey::ascending([action_item_comment::Column::Id])
    }
}
