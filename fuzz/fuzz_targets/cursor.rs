//! Cursors: what is no cursor of the list is none, and what is one names the place that it came from.

#![no_main]

use guidepost::db::page::{Listed, decode, places_of};
use guidepost::domain::action_item::list::ActionItemOrder;
use guidepost::entity::action_item::Entity;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for order in [ActionItemOrder::DueOnAsc, ActionItemOrder::CreatedAtDesc] {
        let key = Entity::sort_key(order);
        if let Some(values) = decode(text, &key) {
            let place = places_of(&key, std::iter::once(values.clone())).remove(0);
            assert_eq!(decode(&place.cursor(), &key), Some(values));
        }
    }
});
