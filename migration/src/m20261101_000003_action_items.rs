//! Action items with every change of their due date, and their comments.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    created_at, date, id, integer, json_binary, key, one_of, optional, party, text, timestamp_with_time_zone, uuid,
    version,
};
use crate::table::NewTable;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        action_item(backend).create(manager).await?;
        due_date_change(backend).create(manager).await?;
        action_item_comment(backend).create(manager).await
    }
}

fn action_item(backend: DbBackend) -> NewTable {
    let states = &["PROPOSED", "OPEN", "IN_PROGRESS", "DONE", "VERIFIED", "DECLINED", "CANCELLED"];
    NewTable::named("action_item")
        .column(id())
        .column(uuid("relationship_id"))
        .column(text("title"))
        .column(text("description"))
        .column(text("search_text"))
        .column(optional(key(backend, "subject_kind")))
        .column(optional(uuid("subject_id")))
        .column(integer("priority"))
        .column(party(backend, "requested_by"))
        .column(party(backend, "owner"))
        .column(optional(uuid("assignee_contact_id")))
        .column(date("due_on"))
        .column(json_binary("labels"))
        .column(one_of(backend, "state", states))
        .column(optional(text("state_reason")))
        .column(version())
        .column(created_at())
        .column(timestamp_with_time_zone("updated_at"))
        .refers("relationship_id", "relationship")
        .refers("assignee_contact_id", "contact")
        .check("subject_whole", "(subject_kind IS NULL) = (subject_id IS NULL)")
        .check("priority_known", "priority BETWEEN 1 AND 4")
        .index(&["relationship_id", "state", "due_on", "id"])
        .index(&["relationship_id", "due_on", "id"])
        .index(&["relationship_id", "id"])
        .index(&["assignee_contact_id"])
        .index(&["subject_id"])
}

fn due_date_change(backend: DbBackend) -> NewTable {
    NewTable::named("due_date_change")
        .column(id())
        .column(uuid("action_item_id"))
        .column(uuid("relationship_id"))
        .column(date("from_on"))
        .column(date("to_on"))
        .column(text("reason"))
        .column(party(backend, "requested_by"))
        .column(one_of(backend, "state", &["PENDING", "AGREED", "DECLINED", "WITHDRAWN"]))
        .column(optional(text("answer_reason")))
        .column(optional(timestamp_with_time_zone("answered_at")))
        .column(created_at())
        .refers("action_item_id", "action_item")
        .refers("relationship_id", "relationship")
        .index(&["action_item_id", "id"])
        .unique_where("state = 'PENDING'", &["action_item_id"])
}

fn action_item_comment(backend: DbBackend) -> NewTable {
    NewTable::named("action_item_comment")
        .column(id())
        .column(uuid("action_item_id"))
        .column(uuid("relationship_id"))
        .column(party(backend, "party"))
        .column(text("author_issuer"))
        .column(text("author_subject"))
        .column(text("body"))
        .column(created_at())
        .refers("action_item_id", "action_item")
        .refers("relationship_id", "relationship")
        .index(&["action_item_id", "id"])
}
