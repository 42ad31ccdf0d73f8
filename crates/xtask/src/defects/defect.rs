//! What a defect is, and what catches it.

/// A defect.
pub(super) struct Defect {
    /// Its name.
    pub(super) name: &'static str,
    /// Where it is put in.
    pub(super) file: &'static str,
    /// What stands there.
    pub(super) find: &'static str,
    /// What stands there instead.
    pub(super) put: &'static str,
    /// What catches it.
    pub(super) caught_by: Catcher,
}

/// What catches a defect.
#[derive(PartialEq, Eq)]
pub(super) enum Catcher {
    /// One of the first runs of the simulation (`crates/sim`).
    Simulation,
    /// A test.
    Test {
        /// Of which crate.
        package: &'static str,
        /// The file of its suite; empty: it stands beside the code.
        suite: &'static str,
        /// Its name, with its modules.
        name: &'static str,
    },
}

pub(super) const fn rule(name: &'static str) -> Catcher {
    in_suite("rules", name)
}

pub(super) const fn access(name: &'static str) -> Catcher {
    in_suite("access", name)
}

pub(super) const fn in_suite(suite: &'static str, name: &'static str) -> Catcher {
    Catcher::Test {
        package: "scriptroom-room",
        suite,
        name,
    }
}

pub(super) const fn client(suite: &'static str, name: &'static str) -> Catcher {
    Catcher::Test {
        package: "scriptroom-client",
        suite,
        name,
    }
}

pub(super) const fn fuzz(suite: &'static str, name: &'static str) -> Catcher {
    Catcher::Test {
        package: "scriptroom-fuzz",
        suite,
        name,
    }
}
