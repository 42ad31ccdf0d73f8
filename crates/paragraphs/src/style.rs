//! Styles of characters: bold, italic and the like.

use std::ops::{BitOr, BitOrAssign};

/// A set of styles that a stretch of text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Styles(u8);

impl Styles {
    /// No style.
    pub const NONE: Styles = Styles(0);
    /// **Bold**
    pub const BOLD: Styles = Styles(1);
    /// *Italic*
    pub const ITALIC: Styles = Styles(2);
    /// Underlined
    pub const UNDERLINE: Styles = Styles(4);
    /// Struck through
    pub const STRIKE: Styles = Styles(8);
    /// A note inside a paragraph; not printed.
    pub const NOTE: Styles = Styles(16);
    /// Text inside a paragraph that was cut but is kept; not printed.
    pub const BONEYARD: Styles = Styles(32);

    /// Each style with the name that stands in documents and in JSON.
    pub const NAMED: [(Styles, &'static str); 6] = [
        (Styles::BOLD, "bold"),
        (Styles::ITALIC, "italic"),
        (Styles::UNDERLINE, "underline"),
        (Styles::STRIKE, "strike"),
        (Styles::NOTE, "note"),
        (Styles::BONEYARD, "boneyard"),
    ];

    /// The single style of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Styles> {
        Styles::NAMED
            .into_iter()
            .find(|(_, n)| *n == name)
            .map(|(style, _)| style)
    }

    /// The names of the styles in the set, in the order of [`Styles::NAMED`].
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Styles::NAMED
            .into_iter()
            .filter(move |(style, _)| self.contains(*style))
            .map(|(_, name)| name)
    }

    /// Whether every style of `other` is in the set.
    #[must_use]
    pub const fn contains(self, other: Styles) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `other` added (`on`) or taken out.
    #[must_use]
    pub const fn with(self, other: Styles, on: bool) -> Styles {
        if on {
            Styles(self.0 | other.0)
        } else {
            Styles(self.0 & !other.0)
        }
    }

    /// Whether text in these styles takes room on a page.
    #[must_use]
    pub const fn is_printed(self) -> bool {
        self.0 & (Styles::NOTE.0 | Styles::BONEYARD.0) == 0
    }

    /// The set as bits, to carry it through a byte-wise interface.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits; bits that name no style are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Styles {
        Styles(bits & 63)
    }
}

impl BitOr for Styles {
    type Output = Styles;

    fn bitor(self, other: Styles) -> Styles {
        Styles(self.0 | other.0)
    }
}

impl BitOrAssign for Styles {
    fn bitor_assign(&mut self, other: Styles) {
        self.0 |= other.0;
    }
}

/// A stretch of text in one set of styles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The text; never a line break.
    pub text: String,
    /// Its styles.
    pub styles: Styles,
}

impl Run {
    /// A run without styles.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Run {
        Run {
            text: text.into(),
            styles: Styles::NONE,
        }
    }
}
