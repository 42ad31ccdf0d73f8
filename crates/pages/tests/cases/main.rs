//! Every rule in a case of its own: a script in, its pages out. See `notation` for the signs.
//!
//! The numbers are those of the order in which a break is looked for: what begins a page (1, 8), what is kept together (2),
//! what is split and where (3, 5), speeches (4), continueds (6), two speeches side by side (7). After that what a production
//! adds: locked pages, revisions.

mod continueds;
mod dual;
mod locks;
mod long;
mod notation;
mod places;
mod revisions;
mod setups;
mod speeches;
mod split;
mod starts;
mod text;
mod title_page;
mod together;

use expect_test::Expect;
use notation::{page_of, pages, script};
use scriptroom_pages::PageSetup;

/// On pages of 12 lines.
fn check(text: &str, expected: Expect) {
    check_with(page_of(12), text, expected);
}

fn check_with(setup: PageSetup, text: &str, expected: Expect) {
    expected.assert_eq(&pages(&script(text), setup));
}

const LONG: &str = "The house is dark. Somebody is breathing behind the long curtain by the door. A hand comes out and feels for the switch. It is not where it was. Then a match is struck, and for a moment there is a face, and it is not hers.";
