//! The demo: a believable world of two sponsors and two CDMOs, built through the operations of the domain with a
//! clock that moves through the past two years. What it holds is the same at every start; only the dates follow
//! the present day.

mod action_item_list;
mod action_items;
mod calendar;
mod cast;
mod catalog;
mod charts;
mod companies;
mod datasets;
mod kpis;
mod readings;
mod records;
mod relationships;
mod series;
mod tokens;
mod tour;
mod world;

pub use tokens::{DemoToken, sign_tokens};
pub use tour::{Stop, TOUR};
pub use world::{Ids, build, build_file};
