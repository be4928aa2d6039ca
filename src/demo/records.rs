//! The source records of the demo: the batches behind a week of a KPI that is counted from them.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::catalog::Outcomes;

/// How many batches there are in a week of which nothing else is said.
const SOME: u64 = 6;

/// The batches of a week, from what was counted of it.
pub(super) fn of(week: &Value, outcomes: &Outcomes) -> Vec<Value> {
    let Ok(monday) = serde_json::from_value::<NaiveDate>(week["periodStart"].clone()) else { return Vec::new() };
    let (status, met) = (week["status"].as_str(), week["numerator"].as_f64().unwrap_or_default());
    let batches = match status {
        None => week["denominator"].as_u64().unwrap_or_default(),
        Some("NO_DATA") => 0,
        Some(_) => SOME,
    };
    let batch = |number: u64| {
        let finished = monday + Days::new(number % 5);
        let mut record =
            json!({ "recordId": format!("{}-{number:02}", monday.format("%G-W%V")), "actualOn": finished });
        match status {
            None => record["outcome"] = json!(outcome(number, met, outcomes)),
            Some("EXCLUDED") => record["excludedReason"] = week["reason"].clone(),
            // Its record is still under review.
            Some(_) => {}
        }
        record
    };
    (1..=batches).map(batch).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some ten batches")]
fn outcome(number: u64, met: f64, outcomes: &Outcomes) -> &'static str {
    let missed = outcomes.missed.iter().cycle().nth(usize::try_from(number).unwrap_or_default());
    if number as f64 <= met { outcomes.met } else { missed.copied().unwrap_or(outcomes.met) }
}
