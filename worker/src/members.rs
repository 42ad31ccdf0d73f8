//! A script's members and its share links, in the script's object: a permission is checked where it is used.

use scriptroom_room::Role;
use serde::Serialize;
use sha2::{Digest, Sha256};
use worker::{Error, Result, SqlStorage, SqlStorageValue as Value};

use crate::store::{integer, number, text};

/// Somebody who may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Member {
    pub(crate) person: String,
    pub(crate) role: &'static str,
    /// Since when, in milliseconds since 1970.
    pub(crate) since: u64,
    /// Who let them in: a person, or `link:` and a link's id.
    pub(crate) by: String,
}

/// A share link, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) role: &'static str,
    pub(crate) made: u64,
    pub(crate) by: String,
    pub(crate) expires: Option<u64>,
    pub(crate) revoked: Option<u64>,
}

impl Link {
    /// Whether it still lets anybody in.
    pub(crate) fn is_good(&self, now_ms: u64) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| expires > now_ms)
    }
}

/// The members and links in their object's database.
pub(crate) struct Members {
    pub(crate) sql: SqlStorage,
}

impl Members {
    pub(crate) fn role(&self, person: &str) -> Result<Option<Role>> {
        let query = "SELECT role FROM members WHERE person = ?";
        let rows = self.rows(query, vec![person.into()])?;
        rows.first().map(|row| role(&row[0])).transpose()
    }

    pub(crate) fn all(&self) -> Result<Vec<Member>> {
        let rows = self.rows(
            "SELECT person, role, since, by FROM members ORDER BY since, person",
            vec![],
        )?;
        let members = rows.iter().map(|row| {
            Ok(Member {
                person: text(&row[0])?,
                role: role(&row[1])?.name(),
                since: number(&row[2])?,
                by: text(&row[3])?,
            })
        });
        members.collect()
    }

    /// Everybody's names.
    pub(crate) fn people(&self) -> Result<Vec<String>> {
        Ok(self
            .all()?
            .into_iter()
            .map(|member| member.person)
            .collect())
    }

    /// Whether this person is an owner, and there is no other.
    pub(crate) fn is_last_owner(&self, person: &str) -> Result<bool> {
        let rows = self.rows(
            "SELECT person FROM members WHERE role = 'owner' LIMIT 2",
            vec![],
        )?;
        Ok(rows.len() == 1 && text(&rows[0][0])? == person)
    }

    pub(crate) fn count(&self) -> Result<u64> {
        number(&self.rows("SELECT COUNT(*) FROM members", vec![])?[0][0])
    }

    /// Makes somebody a member, or gives a member another role.
    pub(crate) fn set(&self, person: &str, role: Role, by: &str, now_ms: u64) -> Result<()> {
        let statement = "INSERT INTO members (person, role, since, by) VALUES (?, ?, ?, ?)
            ON CONFLICT (person) DO UPDATE SET role = excluded.role";
        let values = vec![
            person.into(),
            role.name().into(),
            integer(now_ms),
            by.into(),
        ];
        self.run(statement, values)
    }

    /// Removes somebody.
    pub(crate) fn remove(&self, person: &str, now_ms: u64) -> Result<()> {
        self.run("DELETE FROM members WHERE person = ?", vec![person.into()])?;
        self.decided(person, now_ms)
    }

    /// Notes that it was decided now what somebody may do: the links of before no longer let them in, nor raise them.
    pub(crate) fn decided(&self, person: &str, now_ms: u64) -> Result<()> {
        let statement = "INSERT OR REPLACE INTO removed (person, time) VALUES (?, ?)";
        self.run(statement, vec![person.into(), integer(now_ms)])
    }

    /// When that was decided last, if it was.
    pub(crate) fn decided_ms(&self, person: &str) -> Result<Option<u64>> {
        let query = "SELECT time FROM removed WHERE person = ?";
        let rows = self.rows(query, vec![person.into()])?;
        rows.first().map(|row| number(&row[0])).transpose()
    }

    /// Makes a link. Only a hash of its secret is kept.
    pub(crate) fn make_link(&self, link: &Link, secret: &str) -> Result<()> {
        let statement =
            "INSERT INTO links (id, secret, role, made, by, expires) VALUES (?, ?, ?, ?, ?, ?)";
        let values = vec![
            link.id.as_str().into(),
            hash(secret).into(),
            link.role.into(),
            integer(link.made),
            link.by.as_str().into(),
            link.expires.map_or(Value::Null, integer),
        ];
        self.run(statement, values)
    }

    pub(crate) fn links(&self) -> Result<Vec<Link>> {
        self.links_where("1 = 1 ORDER BY made, id", vec![])
    }

    pub(crate) fn link_with_secret(&self, secret: &str) -> Result<Option<Link>> {
        Ok(self
            .links_where("secret = ?", vec![hash(secret).into()])?
            .pop())
    }

    /// Revokes a link; says whether there is one.
    pub(crate) fn revoke(&self, id: &str, now_ms: u64) -> Result<bool> {
        let statement = "UPDATE links SET revoked = COALESCE(revoked, ?) WHERE id = ?";
        self.run(statement, vec![integer(now_ms), id.into()])?;
        Ok(!self.links_where("id = ?", vec![id.into()])?.is_empty())
    }

    fn links_where(&self, condition: &str, values: Vec<Value>) -> Result<Vec<Link>> {
        let query =
            format!("SELECT id, role, made, by, expires, revoked FROM links WHERE {condition}");
        let rows = self.rows(&query, values)?;
        let links = rows.iter().map(|row| {
            Ok(Link {
                id: text(&row[0])?,
                role: role(&row[1])?.name(),
                made: number(&row[2])?,
                by: text(&row[3])?,
                expires: number(&row[4]).ok(),
                revoked: number(&row[5]).ok(),
            })
        });
        links.collect()
    }

    fn run(&self, statement: &str, values: Vec<Value>) -> Result<()> {
        self.sql.exec(statement, values).map(|_| ())
    }

    fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.sql.exec(query, values)?.raw().collect()
    }
}

fn role(value: &Value) -> Result<Role> {
    let name = text(value)?;
    Role::from_name(&name)
        .ok_or_else(|| Error::RustError(format!("expected a role among the members, got {name:?}")))
}

fn hash(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
