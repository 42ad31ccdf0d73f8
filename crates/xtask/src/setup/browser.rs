//! Chromium and its driver, from Debian; `CHROMIUM` and `CHROMEDRIVER` name others.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::install_debian_packages;
use crate::process::{Task, in_path};
use crate::project::Project;

/// A page without any font shows nothing, so one comes along.
const DEBIAN_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-liberation"];

/// The browser that the tests run in.
pub(crate) struct Browser {
    /// The browser itself.
    pub(crate) chromium: PathBuf,
    /// The program that drives it for wasm-bindgen-test.
    pub(crate) chromedriver: PathBuf,
}

impl Browser {
    /// Tells a task, and what it runs, where they are.
    pub(crate) fn apply(&self, task: Task) -> Task {
        task.env("CHROMIUM", &self.chromium)
            .env("CHROMEDRIVER", &self.chromedriver)
    }
}

/// Finds the two, or installs them.
pub(super) fn ensure(project: &Project) -> Result<Browser> {
    if let Some(found) = present() {
        return Ok(found);
    }
    install_debian_packages(project, &DEBIAN_PACKAGES).context(
        "Chromium and its driver are missing; the tests need both (CHROMIUM and CHROMEDRIVER may name other places)",
    )?;
    present().context(
        "Chromium was installed, but neither PATH nor CHROMIUM and CHROMEDRIVER lead to it",
    )
}

fn present() -> Option<Browser> {
    Some(Browser {
        chromium: find("CHROMIUM", "chromium")?,
        chromedriver: find("CHROMEDRIVER", "chromedriver")?,
    })
}

fn find(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|program| program.is_file());
    named.or_else(|| in_path(name))
}
