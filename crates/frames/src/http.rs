//! The same frames over plain HTTP (J11): a request is a connection that lasts for one turn.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use fastrand::Rng;

use crate::counts::{Counts, count};
use crate::forge::Frame;
use crate::life::{Expected, Kind, Script, Trouble, body_of, expected};
use crate::mutate;
use crate::plan::{Run, Target};
use crate::recording::hex;

/// Sends one recorded session's frames, damaged, some to a request.
pub fn live(run: &Run, target: &Target, dice: &mut Rng) -> (Counts, Result<(), Trouble>) {
    let token = &target.tokens[dice.usize(..target.tokens.len())];
    let mut counts = Counts::default();
    let mut script = Script::new(run, Kind::Ours, token, dice);
    while !run.is_over() {
        let window = script.window(&run.pool, dice);
        if window.is_empty() {
            break;
        }
        let (mut body, mut outside) = (body_of(&window), false);
        if dice.u32(0..20) == 0 {
            (body, outside) = (mutate::blindly(&body, &run.pool, dice), true);
        }
        let answer = post(run, target, token, &body);
        match answer {
            Ok(status) if !is_fault(&status) => note(run, &mut counts, &window, &status, outside),
            Ok(status) => return (counts, Err(Trouble::Status(status, hex(&body)))),
            Err(error) => return (counts, Err(Trouble::Lost(error, hex(&body)))),
        }
    }
    (counts, Ok(()))
}

/// What says that the relay itself is at fault.
fn is_fault(status: &str) -> bool {
    !["200", "400", "401", "403", "413", "422", "429"]
        .iter()
        .any(|known| status.starts_with(known))
}

/// What was handled for certain: all frames of a request that is answered, and of one that is refused those up to the
/// first that may have been the reason. A body that was damaged itself counts as one.
fn note(run: &Run, counts: &mut Counts, window: &[Frame], status: &str, outside: bool) {
    count(&mut counts.requests, status);
    count(&mut counts.connections, "http");
    let answer = format!("over http: {status}");
    let mut handled = 0;
    if outside {
        handled = 1;
        count(&mut counts.by_answer, &answer);
        count(&mut counts.by_mutation, "body");
        count(&mut counts.by_message, "body");
    } else {
        let refused = !status.starts_with("200");
        let mut is_over = false;
        for frame in window {
            match frame.mutation {
                _ if is_over => counts.in_vain += 1,
                None => counts.genuine += 1,
                Some(mutation) => {
                    handled += 1;
                    count(&mut counts.by_answer, &answer);
                    count(&mut counts.by_mutation, mutation);
                    count(&mut counts.by_message, frame.message);
                }
            }
            let closes = matches!(
                expected(&frame.bytes, Kind::Ours),
                Expected::Close | Expected::Perhaps
            );
            is_over |= refused && closes;
        }
    }
    counts.mutated += handled;
    run.note(handled);
}

/// Posts a body; gives the status with the error's code.
fn post(run: &Run, target: &Target, token: &str, body: &[u8]) -> Result<String, String> {
    let said = |error: std::io::Error| error.to_string();
    let (host, id) = (&run.asked.host, &target.id);
    let mut stream = TcpStream::connect(host).map_err(said)?;
    let patience = Some(Duration::from_millis(run.asked.patience_ms));
    stream.set_read_timeout(patience).map_err(said)?;
    stream.set_nodelay(true).map_err(said)?;
    let head = format!(
        "POST /api/scripts/{id}/updates?form=frames HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream
        .write_all(&[head.as_bytes(), body].concat())
        .map_err(said)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(said)?;
    let status = answer.get(9..12).ok_or("an answer without a status")?;
    let status = String::from_utf8_lossy(status).into_owned();
    if status == "200" {
        return Ok(status);
    }
    let text = String::from_utf8_lossy(&answer);
    let code = text.split("\"code\":\"").nth(1);
    let code = code.and_then(|rest| rest.split('"').next());
    Ok(format!("{status} {}", code.unwrap_or("without a code")))
}
