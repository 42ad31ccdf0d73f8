//! The units of a page. Lengths across the page are inches, lengths down it are points, so that
//! a file's own numbers are kept exactly; both are integers, so that every machine breaks pages alike.

use std::ops::{Add, AddAssign, Sub};

/// A length across the page (or a page's size), in hundredths of an inch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inches(i32);

impl Inches {
    /// That many hundredths of an inch: `Inches::hundredths(150)` is 1.5″.
    #[must_use]
    pub const fn hundredths(hundredths: i32) -> Inches {
        Inches(hundredths)
    }

    /// The length in hundredths of an inch.
    #[must_use]
    pub const fn in_hundredths(self) -> i32 {
        self.0
    }
}

impl Inches {
    /// Half of it.
    pub(crate) const fn half(self) -> Inches {
        Inches(self.0 / 2)
    }
}

impl Add for Inches {
    type Output = Inches;

    fn add(self, other: Inches) -> Inches {
        Inches(self.0.saturating_add(other.0))
    }
}

impl Sub for Inches {
    type Output = Inches;

    fn sub(self, other: Inches) -> Inches {
        Inches(self.0.saturating_sub(other.0))
    }
}

/// A length down the page, in points: 72 to an inch, 12 to a line of Courier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(pub i32);

impl Points {
    /// No length.
    pub const ZERO: Points = Points(0);

    /// The whole lines of `leading` in this length; 0 when there are none.
    #[must_use]
    pub(crate) fn lines_of(self, leading: Points) -> u32 {
        u32::try_from(self.0 / leading.0.max(1)).unwrap_or(0)
    }

    /// This length `count` times.
    #[must_use]
    pub(crate) fn times(self, count: u32) -> Points {
        Points(
            self.0
                .saturating_mul(i32::try_from(count).unwrap_or(i32::MAX)),
        )
    }
}

impl Add for Points {
    type Output = Points;

    fn add(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Points) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Points;

    fn sub(self, other: Points) -> Points {
        Points(self.0.saturating_sub(other.0))
    }
}
