//! Pictures: a description in, SVG out. Pure; nothing here reads a clock or a database, or knows a rule.
//!
//! A picture needs nothing but itself: no script, no font, no other file. It says in its `<title>` and `<desc>` what it
//! shows, and everything in it can be told without color. It has no ids, so that a page can hold several of them.
//!
//! SVG is written here, and not by a plotting crate: those draw charts with colors and styles of their own (`plotters`,
//! `charming`), and none writes a description, or colors that follow the reader's choice of light or dark. The crate `svg`
//! leaves attributes unescaped.

mod control;
mod description;
mod frame;
mod layout;
mod legend;
mod marks;
mod panel;
mod request;
mod scale;
mod shown;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod words;

pub use control::draw;
pub use description::{ControlChart, Facts, Meaning, Phase, Point, Seen, Signal, Standing};
pub use frame::{Frame, HEIGHTS, Theme, WIDTHS};
pub use request::{CHARTS, PictureAsked};
