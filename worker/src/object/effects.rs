//! Running a room's effects, and what they send (U11).

use js_sys::Uint8Array;
use scriptroom_room::wire::CloseCode;
use scriptroom_room::{Effect, SessionId};
use worker::Result;

use super::Awake;
use super::attachment::Attachment;
use super::exchange::Exchange;
use crate::answers::cut;
use crate::events::Event;
use crate::metrics;

impl Awake {
    /// Runs effects that are a turn by themselves.
    pub(super) fn run_all(
        &mut self,
        effects: impl IntoIterator<Item = Effect>,
        now_ms: u64,
    ) -> Result<()> {
        for effect in effects {
            self.run(effect, now_ms)?;
        }
        self.send_gathered();
        Ok(())
    }

    /// Runs one effect. Frames for sockets wait until the turn is over, or until one of them is closed.
    pub(super) fn run(&mut self, effect: Effect, now_ms: u64) -> Result<()> {
        match effect {
            Effect::Append(lane, entry, clocks) => {
                self.stores[lane].append(&entry, &clocks)?;
                let (origin, bytes) = (entry.origin.name(), entry.bytes.len());
                metrics::count(|metrics| metrics.stored(lane, origin, bytes));
            }
            Effect::Claim(claim) => self.stores.script.claim(&claim)?,
            Effect::Unclaim(clients) => self.stores.script.unclaim(&clients)?,
            Effect::Recovered(lane, recovered) => self.stores[lane].set_recovered(&recovered)?,
            Effect::Hold(lane, held) => self.stores[lane].hold(&held)?,
            Effect::Release(lane, id) => self.stores[lane].release(id)?,
            Effect::Stage(lane, merged) => {
                self.stores[lane].stage(&merged)?;
                self.note_staged(lane, &merged, now_ms);
            }
            Effect::TakeOver { lane, first, last } => {
                self.report_later(now_ms)?;
                self.stores[lane].take_over(first, last, now_ms)?;
                metrics::count(metrics::Metrics::compacted);
                self.note_merged(lane, (first, last), now_ms);
            }
            Effect::Unstage(lane) => self.stores[lane].unstage()?,
            Effect::Refresh => {
                self.report_later(now_ms)?;
                self.refresh = true;
            }
            Effect::Written(written) => self.written = Some(written),
            Effect::Report(what) => {
                metrics::count(|metrics| metrics.failed("room"));
                self.note(Event::MergeFailed, &[("error", what.as_str().into())]);
            }
            Effect::Archive(before_ms) => self.stores.script.archive(before_ms)?,
            Effect::Purge(lane, before_ms) => self.stores[lane].purge(before_ms)?,
            Effect::Send(id, frame) => self.send(id, frame),
            Effect::SendText(id, text) => {
                if let Some(socket) = self.sockets.get(&id) {
                    metrics::count(|metrics| metrics.sent_text(text));
                    let _ = socket.send_with_str(text);
                }
            }
            Effect::Broadcast(ids, frame) => self.gathered.push(ids, frame),
            Effect::Keep(id, bytes) => {
                if let Some(socket) = self.sockets.get(&id) {
                    socket.serialize_attachment(Attachment(bytes))?;
                }
            }
            Effect::Close(id, code, reason) => self.close(id, code, reason),
            Effect::SetAlarm(at_ms) => self.alarms.room_ms = Some(at_ms),
            Effect::Verify(..) => unreachable!("it comes after the turn"),
        }
        Ok(())
    }

    fn send(&mut self, id: SessionId, frame: Vec<u8>) {
        if let Some(exchange) = self.exchange_of(id) {
            exchange.send(&frame);
            metrics::count(|metrics| metrics.sent(&frame, 1));
            self.note_refusal(id, &frame);
        } else if self.sockets.contains_key(&id) {
            self.note_refusal(id, &frame);
            self.gathered.push(vec![id], frame);
        }
    }

    /// Closes a connection, which gets before that what it was sent.
    fn close(&mut self, id: SessionId, code: CloseCode, reason: String) {
        if let Some(exchange) = self.exchange_of(id) {
            metrics::count(|metrics| metrics.closed(code));
            return exchange.close(code, reason);
        }
        self.send_gathered();
        if let Some(socket) = self.sockets.remove(&id) {
            metrics::count(|metrics| metrics.closed(code));
            self.note_closed(id, code);
            let _ = socket.close(Some(code.code()), Some(cut(&reason)));
        }
    }

    /// Sends what a turn has gathered. A socket that is gone takes no frames; its close event follows.
    pub(super) fn send_gathered(&mut self) {
        for (to, frame) in self.gathered.take() {
            // The platform keeps this buffer until it is sent, so it must not be the wasm's memory; but one does for everybody.
            let buffer = Uint8Array::from(frame.as_slice()).buffer();
            let mut readers = 0;
            for socket in to.iter().filter_map(|id| self.sockets.get(id)) {
                let _ = socket.as_ref().send_with_array_buffer(&buffer);
                readers += 1;
            }
            metrics::count(|metrics| metrics.sent(&frame, readers));
        }
    }

    fn exchange_of(&mut self, id: SessionId) -> Option<&mut Exchange> {
        self.exchange.as_mut().filter(|exchange| exchange.is(id))
    }
}
