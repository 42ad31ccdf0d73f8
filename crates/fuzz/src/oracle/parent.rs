//! Whoever asks the oracle: starts it, gives it cases, and knows which case ended it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};

use super::Answer;

/// Nobody waits longer: the child hangs. What a case may take is measured there, in processor time.
const PATIENCE: Duration = Duration::from_secs(30);

/// The child, started when it is first asked and again after each death.
pub struct Oracle {
    program: PathBuf,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Answer>,
    errors: ChildStderr,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death(pub String);

impl Oracle {
    /// An oracle that this program is when its argument is `child`.
    pub fn new(program: impl Into<PathBuf>) -> Oracle {
        Oracle {
            program: program.into(),
            running: None,
        }
    }

    /// What becomes of a case.
    ///
    /// # Errors
    /// When the child cannot be started.
    pub fn ask(&mut self, case: &[Vec<u8>]) -> Result<Result<Answer, Death>> {
        if self.running.is_none() {
            self.running = Some(Running::start(&self.program)?);
        }
        let running = self.running.as_mut().context("it was just started")?;
        // Whether all of it arrives shows in the answer.
        let _ = running
            .input
            .write_all(&encode(case))
            .and_then(|()| running.input.flush());
        let why = match running.answers.recv_timeout(PATIENCE) {
            Ok(answer) => return Ok(Ok(answer)),
            Err(RecvTimeoutError::Timeout) => "it hangs",
            Err(RecvTimeoutError::Disconnected) => "it died",
        };
        let running = self.running.take().context("it was running")?;
        Ok(Err(running.end(why)?))
    }
}

impl Running {
    fn start(program: &PathBuf) -> Result<Running> {
        let mut child = Command::new(program)
            .arg("child")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| program.display().to_string())?;
        let input = child.stdin.take().context("stdin is a pipe")?;
        let output = child.stdout.take().context("stdout is a pipe")?;
        let errors = child.stderr.take().context("stderr is a pipe")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut output = output;
            while let Some(answer) = read_answer(&mut output) {
                if sender.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Running {
            child,
            input,
            answers,
            errors,
        })
    }

    /// Ends it, and says how it ended and what it said.
    fn end(mut self, why: &str) -> Result<Death> {
        drop(self.input);
        self.child.kill()?;
        let status = self.child.wait()?;
        let mut said = String::new();
        self.errors.read_to_string(&mut said)?;
        Ok(Death(format!("{why} ({status}): {}", said.trim())))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.end("nobody asks any more");
        }
    }
}

fn encode(case: &[Vec<u8>]) -> Vec<u8> {
    let mut out = (case.len() as u32).to_le_bytes().to_vec();
    for bytes in case {
        out.extend((bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

fn read_answer(output: &mut ChildStdout) -> Option<Answer> {
    let mut numbers = [0; 5];
    for number in &mut numbers {
        let mut bytes = [0; 8];
        output.read_exact(&mut bytes).ok()?;
        *number = u64::from_le_bytes(bytes);
    }
    let [accepted, stored, is_compared, time_us, peak_bytes] = numbers;
    Some(Answer {
        accepted: accepted as u32,
        stored: stored as u32,
        is_compared: is_compared == 1,
        time_us,
        peak_bytes,
    })
}
