//! A copy of a script: its contents, handed by its object to the object of a new one.

use std::collections::BTreeSet;

use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::{Input, Lane, LogReader, Origin, Room};
use worker::{Date, Method, Request, RequestInit, Response, Result, Url};

use super::ScriptRoom;
use super::door::{not_in_the_trash, signed_in};
use super::request::{Answered, Stop, parameter};
use crate::answers::json;
use crate::card::{self, Standing};
use crate::identity::Caller;
use crate::routes::{CALLER_HEADER, SCRIPTS};
use crate::scripts::SCRIPTS_PATH;
use crate::store::Store;

/// Where an object takes the contents of a copy. No address of the relay leads there.
pub(super) const PATH: &str = "/seed";

impl ScriptRoom {
    /// Copies this script into the new one that the caller will own.
    pub(super) async fn duplicate(
        &self,
        caller: &Caller,
        copy: &str,
        title: Option<&str>,
    ) -> Answered<Response> {
        let person = signed_in(&caller.person)?;
        let (card, _) = self.entered(person)?;
        not_in_the_trash(&card)?;
        let title = title.map_or_else(|| format!("{} (copy)", card.title), card::title);
        let contents = self.contents()?;
        let mut url: Url = format!("http://script{PATH}")
            .parse()
            .expect("it is an address");
        url.query_pairs_mut()
            .append_pair("id", copy)
            .append_pair("title", &title);
        let mut init = RequestInit::new();
        init.with_method(Method::Post);
        init.with_body(Some(js_sys::Uint8Array::from(contents.as_slice()).into()));
        let mut request = Request::new_with_init(url.as_str(), &init)?;
        request
            .headers_mut()?
            .set(CALLER_HEADER, &serde_json::to_string(caller)?)?;
        let object = self.env.durable_object(SCRIPTS)?.get_by_name(copy)?;
        let made = object.fetch_with_request(request).await?;
        if made.status_code() >= 400 {
            return Ok(made);
        }
        // Whoever was told of a failure asks again, and what is there already is taken once more.
        let store = Store::new(self.state.storage().sql(), Lane::Script);
        for digest in store.source_digests()? {
            // A damaged one is brought anew by whoever has it.
            let Some(Ok(file)) = store.source(&digest)? else {
                continue;
            };
            let url = format!("http://script{SCRIPTS_PATH}{copy}/sources/{digest}");
            let mut init = RequestInit::new();
            init.with_method(Method::Put);
            init.with_body(Some(js_sys::Uint8Array::from(file.as_slice()).into()));
            let mut request = Request::new_with_init(&url, &init)?;
            request
                .headers_mut()?
                .set(CALLER_HEADER, &serde_json::to_string(caller)?)?;
            let taken = object.fetch_with_request(request).await?;
            if taken.status_code() >= 400 {
                return Ok(taken);
            }
        }
        Ok(made)
    }

    /// The whole script as one update.
    fn contents(&self) -> Answered<Vec<u8>> {
        let entries = self.reading(|awake| Ok(awake.stores.script.live_entries()))?;
        merge(&entries, &StateVector::default()).map_err(|error| {
            let message = format!("an entry of the log cannot be read: {error}");
            Stop::new(503, "damaged", message)
        })
    }

    /// Becomes a copy, with these contents. Asked again it is the copy that it is.
    pub(super) async fn seeded(&self, mut request: Request, caller: &Caller) -> Answered<Response> {
        let url = request.url()?;
        let text = |name| parameter(&url, name).unwrap_or_default();
        let contents = request.bytes().await?;
        match self.cards().standing()? {
            Standing::Deleted => {
                let message = "expected a new script, got one that was deleted";
                return Err(Stop::new(409, "deleted", message));
            }
            Standing::Unmade => {
                let (id, title) = (text("id"), text("title"));
                self.make(&id, &title, &caller.person, Some(&contents))
                    .await?;
            }
            Standing::Made(_) => {}
        }
        Ok(json(201, &self.info(signed_in(&caller.person)?)?)?)
    }

    fn people_here(&self) -> BTreeSet<String> {
        let awake = self.awake.borrow();
        let rooms = awake.iter().map(|awake| &awake.room);
        let sessions = rooms.flat_map(Room::sessions);
        sessions.map(|(_, one)| one.person.clone()).collect()
    }

    /// Makes the script, its first owner and its first contents, in one turn.
    pub(super) async fn make(
        &self,
        id: &str,
        title: &str,
        owner: &str,
        contents: Option<&[u8]>,
    ) -> Result<()> {
        let now_ms = Date::now().as_millis();
        {
            let mut awake = self.awake.borrow_mut();
            let awake = self.wake(&mut awake)?;
            let cards = self.cards();
            cards.make(id, &card::title(title), now_ms)?;
            self.roll()
                .set(owner, scriptroom_room::Role::Owner, owner, now_ms)?;
            cards.note(&[owner.to_owned()], now_ms)?;
            if let Some(contents) = contents {
                let effects = awake.room.bring(contents, owner, Origin::Import, now_ms);
                let effects =
                    effects.map_err(|error| worker::Error::RustError(error.to_string()))?;
                awake.run_all(effects, now_ms)?;
            }
        }
        self.expect_delivery(now_ms)?;
        // On an open relay anybody may have been here while it was nobody's.
        for person in self.people_here() {
            let role = self.roll().role(&person)?;
            self.handle(Input::Access(&person, role)).await?;
        }
        self.set_alarm().await?;
        self.deliver().await
    }
}
