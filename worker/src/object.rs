//! One script's Durable Object: turns the platform's events into a room's inputs, and runs the effects in order.
//!
//! It may be evicted between any two events; sockets live on. What it must remember is in the store, and with each
//! socket: its session's number as a tag, its session as the attachment.
//!
//! [`effects`] runs effects, [`waiting`] has frames wait for each other, [`door`] says who may come in. [`request`] reads a
//! request and answers it: [`content`] those about what the script says, [`management`] those about the script itself.
//! [`outbox`] tells people's objects of changes, [`webhooks`] other people's servers.

mod alarms;
mod attachment;
mod card;
mod content;
mod door;
mod effects;
mod exchange;
mod health;
mod history;
mod management;
mod members;
mod notes;
mod outbox;
mod quarantine;
mod request;
mod scenes;
mod seed;
mod sources;
mod waiting;
mod webhooks;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use scriptroom_room::wire::{AckStatus, CloseCode, PING, PONG, SUBPROTOCOL};
use scriptroom_room::{
    Access, Config, Effect, Gathered, Input, Lanes, Renewal, Room, Session, SessionId, Written,
};
use worker::wasm_bindgen::JsValue;
use worker::{
    Date, Delay, DurableObject, Env, Error, Request, Response, Result, ScheduledTime, State,
    WebSocket, WebSocketIncomingMessage, WebSocketPair, durable_object,
};

use self::alarms::Alarms;
use self::attachment::Attachment;
use self::exchange::Exchange;
use self::waiting::{Queue, Waiting, When};
use crate::answers::{agree, offered_protocols, refuse_socket};
use crate::card::Cards;
use crate::events::{self, Event};
use crate::identity::{self, Caller, CallerError};
use crate::members::Members;
use crate::requests::Requests;
use crate::routes::{self, CALLER_HEADER};
use crate::store::{self, Store};
use crate::token::TokenError;
use crate::{guest, limits, metrics, settings};

/// The Durable Object of a script.
#[durable_object]
pub struct ScriptRoom {
    state: State,
    env: Env,
    config: Config,
    awake: RefCell<Option<Awake>>,
    waiting: Queue,
    /// How often in a row somebody's object could not be told of a change.
    failures: Cell<u32>,
    /// The script's id, for the logs; an alarm may not know it.
    script: OnceCell<String>,
}

/// What is in memory between two sleeps.
struct Awake {
    /// The script's id, for the logs.
    script: String,
    room: Room,
    stores: Lanes<Store>,
    sockets: BTreeMap<SessionId, WebSocket>,
    /// What the turn has sent so far.
    gathered: Gathered,
    next_session: u64,
    /// What became of the last update that came without a connection.
    written: Option<Written>,
    /// The connection of a request that is being answered.
    exchange: Option<Exchange>,
    /// Whether the scenes are to be looked at.
    refresh: bool,
    alarms: Alarms,
    /// How many sockets the metrics have heard of since it woke.
    counted: Option<usize>,
}

/// What is left to do when a turn is over.
#[derive(Default)]
struct After {
    tokens: Vec<(SessionId, String)>,
}

impl DurableObject for ScriptRoom {
    fn new(state: State, env: Env) -> Self {
        events::begin(&env);
        let ping = worker::worker_sys::WebSocketRequestResponsePair::new(PING, PONG);
        if let Ok(pair) = ping {
            state.set_websocket_auto_response(&pair);
        }
        let longest_ms = settings::number(&env, "MOMENT_MS").unwrap_or(waiting::LONGEST_MS);
        ScriptRoom {
            state,
            config: limits::config(&env),
            env,
            awake: RefCell::new(None),
            waiting: Queue::new(longest_ms),
            failures: Cell::new(0),
            script: OnceCell::new(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.catch_up().await?;
        let caller = caller(&request)?;
        if request.headers().get("upgrade")?.is_none() {
            return self.answer(request, &caller).await;
        }
        let role = match self.role_at_the_door(&caller)? {
            Ok(role) => role,
            Err(closed) => return refuse_socket(&request, closed.code, closed.reason),
        };
        let offered = offered_protocols(&request)?;
        let access = Access {
            role,
            expires_ms: caller.expires_ms,
        };
        let ours = offered.iter().any(|name| name == SUBPROTOCOL);
        let lane = routes::lane_of(&request.path());
        let session = Session::new(caller.person, ours, access).on(lane);
        let pair = WebSocketPair::new()?;
        let id = self.accept(&pair.server)?;
        metrics::count(metrics::Metrics::joined);
        self.note_joined(id, role, lane);
        metrics::timed("join", self.handle(Input::Join(id, session))).await?;
        agree(Response::from_websocket(pair.client)?, &offered)
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> Result<()> {
        let Some(id) = self.session_of(&socket) else {
            return Ok(());
        };
        self.frame_came(id, message).await
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        code: usize,
        reason: String,
        _was_clean: bool,
    ) -> Result<()> {
        // The compatibility date leaves the answer to us; a code that may not be sent stands for "none was given".
        let code = u16::try_from(code)
            .ok()
            .filter(|code| !matches!(code, 1005 | 1006 | 1015));
        let _ = socket.close(code, Some(reason));
        self.leave(&socket, code).await
    }

    async fn websocket_error(&self, socket: WebSocket, _error: Error) -> Result<()> {
        self.leave(&socket, None).await
    }

    async fn alarm(&self) -> Result<Response> {
        metrics::count(metrics::Metrics::rang);
        metrics::timed("alarm", self.ring()).await?;
        Response::empty()
    }
}

impl ScriptRoom {
    /// What an alarm is for.
    async fn ring(&self) -> Result<()> {
        self.catch_up().await?;
        if let Some(awake) = &mut *self.awake.borrow_mut() {
            awake.alarms.set_ms = None;
            awake.alarms.room_ms = None;
            awake.alarms.guard_webhooks();
        }
        self.handle(Input::Alarm).await?;
        let refresh = self.reading(|awake| Ok(std::mem::take(&mut awake.refresh)))?;
        if refresh {
            self.note_edits()?;
        }
        let look = match refresh || self.webhooks_are_behind()? {
            true => self.refresh_scenes(),
            false => None,
        };
        self.search_on()?;
        self.set_alarm().await?;
        self.deliver().await?;
        self.send_webhooks(look.as_ref()).await
    }

    /// What is known of the script without its text.
    fn cards(&self) -> Cards {
        Cards {
            sql: self.state.storage().sql(),
        }
    }

    /// Who may come in.
    fn roll(&self) -> Members {
        Members {
            sql: self.state.storage().sql(),
        }
    }

    /// A connection without a socket, under a new session number.
    fn begin_exchange(&self) -> Result<SessionId> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        let id = SessionId(awake.next_session);
        awake.next_session += 1;
        awake.exchange = Some(Exchange::new(id));
        Ok(id)
    }

    /// Accepts a socket under a new session number.
    fn accept(&self, socket: &WebSocket) -> Result<SessionId> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        let id = SessionId(awake.next_session);
        awake.next_session += 1;
        self.state
            .accept_websocket_with_tags(socket, &[&id.0.to_string()]);
        awake.sockets.insert(id, socket.clone());
        Ok(id)
    }

    async fn leave(&self, socket: &WebSocket, code: Option<u16>) -> Result<()> {
        self.catch_up().await?;
        let Some(id) = self.session_of(socket) else {
            return Ok(());
        };
        let here = self.has_socket(id);
        self.handle(Input::Leave(id)).await?;
        if here {
            self.note_left(id, code);
        }
        Ok(())
    }

    fn session_of(&self, socket: &WebSocket) -> Option<SessionId> {
        self.state
            .get_tags(socket)
            .first()?
            .parse()
            .ok()
            .map(SessionId)
    }

    /// The room, built from the store and the open sockets if it is not in memory.
    fn wake<'a>(&self, awake: &'a mut Option<Awake>) -> Result<&'a mut Awake> {
        if awake.is_none() {
            let from_ms = Date::now().as_millis();
            let loaded = self.load()?;
            self.note_woke(&loaded, from_ms);
            *awake = Some(loaded);
        }
        Ok(awake.as_mut().expect("it was just built"))
    }

    /// Has the room in memory. A database that a newer relay has written is refused (M1).
    fn awaken(&self) -> Result<()> {
        self.wake(&mut self.awake.borrow_mut()).map(|_| ())
    }

    fn load(&self) -> Result<Awake> {
        let mut stores = Lanes::new(|lane| Store::new(self.state.storage().sql(), lane));
        let generation = settings::generation(&self.env);
        let epoch = guest::random_id()?;
        let stored = store::load(&stores, &epoch, &generation, &self.config)?;
        let script = self.script_id()?;
        for store in stores.iter_mut() {
            store.set_script(&script);
        }
        if stored.epoch == epoch && stored.logs.iter().any(|log| log.last_sequence > 0) {
            self.note(Event::LogRestored, &[]);
        }
        let mut sockets = BTreeMap::new();
        let mut sessions = Vec::new();
        for socket in self.state.get_websockets() {
            let Some(id) = self.session_of(&socket) else {
                continue;
            };
            if let Some(Attachment(bytes)) = socket.deserialize_attachment()?
                && let Ok(session) = Session::decode(&bytes)
            {
                sessions.push((id, session));
                sockets.insert(id, socket);
            }
        }
        // Numbers go by the clock, so that the log never has two sessions of one number.
        let now_ms = Date::now().as_millis();
        let sql = self.state.storage().sql();
        Requests { sql: &sql }.tidy(now_ms)?;
        let next_session = sockets
            .keys()
            .last()
            .map_or(now_ms, |last: &SessionId| now_ms.max(last.0 + 1));
        let alarms = Alarms {
            outbox_ms: self.outbox_is_due(&stores, now_ms)?,
            webhooks_ms: self.webhooks_are_due(now_ms)?,
            search_ms: stores.script.search()?.map(|_| now_ms),
            ..Alarms::default()
        };
        Ok(Awake {
            script,
            room: Room::new(self.config.clone(), stored, sessions),
            stores,
            sockets,
            gathered: Gathered::default(),
            next_session,
            alarms,
            written: None,
            exchange: None,
            refresh: false,
            counted: None,
        })
    }

    /// A frame is handled at once, or with others that come within a moment (U11).
    async fn frame_came(&self, from: SessionId, message: WebSocketIncomingMessage) -> Result<()> {
        metrics::count(|metrics| match &message {
            WebSocketIncomingMessage::Binary(bytes) => metrics.received(bytes),
            WebSocketIncomingMessage::String(text) => metrics.received_text(text),
        });
        let waiting = Waiting {
            from,
            message,
            came_ms: js_sys::Date::now(),
        };
        let open = |awake: &Awake| awake.sockets.len();
        let open = self.awake.borrow().as_ref().map_or(0, open);
        match self.waiting.add(waiting, open, js_sys::Date::now()) {
            When::Now => {}
            When::In(wait_ms) => {
                Delay::from(Duration::from_millis(wait_ms as u64)).await;
                self.waiting.arrived();
            }
            When::Expected => return Ok(()),
        }
        self.catch_up().await?;
        let from_ms = js_sys::Date::now();
        if self.waiting.is_watched(from_ms) {
            self.state.storage().sync().await?;
            let to_ms = js_sys::Date::now();
            metrics::count(|metrics| metrics.handled("store", from_ms, to_ms));
            self.waiting.stored(to_ms - from_ms);
        }
        Ok(())
    }

    /// Handles the frames that wait, before anything that came after them.
    async fn catch_up(&self) -> Result<()> {
        let waiting = self.waiting.take(js_sys::Date::now());
        if waiting.is_empty() {
            return Ok(());
        }
        let frames = waiting.iter().map(|one| match &one.message {
            WebSocketIncomingMessage::Binary(bytes) => Input::Frame(one.from, bytes),
            WebSocketIncomingMessage::String(text) => Input::Text(one.from, text),
        });
        let done = self.handle_all(frames).await;
        let to_ms = js_sys::Date::now();
        for one in &waiting {
            metrics::count(|metrics| metrics.handled("message", one.came_ms, to_ms));
        }
        done
    }

    /// An input and what it leads to.
    async fn handle(&self, input: Input<'_>) -> Result<()> {
        self.handle_all([input]).await
    }

    /// Inputs of one turn and what they lead to. What needs the world outside comes after the turn, and is an input in its turn.
    async fn handle_all(&self, inputs: impl IntoIterator<Item = Input<'_>>) -> Result<()> {
        let mut after = self.attempt(inputs).await?;
        while let Some((id, token)) = after.pop() {
            let verdict = self.verify(&token).await;
            after.extend(self.attempt([Input::Renewed(id, verdict)]).await?);
        }
        Ok(())
    }

    /// What a new token of a connection says.
    async fn verify(&self, token: &str) -> std::result::Result<Renewal, (AckStatus, String)> {
        let script = self.state.id().name();
        let caller = identity::caller_of(&self.env, token, script.as_deref()).await;
        let caller = caller.map_err(|error| match error {
            CallerError::Token(TokenError::KeysUnavailable) => {
                (AckStatus::RetryLater, error.to_string())
            }
            _ => (AckStatus::Refused, error.to_string()),
        })?;
        Ok(Renewal {
            person: caller.person,
            expires_ms: caller.expires_ms,
        })
    }

    /// The inputs of one turn; gives back the tokens that they want looked at.
    async fn attempt(
        &self,
        inputs: impl IntoIterator<Item = Input<'_>>,
    ) -> Result<Vec<(SessionId, String)>> {
        let after = match self.turn_of(inputs) {
            Ok(after) => after,
            Err(error) => return self.fail(&error),
        };
        self.set_alarm().await?;
        Ok(after.tokens)
    }

    /// Sets the alarm for what is due first, unless it is set for that. Nothing is awaited before, so it is stored with
    /// what was written in the same turn.
    async fn set_alarm(&self) -> Result<()> {
        let due = self
            .awake
            .borrow_mut()
            .as_mut()
            .and_then(|awake| awake.alarms.change());
        if let Some(at_ms) = due {
            let at = ScheduledTime::new(js_sys::Date::new(&JsValue::from_f64(at_ms as f64)));
            self.state.storage().set_alarm(at).await?;
        }
        Ok(())
    }

    fn turn(&self, input: Input<'_>) -> Result<After> {
        self.turn_of([input])
    }

    /// Everything but the alarm happens in one synchronous turn, so that the output gate holds every message back until
    /// the writes before it are on disk (U2).
    fn turn_of<'i>(&self, inputs: impl IntoIterator<Item = Input<'i>>) -> Result<After> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        let now_ms = Date::now().as_millis();
        let mut after = After::default();
        for input in inputs {
            let left = match input {
                Input::Leave(id) => Some(id),
                _ => None,
            };
            for effect in self.effects(awake, input, now_ms)? {
                match effect {
                    Effect::Verify(id, token) => after.tokens.push((id, token)),
                    effect => awake.run(effect, now_ms)?,
                }
            }
            if let Some(id) = left {
                awake.sockets.remove(&id);
            }
        }
        awake.send_gathered();
        let open = awake.sockets.len();
        if awake.counted.replace(open) != Some(open) {
            self.count_connections(open);
        }
        Ok(after)
    }

    fn count_connections(&self, open: usize) {
        let object = self.state.id().to_string();
        metrics::count(|metrics| metrics.set_connections(&object, open));
    }

    /// What follows from an input. Where the log proves damaged on the way, nothing of that is done: the store recovers,
    /// and the room begins again from there (L5).
    fn effects(&self, awake: &mut Awake, input: Input<'_>, now_ms: u64) -> Result<Vec<Effect>> {
        let mut asking = Vec::new();
        loop {
            let effects = awake.room.handle(input.clone(), now_ms, &mut awake.stores);
            match self.recovered(awake, now_ms)? {
                None => return Ok(asking.into_iter().chain(effects).collect()),
                Some(ask) => asking = ask,
            }
        }
    }

    /// Reads from the log, in a turn of its own.
    fn reading<T>(&self, read: impl Fn(&mut Awake) -> Result<T>) -> Result<T> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        let now_ms = Date::now().as_millis();
        loop {
            let found = read(awake)?;
            match self.recovered(awake, now_ms)? {
                None => return Ok(found),
                Some(asking) => {
                    awake.run_all(asking, now_ms)?;
                }
            }
        }
    }

    /// Looks whether what was just read is the log. Where it was damaged, the store has recovered, the room has begun anew,
    /// and everybody is to be asked for what is lost.
    fn recovered(&self, awake: &mut Awake, now_ms: u64) -> Result<Option<Vec<Effect>>> {
        for store in awake.stores.iter_mut() {
            if let Some(error) = store.take_failure() {
                return Err(error);
            }
        }
        let damaged = awake.stores.iter_mut().filter(|store| store.is_damaged());
        let damaged: Vec<&mut Store> = damaged.collect();
        if damaged.is_empty() {
            return Ok(None);
        }
        let kept_ms = self.config.retention_ms;
        for store in damaged {
            metrics::count(|metrics| metrics.failed("damage"));
            store.recover(&guest::random_id()?, now_ms, kept_ms)?;
        }
        awake.report_later(now_ms)?;
        awake.room = self.load()?.room;
        Ok(Some(awake.room.ask_everybody()))
    }

    /// The store has failed: nothing in memory counts any more. Everybody connects again and syncs.
    fn fail<T>(&self, error: &Error) -> Result<T> {
        let message = error.to_string();
        self.note(Event::StoreFailed, &[("error", message.as_str().into())]);
        metrics::count(|metrics| metrics.failed("store"));
        *self.awake.borrow_mut() = None;
        let code = CloseCode::Internal;
        for socket in self.state.get_websockets() {
            let reason = "the relay's store has failed";
            if socket.close(Some(code.code()), Some(reason)).is_ok() {
                metrics::count(|metrics| metrics.closed(code));
            }
        }
        self.count_connections(0);
        Err(Error::RustError(error.to_string()))
    }
}

impl Awake {
    /// The registry is to hear of the logs: in the alarm, unless that is now.
    fn report_later(&mut self, now_ms: u64) -> Result<()> {
        self.stores.script.note_unreported(now_ms)?;
        let due_ms = now_ms + outbox::FIRST_WAIT_MS;
        let known = self.alarms.outbox_ms;
        self.alarms.outbox_ms = Some(known.map_or(due_ms, |known| known.min(due_ms)));
        Ok(())
    }
}

/// Who knocks, as the routes have found out.
fn caller(request: &Request) -> Result<Caller> {
    let header = request.headers().get(CALLER_HEADER)?.unwrap_or_default();
    Ok(serde_json::from_str(&header)?)
}
