//! The figures of O1 and their text form: pure counting, no platform, no clock.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use scriptroom_room::Lane;
use scriptroom_room::wire::{AckStatus, CloseCode, Message};

/// Up to how many seconds each bucket of a histogram reaches; one without an end follows.
const BOUNDS_S: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];

/// What was done since counting began. Printing it gives Prometheus's text form.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    began_ms: Option<f64>,
    /// The open sockets of each object that was awake here, by the object's id. One that sleeps keeps its sockets.
    connections: BTreeMap<String, usize>,
    joined: u64,
    closed: Counts,
    received: Traffic,
    sent: Traffic,
    acknowledged: Counts,
    stored: Traffic,
    stored_in: Counts,
    compactions: u64,
    alarms: u64,
    requests: Counts,
    refused: Counts,
    errors: Counts,
    handling: BTreeMap<&'static str, Histogram>,
}

impl Metrics {
    /// A connection was accepted.
    pub(crate) fn joined(&mut self) {
        self.joined += 1;
    }

    /// So many sockets of an object are open now.
    pub(crate) fn set_connections(&mut self, object: &str, open: usize) {
        match open {
            0 => self.connections.remove(object),
            _ => self.connections.insert(object.to_owned(), open),
        };
    }

    /// The relay has closed a connection, or not let it in.
    pub(crate) fn closed(&mut self, code: CloseCode) {
        self.closed.add(&code.code().to_string(), 1);
    }

    /// A binary frame came.
    pub(crate) fn received(&mut self, frame: &[u8]) {
        self.received.add(kind(frame), 1, frame.len());
    }

    /// A text frame came.
    pub(crate) fn received_text(&mut self, text: &str) {
        self.received.add("text", 1, text.len());
    }

    /// A binary frame went to so many.
    pub(crate) fn sent(&mut self, frame: &[u8], readers: usize) {
        self.sent.add(kind(frame), readers, frame.len());
        let message = match Message::decode(frame) {
            Ok(Message::Threads(frame)) => Message::decode(frame),
            message => message,
        };
        if let Ok(Message::Ack { status, .. }) = message {
            self.acknowledged.add(status_name(status), 1);
        }
    }

    /// A text frame went to one.
    pub(crate) fn sent_text(&mut self, text: &str) {
        self.sent.add("text", 1, text.len());
    }

    /// An update was appended to a lane's log; how it came.
    pub(crate) fn stored(&mut self, lane: Lane, origin: &str, bytes: usize) {
        self.stored.add(origin, 1, bytes);
        self.stored_in.add(lane.name(), 1);
    }

    /// A merged entry has taken the place of what it covers.
    pub(crate) fn compacted(&mut self) {
        self.compactions += 1;
    }

    /// An alarm has rung.
    pub(crate) fn rang(&mut self) {
        self.alarms += 1;
    }

    /// A request was answered with that status.
    pub(crate) fn answered(&mut self, status: u16) {
        self.requests.add(&status.to_string(), 1);
    }

    /// A request was refused, for the reason with that code.
    pub(crate) fn refused(&mut self, code: &str) {
        self.refused.add(code, 1);
    }

    /// Something went wrong that is the relay's own affair.
    pub(crate) fn failed(&mut self, what: &str) {
        self.errors.add(what, 1);
    }

    /// Something was handled from one time to another.
    pub(crate) fn handled(&mut self, what: &'static str, from_ms: f64, to_ms: f64) {
        self.began_ms.get_or_insert(from_ms);
        let seconds = (to_ms - from_ms).max(0.0) / 1000.0;
        self.handling.entry(what).or_default().observe(seconds);
    }
}

impl Display for Metrics {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(began_ms) = self.began_ms {
            let help = "Since when this isolate has counted, in seconds since 1970.";
            plain(out, "start_time_seconds", "gauge", help, began_ms / 1000.0)?;
        }
        let open: usize = self.connections.values().sum();
        let help = "Open connections of the scripts that were awake in this isolate.";
        plain(out, "connections", "gauge", help, open)?;
        let help = "Connections that were accepted.";
        plain(
            out,
            "connections_accepted_total",
            "counter",
            help,
            self.joined,
        )?;
        let help = "Connections that the relay closed or did not let in, by close code.";
        labelled(out, "connections_closed_total", help, "code", &self.closed)?;
        let help = "Messages that came, by kind.";
        let messages = &self.received.count;
        labelled(out, "messages_received_total", help, "kind", messages)?;
        let help = "Their bytes.";
        let bytes = self.received.bytes;
        plain(out, "messages_received_bytes_total", "counter", help, bytes)?;
        let help = "Messages that were sent, one for each reader, by kind.";
        labelled(out, "messages_sent_total", help, "kind", &self.sent.count)?;
        let help = "Their bytes.";
        let bytes = self.sent.bytes;
        plain(out, "messages_sent_bytes_total", "counter", help, bytes)?;
        let help = "Acknowledgements, by what became of the update.";
        let acks = &self.acknowledged;
        labelled(out, "acknowledgements_total", help, "status", acks)?;
        let help = "Updates that were stored, by how they came.";
        let stored = &self.stored.count;
        labelled(out, "updates_stored_total", help, "origin", stored)?;
        let help = "Their bytes, before packing.";
        let bytes = self.stored.bytes;
        plain(out, "updates_stored_bytes_total", "counter", help, bytes)?;
        let help = "The same updates, by the document that they change.";
        let stored = &self.stored_in;
        labelled(out, "lane_updates_stored_total", help, "lane", stored)?;
        let help = "Merged entries of logs that took the place of what they cover.";
        plain(out, "compactions_total", "counter", help, self.compactions)?;
        let help = "Alarms of scripts.";
        plain(out, "alarms_total", "counter", help, self.alarms)?;
        let help =
            "Requests under /api/ that were answered, by status; sockets are not among them.";
        labelled(out, "requests_total", help, "status", &self.requests)?;
        let help = "Requests that were refused, by the error's code.";
        labelled(out, "requests_refused_total", help, "code", &self.refused)?;
        let help = "What went wrong in the relay itself, by kind.";
        labelled(out, "errors_total", help, "kind", &self.errors)?;
        let help = "How long something was handled, in seconds.";
        histograms(out, "handling_seconds", help, "what", &self.handling)
    }
}

/// Counters of one name, told apart by a label's value.
#[derive(Debug, Default)]
struct Counts(BTreeMap<String, u64>);

impl Counts {
    fn add(&mut self, value: &str, more: u64) {
        match self.0.get_mut(value) {
            Some(count) => *count += more,
            None => {
                self.0.insert(value.to_owned(), more);
            }
        }
    }
}

/// Messages by kind, and the bytes of all of them.
#[derive(Debug, Default)]
struct Traffic {
    count: Counts,
    bytes: u64,
}

impl Traffic {
    fn add(&mut self, kind: &str, times: usize, bytes: usize) {
        if times > 0 {
            self.count.add(kind, times as u64);
            self.bytes += (times * bytes) as u64;
        }
    }
}

#[derive(Debug, Default)]
struct Histogram {
    /// How many fell into each bucket, and into none before it.
    buckets: [u64; BOUNDS_S.len()],
    count: u64,
    sum_s: f64,
}

impl Histogram {
    fn observe(&mut self, seconds: f64) {
        if let Some(at) = BOUNDS_S.iter().position(|bound| seconds <= *bound) {
            self.buckets[at] += 1;
        }
        self.count += 1;
        self.sum_s += seconds;
    }
}

/// The kind of a frame, as SPEC.md's table of messages names it.
fn kind(frame: &[u8]) -> &'static str {
    match Message::decode(frame) {
        Ok(Message::Step1(_)) => "step1",
        Ok(Message::Step2(_)) => "step2",
        Ok(Message::Update(_)) => "update",
        Ok(Message::Awareness(_)) => "awareness",
        Ok(Message::Denied(_)) => "denied",
        Ok(Message::QueryAwareness) => "query_awareness",
        Ok(Message::Hello { .. }) => "hello",
        Ok(Message::Batch { .. }) => "batch",
        Ok(Message::Ack { .. }) => "ack",
        Ok(Message::Renew(_)) => "renew",
        Ok(Message::Access { .. }) => "access",
        Ok(Message::Renewed { .. }) => "renewed",
        Ok(Message::Threads(_)) => "threads",
        Ok(Message::Owners(_)) => "owners",
        Ok(Message::You(_)) => "you",
        Err(_) => "malformed",
    }
}

fn status_name(status: AckStatus) -> &'static str {
    match status {
        AckStatus::Stored => "stored",
        AckStatus::Held => "held",
        AckStatus::Refused => "refused",
        AckStatus::RetryLater => "retry_later",
    }
}

fn head(out: &mut Formatter<'_>, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP scriptroom_{name} {help}")?;
    writeln!(out, "# TYPE scriptroom_{name} {kind}")
}

fn plain(
    out: &mut Formatter<'_>,
    name: &str,
    kind: &str,
    help: &str,
    value: impl Display,
) -> fmt::Result {
    head(out, name, kind, help)?;
    writeln!(out, "scriptroom_{name} {value}")
}

fn labelled(
    out: &mut Formatter<'_>,
    name: &str,
    help: &str,
    label: &str,
    counts: &Counts,
) -> fmt::Result {
    head(out, name, "counter", help)?;
    for (value, count) in &counts.0 {
        let value = escaped(value);
        writeln!(out, "scriptroom_{name}{{{label}=\"{value}\"}} {count}")?;
    }
    Ok(())
}

fn histograms(
    out: &mut Formatter<'_>,
    name: &str,
    help: &str,
    label: &str,
    all: &BTreeMap<&'static str, Histogram>,
) -> fmt::Result {
    head(out, name, "histogram", help)?;
    for (value, histogram) in all {
        let labels = format!("{label}=\"{}\"", escaped(value));
        let mut so_far = 0;
        for (bound, count) in BOUNDS_S.iter().zip(histogram.buckets) {
            so_far += count;
            writeln!(
                out,
                "scriptroom_{name}_bucket{{{labels},le=\"{bound}\"}} {so_far}"
            )?;
        }
        let Histogram { count, sum_s, .. } = histogram;
        writeln!(
            out,
            "scriptroom_{name}_bucket{{{labels},le=\"+Inf\"}} {count}"
        )?;
        writeln!(out, "scriptroom_{name}_sum{{{labels}}} {sum_s}")?;
        writeln!(out, "scriptroom_{name}_count{{{labels}}} {count}")?;
    }
    Ok(())
}

/// A label's value as it stands between quotes.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that begin with these names, in order.
    #[track_caller]
    fn check(metrics: &Metrics, names: &[&str], expected: &[&str]) {
        let text = metrics.to_string();
        let lines = text.lines().filter(|line| {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            names
                .iter()
                .any(|one| name.strip_prefix("scriptroom_") == Some(one))
        });
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn o1_each_figure_says_what_it_is_before_it_is_told() {
        let text = Metrics::default().to_string();
        assert!(text.starts_with(
            "# HELP scriptroom_connections Open connections of the scripts that were awake in this isolate.\n\
             # TYPE scriptroom_connections gauge\nscriptroom_connections 0\n"
        ));
        assert!(text.ends_with('\n'));
        assert_eq!(
            text.matches("# HELP").count(),
            text.matches("# TYPE").count()
        );
    }

    #[test]
    fn o1_messages_count_by_kind_and_once_for_each_reader() {
        let mut metrics = Metrics::default();
        let update = Message::Update(&[0, 0]).encode();
        metrics.received(&update);
        metrics.received_text("ping");
        metrics.received(&[77]);
        metrics.sent(&update, 3);
        metrics.sent(&update, 0);
        check(
            &metrics,
            &[
                "messages_received_total",
                "messages_received_bytes_total",
                "messages_sent_total",
                "messages_sent_bytes_total",
            ],
            &[
                "scriptroom_messages_received_total{kind=\"malformed\"} 1",
                "scriptroom_messages_received_total{kind=\"text\"} 1",
                "scriptroom_messages_received_total{kind=\"update\"} 1",
                "scriptroom_messages_received_bytes_total 10",
                "scriptroom_messages_sent_total{kind=\"update\"} 3",
                "scriptroom_messages_sent_bytes_total 15",
            ],
        );
    }

    #[test]
    fn o1_an_acknowledgement_counts_by_its_status() {
        let mut metrics = Metrics::default();
        for status in [AckStatus::Refused, AckStatus::Stored, AckStatus::Refused] {
            let reason = "";
            let number = 1;
            let ack = Message::Ack {
                number,
                status,
                reason,
            };
            metrics.sent(&ack.encode(), 1);
        }
        check(
            &metrics,
            &["acknowledgements_total"],
            &[
                "scriptroom_acknowledgements_total{status=\"refused\"} 2",
                "scriptroom_acknowledgements_total{status=\"stored\"} 1",
            ],
        );
    }

    #[test]
    fn o1_an_object_that_wakes_again_is_not_counted_twice() {
        let mut metrics = Metrics::default();
        metrics.set_connections("one", 2);
        metrics.set_connections("other", 1);
        metrics.set_connections("one", 3);
        check(&metrics, &["connections"], &["scriptroom_connections 4"]);
        metrics.set_connections("one", 0);
        check(&metrics, &["connections"], &["scriptroom_connections 1"]);
    }

    #[test]
    fn o1_a_bucket_holds_all_that_was_no_slower() {
        let mut metrics = Metrics::default();
        for took_ms in [0.0, 1.0, 1.5, 40.0, 9000.0] {
            metrics.handled("message", 1_000.0, 1_000.0 + took_ms);
        }
        // A clock that was set back.
        metrics.handled("message", 1_000.0, 500.0);
        let bucket = |bound: &str, count: u64| {
            format!("scriptroom_handling_seconds_bucket{{what=\"message\",le=\"{bound}\"}} {count}")
        };
        let text = metrics.to_string();
        for (bound, count) in [
            ("0.001", 3),
            ("0.0025", 4),
            ("0.025", 4),
            ("0.05", 5),
            ("5", 5),
            ("+Inf", 6),
        ] {
            let line = bucket(bound, count);
            assert!(
                text.contains(&format!("{line}\n")),
                "{line} is not in {text}"
            );
        }
        check(
            &metrics,
            &[
                "handling_seconds_count",
                "handling_seconds_sum",
                "start_time_seconds",
            ],
            &[
                "scriptroom_start_time_seconds 1",
                "scriptroom_handling_seconds_sum{what=\"message\"} 9.0425",
                "scriptroom_handling_seconds_count{what=\"message\"} 6",
            ],
        );
    }

    #[test]
    fn o1_what_is_refused_or_fails_counts_by_kind() {
        let mut metrics = Metrics::default();
        metrics.closed(CloseCode::Malformed);
        metrics.closed(CloseCode::NotAllowed);
        metrics.closed(CloseCode::Malformed);
        metrics.answered(404);
        metrics.refused("no_such_script");
        metrics.failed("a \"kind\"\nof its \\ own");
        check(
            &metrics,
            &[
                "connections_closed_total",
                "requests_total",
                "requests_refused_total",
                "errors_total",
            ],
            &[
                "scriptroom_connections_closed_total{code=\"4003\"} 1",
                "scriptroom_connections_closed_total{code=\"4010\"} 2",
                "scriptroom_requests_total{status=\"404\"} 1",
                "scriptroom_requests_refused_total{code=\"no_such_script\"} 1",
                "scriptroom_errors_total{kind=\"a \\\"kind\\\"\\nof its \\\\ own\"} 1",
            ],
        );
    }
}
