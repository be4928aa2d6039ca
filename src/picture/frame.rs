//! How a picture is asked for: its size and its colors.

use async_graphql::Enum;

/// How many pixels wide a picture may be.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 320..=2_400;
/// How many pixels high a picture may be.
pub const HEIGHTS: std::ops::RangeInclusive<u16> = 200..=1_600;

/// Size and colors of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Its width in pixels, one of [`WIDTHS`].
    pub width: u16,
    /// Its height in pixels, one of [`HEIGHTS`].
    pub height: u16,
    /// Its colors.
    pub theme: Theme,
}

impl Default for Frame {
    fn default() -> Self {
        Self { width: 960, height: 540, theme: Theme::default() }
    }
}

/// The colors of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Enum)]
#[graphql(name = "PictureTheme")]
pub enum Theme {
    /// Dark on white, as for paper.
    Light,
    /// Light on dark.
    Dark,
    /// Light or dark, as whoever looks at it prefers; light on paper.
    #[default]
    Auto,
}

impl Theme {
    /// All of them, with their names in a URL.
    pub const NAMES: [(&'static str, Self); 3] = [("light", Self::Light), ("dark", Self::Dark), ("auto", Self::Auto)];
}
