//! `cargo xtask shots [OPTION…]`: pictures of every screen in every theme and size, into `target/shots`.
//!
//! What the screens are stands in `tests/browser/screens.ts`. Options are Playwright's own: `-g share` takes those with
//! "share" in their name.

use anyhow::Result;

use crate::build;
use crate::setup::Setup;

/// Takes the pictures. A screen that cannot be reached, or is wider than its device, fails it.
pub(crate) fn run(setup: &Setup<'_>, options: &[String]) -> Result<()> {
    build::everything(setup)?;
    let task = setup
        .node()?
        .package_program("playwright")
        .args(["test", "--config", "tests/shots/playwright.config.ts"])
        .args(options);
    setup.browser()?.apply(task).on_screen()?;
    println!(
        "The pictures are in {}, and a page for each screen with all of them.",
        setup.project.path("target/shots").display()
    );
    Ok(())
}
