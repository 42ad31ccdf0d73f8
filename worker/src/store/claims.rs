//! Whose the client ids are that were shown, and under which nothing is stored yet (U6): rows of the table of clocks that say since
//! when. The clock that comes with the first entry takes such a row's place, so both are always of one write.

use scriptroom_room::Claim;
use worker::Result;

use super::{Store, integer, number, text};

impl Store {
    pub(super) fn claims(&self) -> Result<Vec<Claim>> {
        let query = format!(
            "SELECT client, owner, claimed FROM {} WHERE claimed IS NOT NULL",
            self.tables.clocks
        );
        let rows = self.rows(&query, vec![])?;
        rows.iter()
            .map(|row| {
                Ok(Claim {
                    client: number(&row[0])?,
                    person: text(&row[1])?,
                    time_ms: number(&row[2])?,
                })
            })
            .collect()
    }

    /// Keeps whose a client id is.
    pub(crate) fn claim(&self, claim: &Claim) -> Result<()> {
        let statement = format!(
            "INSERT OR REPLACE INTO {} (client, next, owner, claimed) VALUES (?, 0, ?, ?)",
            self.tables.clocks
        );
        let values = vec![
            integer(claim.client),
            claim.person.as_str().into(),
            integer(claim.time_ms),
        ];
        self.run(&statement, values)
    }

    /// These are nobody's any more.
    pub(crate) fn unclaim(&self, clients: &[u64]) -> Result<()> {
        let statement = format!(
            "DELETE FROM {} WHERE client = ? AND claimed IS NOT NULL",
            self.tables.clocks
        );
        for &client in clients {
            self.run(&statement, vec![integer(client)])?;
        }
        Ok(())
    }
}
