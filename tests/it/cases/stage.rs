//! Twenty relationships of one sponsor with one CDMO, each with work under way and numbers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::Seen::{self, Share};
use crate::harness::{App, Seed, World, text, type_of};

/// How many relationships there are.
pub const RELATIONSHIPS: usize = 20;

pub struct Stage {
    /// The parties, and the first of their relationships.
    pub world: World,
    /// The action items of that one.
    pub items: Vec<String>,
    /// A draft of two years, by day.
    draft: String,
    /// A draft of the same years, counted from records by month.
    pub counted: String,
    /// A KPI with 1,000 days, of the last relationship.
    pub charted: String,
}

impl Stage {
    pub async fn set(app: &App) -> Self {
        let world = World::new(app).await;
        let (mut items, mut draft, mut charted) = (Vec::new(), String::new(), String::new());
        for number in 0..RELATIONSHIPS {
            let relationship = if number == 0 { world.relationship.clone() } else { propose(&world, number).await };
            let here = World { relationship, ..world.clone() };
            let created = [work(&here, "2026-03-31").await, work(&here, "2026-03-01").await];
            let by_day = numbers(&here).await;
            if number == 0 {
                (items, draft) = (created.into(), by_day);
            }
            if number + 1 == RELATIONSHIPS {
                charted = days(&here).await;
            }
        }
        let counted = counted(&world).await;
        Self { world, items, draft, counted, charted }
    }

    /// The input of a push of so many days.
    pub fn observations(&self, days: u64) -> Value {
        let first = "2024-01-01".parse::<chrono::NaiveDate>().expect("a date");
        let rows = (0..days)
            .map(|day| json!({ "periodStart": first + chrono::Days::new(day), "numerator": 9, "denominator": 10 }));
        json!({ "kpiDatasetId": self.draft, "observations": rows.collect::<Vec<_>>() })
    }

    /// The input of so many records.
    pub fn records(&self, number: u64) -> Value {
        let first = "2024-01-01".parse::<chrono::NaiveDate>().expect("a date");
        let records = (0..number).map(|number| {
            let due = first + chrono::Days::new(number % 730);
            json!({ "recordId": format!("R-{number:04}"), "agreedOn": due, "actualOn": due + chrono::Days::new(number % 10) })
        });
        json!({ "kpiDatasetId": self.counted, "records": records.collect::<Vec<_>>() })
    }

    /// The input of an action item with so many labels.
    pub fn item(&self, labels: usize) -> Value {
        let labels: Vec<String> = (0..labels).map(|number| format!("label {number}")).collect();
        json!({
            "relationshipId": self.world.relationship, "title": "Send the retained samples", "owner": "CDMO",
            "dueOn": "2026-04-15", "labels": labels,
        })
    }
}

async fn propose(world: &World, number: usize) -> String {
    let proposal = json!({ "counterparty": "brightfill", "ourParty": "SPONSOR", "name": format!("Program {number}") });
    let proposed = world.sponsor.mutate("proposeRelationship", "relationship { id }", proposal).await;
    let id = text(&proposed["relationship"]["id"]);
    let acceptance = json!({ "relationshipId": id, "expectedVersion": 1 });
    world.cdmo.mutate("acceptRelationship", "relationship { id }", acceptance).await;
    id
}

/// An action item that the CDMO has accepted; its id.
async fn work(world: &World, due: &str) -> String {
    let input = json!({
        "relationshipId": world.relationship, "title": format!("Due on {due}"), "owner": "CDMO", "dueOn": due,
    });
    let created = world.sponsor.mutate("createActionItem", "actionItem { id version }", input).await;
    let item = &created["actionItem"];
    let acceptance = json!({ "actionItemId": item["id"], "expectedVersion": item["version"] });
    world.cdmo.mutate("acceptActionItem", "actionItem { id }", acceptance).await;
    text(&item["id"])
}

/// Two KPIs, one with two quarters, shared; the draft of the other, which is by day.
async fn numbers(world: &World) -> String {
    let monthly = world.agreed_kpi(json!({})).await;
    for (from, to, months) in [
        ("2025-07-01", "2025-09-30", ["2025-07-01", "2025-08-01", "2025-09-01"]),
        ("2025-10-01", "2025-12-31", ["2025-10-01", "2025-11-01", "2025-12-01"]),
    ] {
        let quarter = months.iter().fold(Seed::shared(from, to), |seed, month| seed.with(month, Share(9.0, 10.0)));
        quarter.put(world, &monthly).await;
    }
    let by_day = world.agree_definition(world.definition("FILL", json!({ "frequency": "DAY" }))).await;
    Seed::shared("2024-01-01", "2025-12-31").draft().put(world, &by_day).await
}

/// A draft of two years that is counted from records.
async fn counted(world: &World) -> String {
    let rule = json!({ "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": false } });
    let counted = world.agree_definition(world.definition("CNT", json!({ "countingRule": rule }))).await;
    Seed::shared("2024-01-01", "2025-12-31").draft().put(world, &counted).await
}

/// A KPI with 1,000 days that rise and fall in turn; its id.
async fn days(world: &World) -> String {
    let by_day =
        json!({ "frequency": "DAY", "aggregation": "MEAN", "denominator": null, "unit": "days", "target": null });
    let kpi = world.agree_definition(world.definition("WAIT", by_day)).await;
    let first = "2023-01-01".parse::<chrono::NaiveDate>().expect("a date");
    let starts = (0..1_000).map(|day| first + chrono::Days::new(day));
    let values = starts.zip([5.0, 7.0, 6.0].into_iter().cycle());
    let seed = Seed::shared("2023-01-01", "2025-09-26");
    values.fold(seed, |seed, (start, value)| seed.with(&start.to_string(), Seen::Value(value))).put(world, &kpi).await;
    kpi.id
}

/// An answer in which each id says of what it is, the first of its kind, the second, and so on.
pub fn without_ids(answer: Value) -> Value {
    fn replace(value: Value, seen: &mut BTreeMap<String, String>, counts: &mut BTreeMap<String, usize>) -> Value {
        match value {
            Value::String(id) => {
                let Some(ty) = type_of(&id) else { return Value::String(id) };
                let name = seen.entry(id).or_insert_with(|| {
                    let count = counts.entry(ty.to_owned()).or_default();
                    *count += 1;
                    format!("<{ty} {count}>")
                });
                Value::String(name.clone())
            }
            Value::Array(elements) => elements.into_iter().map(|element| replace(element, seen, counts)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, replace(value, seen, counts)));
                Value::Object(fields.collect())
            }
            other => other,
        }
    }
    replace(answer, &mut BTreeMap::new(), &mut BTreeMap::new())
}
