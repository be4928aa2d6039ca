//! What an item is about, where that is a KPI or its data: a draft is named to nobody (T4), and who may not read a
//! dataset yet is not told by an item that it exists (T6).

use guidepost::clock::Clock;
use guidepost::entity::kpi_dataset::KpiDatasetStage as Stage;
use guidepost::entity::kpi_definition::{KpiAggregation, KpiDefinitionState, KpiDirection, KpiFrequency};
use guidepost::entity::party::Party;
use guidepost::entity::{kpi, kpi_dataset, kpi_definition};
use guidepost::id::{KpiDefinitionId, KpiId, RelationshipId};
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::{Value, json};

use super::{create_id, item_input};
use crate::harness::{Caller, World, on_both_databases};

/// One KPI of the world's relationship, whose data the CDMO collects.
struct Kpi {
    relationship: RelationshipId,
    id: KpiId,
    definition: KpiDefinitionId,
}

impl Kpi {
    async fn insert(database: &DatabaseConnection, clock: &Clock, world: &World) -> Self {
        let relationship = world.relationship.parse().expect("an id");
        let (id, definition, created_at) = (clock.new_id(), clock.new_id(), clock.now());
        let row = kpi::Model {
            id,
            relationship_id: relationship,
            code: "OTIF".into(),
            agreed_number: Some(1),
            version: 1,
            created_at,
        };
        kpi::Entity::insert(kpi::ActiveModel::from(row)).exec_without_returning(database).await.expect("a KPI");
        let row = kpi_definition::Model {
            id: definition,
            kpi_id: id,
            relationship_id: relationship,
            number: 1,
            state: KpiDefinitionState::Agreed,
            proposed_by: Party::Sponsor,
            name: "On time".into(),
            purpose: "To deliver on time".into(),
            numerator: "on time".into(),
            denominator: Some("all".into()),
            unit: "%".into(),
            scale: 100.0,
            aggregation: KpiAggregation::RatioOfSums,
            direction: KpiDirection::Up,
            target: None,
            frequency: KpiFrequency::Month,
            by_site: false,
            collecting_party: Party::Cdmo,
            source_system: None,
            notice_days: 7,
            digest: "0".repeat(64),
            created_at,
            agreed_at: Some(created_at),
        };
        let insert = kpi_definition::Entity::insert(kpi_definition::ActiveModel::from(row));
        insert.exec_without_returning(database).await.expect("a definition");
        Self { relationship, id, definition }
    }

    async fn insert_dataset(&self, database: &DatabaseConnection, clock: &Clock, stage: Stage) -> Value {
        let row = kpi_dataset::Model {
            id: clock.new_id(),
            relationship_id: self.relationship,
            kpi_id: self.id,
            definition_id: self.definition,
            collecting_party: Party::Cdmo,
            period_start: "2026-01-01".parse().expect("a date"),
            period_end: "2026-01-31".parse().expect("a date"),
            stage,
            revision: 1,
            released_revision: (stage == Stage::Released).then_some(1),
            version: 1,
            created_at: clock.now(),
            updated_at: clock.now(),
        };
        let id = json!(row.id);
        let insert = kpi_dataset::Entity::insert(kpi_dataset::ActiveModel::from(row));
        insert.exec_without_returning(database).await.expect("a dataset");
        id
    }
}

/// What a caller learns of an item's subject: its id on the item, and how many items are about it.
async fn learned(caller: &Caller, item: &str, subject: &Value) -> (Value, i64) {
    let query = "query($id: ID!, $subject: ID!) {
        actionItem(id: $id) { subjectId } actionItems(filter: { subjectId: $subject }) { totalCount }
    }";
    let data = caller.ok(query, json!({ "id": item, "subject": subject })).await;
    let count = data["actionItems"]["totalCount"].as_i64().expect("a count");
    (data["actionItem"]["subjectId"].clone(), count)
}

on_both_databases! {
    async fn a_draft_is_named_to_nobody(app: App) {
        let world = World::new(&app).await;
        let kpi = Kpi::insert(app.database.reader(), &app.clock, &world).await;
        let draft = kpi.insert_dataset(app.database.reader(), &app.clock, Stage::Draft).await;
        let unknown = json!("set_01h455vb4pex5vsknk084sn02q");
        for caller in [&world.cdmo, &world.sponsor] {
            let refused = caller.mutation_refused("createActionItem", item_input(&world, &json!({ "subjectId": draft }))).await;
            assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("BAD_USER_INPUT", Some("input.subjectId")));
            let made_up = caller.mutation_refused("createActionItem", item_input(&world, &json!({ "subjectId": unknown }))).await;
            assert_eq!(refused, made_up);
        }
        for stage in [Stage::Shared, Stage::Aligned, Stage::Released] {
            let shared = kpi.insert_dataset(app.database.reader(), &app.clock, stage).await;
            for caller in [&world.cdmo, &world.sponsor] {
                create_id(caller, &world, json!({ "subjectId": shared })).await;
            }
        }
        create_id(&world.sponsor, &world, json!({ "subjectId": kpi.id.to_string() })).await;
    }

    async fn a_caller_points_only_to_what_its_own_scopes_read(app: App) {
        let world = World::new(&app).await;
        let kpi = Kpi::insert(app.database.reader(), &app.clock, &world).await;
        let shared = kpi.insert_dataset(app.database.reader(), &app.clock, Stage::Shared).await;
        for scopes in ["actions:write", "actions:write kpis:read-released", "actions:write kpis:collect"] {
            let caller = app.caller("brightfill", "bo", scopes);
            let refused = caller.mutation_refused("createActionItem", item_input(&world, &json!({ "subjectId": shared }))).await;
            assert_eq!(refused.field.as_deref(), Some("input.subjectId"), "{scopes}");
        }
    }

    async fn leadership_is_not_told_of_a_dataset_before_its_release(app: App) {
        let world = World::new(&app).await;
        let kpi = Kpi::insert(app.database.reader(), &app.clock, &world).await;
        let shared = kpi.insert_dataset(app.database.reader(), &app.clock, Stage::Shared).await;
        let about_shared = create_id(&world.cdmo, &world, json!({ "subjectId": shared })).await;
        for organization in ["acme", "brightfill"] {
            let working = app.caller(organization, "w", "actions:read kpis:read");
            assert_eq!(learned(&working, &about_shared, &shared).await, (shared.clone(), 1));
            for scopes in ["actions:read kpis:read-released", "actions:read kpis:collect", "actions:read"] {
                let other = app.caller(organization, "o", scopes);
                assert_eq!(learned(&other, &about_shared, &shared).await, (Value::Null, 0), "{organization} {scopes}");
            }
        }
        let released = kpi.insert_dataset(app.database.reader(), &app.clock, Stage::Released).await;
        let about_released = create_id(&world.cdmo, &world, json!({ "subjectId": released })).await;
        let leader = app.caller("acme", "l", "actions:read kpis:read-released");
        assert_eq!(learned(&leader, &about_released, &released).await, (released, 1));
    }
}
