//! Who may do what in a script: four roles, each with all that the one before it may do (R1).

use std::fmt;

use crate::lane::Lane;

/// What a person may do in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads, and is seen.
    Viewer,
    /// Comments, too.
    Commenter,
    /// Writes.
    Editor,
    /// Says who else may come in.
    Owner,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Commenter, Role::Editor, Role::Owner];

    /// Its name, in messages and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Commenter => "commenter",
            Role::Editor => "editor",
            Role::Owner => "owner",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its number on the wire.
    pub fn code(self) -> u64 {
        self as u64
    }

    /// The role of that number.
    pub fn from_code(code: u64) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether it may change the document of that lane.
    pub fn writes(self, lane: Lane) -> bool {
        self >= lane.least_writer()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_each_role_may_do_what_the_one_before_it_may() {
        assert!(Role::ALL.is_sorted());
        let writers = |lane| -> Vec<Role> {
            let roles = Role::ALL.into_iter();
            roles.filter(|role| role.writes(lane)).collect()
        };
        assert_eq!(writers(Lane::Script), [Role::Editor, Role::Owner]);
        let commenting = [Role::Commenter, Role::Editor, Role::Owner];
        assert_eq!(writers(Lane::Threads), commenting);
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
        assert_eq!((Role::from_name("Owner"), Role::from_code(4)), (None, None));
    }
}
