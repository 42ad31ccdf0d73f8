//! Runs programs: their output goes to a log, a line now and then says how far they are, and Ctrl-C ends them whole.
//!
//! Every program is the leader of a process group of its own, so that what it starts (a browser, a relay) ends with it.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::project::Project;

const POLL: Duration = Duration::from_millis(40);
const HEARTBEAT: Duration = Duration::from_secs(20);
const GRACE: Duration = Duration::from_secs(8);

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Turns SIGINT, SIGTERM and SIGHUP into a flag that every wait below looks at.
pub(crate) fn watch_interrupts() {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(flag)).expect("these signals can be caught");
    }
}

/// Whether the developer asked to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// The output of one step, kept under `target/xtask/logs`.
pub(crate) struct Log {
    path: PathBuf,
}

impl Log {
    /// Starts the log of a step anew.
    pub(crate) fn create(project: &Project, name: &str) -> Result<Log> {
        let path = project.scratch("logs").join(format!("{name}.log"));
        std::fs::create_dir_all(path.parent().expect("the logs have a folder"))?;
        File::create(&path).with_context(|| format!("creating {}", path.display()))?;
        Ok(Log { path })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How much has been written so far.
    pub(crate) fn len(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// What was written from `start` on, as it stands when it was all printed: without progress that was written over.
    pub(crate) fn text_from(&self, start: u64) -> Result<String> {
        let bytes = self.bytes_from(start)?;
        Ok(without_progress(&String::from_utf8_lossy(&bytes)))
    }

    fn bytes_from(&self, start: u64) -> Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Adds a line.
    pub(crate) fn line(&self, text: &str) -> Result<()> {
        Ok(writeln!(self.append()?, "{text}")?)
    }

    /// The last lines, for the developer who has to find out what went wrong.
    pub(crate) fn tail(&self, lines: usize) -> String {
        let text = self
            .text_from(self.len().saturating_sub(64 * 1024))
            .unwrap_or_default();
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    fn append(&self) -> Result<File> {
        OpenOptions::new()
            .append(true)
            .open(&self.path)
            .with_context(|| format!("writing {}", self.path.display()))
    }

    /// The last thing that it says, progress included, shortened.
    fn last_words(&self) -> String {
        let end = self.bytes_from(self.len().saturating_sub(4096));
        let text = String::from_utf8_lossy(&end.unwrap_or_default()).replace(ERASE_LINE, "");
        let words = text
            .rsplit(['\r', '\n'])
            .map(str::trim)
            .find(|words| !words.is_empty())
            .unwrap_or_default();
        words.chars().take(100).collect()
    }
}

/// What cargo ends a progress bar with.
const ERASE_LINE: &str = "\u{1b}[K";

fn without_progress(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = line.replace(ERASE_LINE, "");
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line.as_str(), ""),
        };
        let last = line.trim_end_matches('\r').rsplit('\r').next();
        plain.push_str(last.unwrap_or_default());
        plain.push_str(end);
    }
    plain
}

/// A program that is to be run.
pub(crate) struct Task {
    command: Command,
    limit: Duration,
}

impl Task {
    /// A program with neither arguments nor input.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Task {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).process_group(0);
        Task {
            command,
            limit: Duration::from_secs(45 * 60),
        }
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Task {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Task {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Task {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of its environment.
    pub(crate) fn without_env(mut self, name: &str) -> Task {
        self.command.env_remove(name);
        self
    }

    /// Sets where it runs.
    pub(crate) fn dir(mut self, folder: impl AsRef<Path>) -> Task {
        self.command.current_dir(folder);
        self
    }

    /// Sets how long it may take before it is ended and counts as failed.
    pub(crate) fn limit(mut self, limit: Duration) -> Task {
        self.limit = limit;
        self
    }

    /// The command as it is, in the process group of xtask: Ctrl-C reaches it from the terminal.
    pub(crate) fn into_command(mut self) -> Command {
        self.command
            .process_group(rustix::process::getpgrp().as_raw_nonzero().get());
        self.command
    }

    /// Runs it quietly and returns what it printed.
    pub(crate) fn capture(mut self) -> Result<String> {
        let shown = self.shown();
        let output = self
            .command
            .output()
            .with_context(|| format!("starting `{shown}`"))?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("`{shown}` ended with {}: {}", output.status, errors.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with its output in `log`; what ends in anything but success is an error.
    pub(crate) fn logged(self, log: &Log) -> Result<()> {
        let shown = self.shown();
        let status = self.status(log)?;
        if !status.success() {
            bail!("`{shown}` ended with {status}");
        }
        Ok(())
    }

    /// Runs it with its output in `log`.
    pub(crate) fn status(self, log: &Log) -> Result<ExitStatus> {
        let limit = self.limit;
        let mut running = self.start(log)?;
        let started = Instant::now();
        let mut beat = started;
        loop {
            if let Some(status) = running.ended()? {
                return Ok(status);
            }
            if interrupted() {
                running.stop()?;
                bail!("interrupted");
            }
            if started.elapsed() > limit {
                running.stop()?;
                bail!(
                    "`{}` was ended: it ran for longer than {} minutes",
                    running.shown,
                    limit.as_secs() / 60
                );
            }
            if beat.elapsed() > HEARTBEAT {
                beat = Instant::now();
                println!(
                    "      {:>4} s  {}",
                    started.elapsed().as_secs(),
                    log.last_words()
                );
            }
            std::thread::sleep(POLL);
        }
    }

    /// Starts it with its output in `log`, and leaves the waiting to the caller.
    pub(crate) fn start(mut self, log: &Log) -> Result<Running> {
        let shown = self.shown();
        log.line(&format!("$ {shown}"))?;
        self.command.stdout(log.append()?).stderr(log.append()?);
        let child = self
            .command
            .spawn()
            .with_context(|| format!("starting `{shown}`"))?;
        Ok(Running { child, shown })
    }

    /// The command line as a person would type it, without the folders of the program.
    fn shown(&self) -> String {
        let program = Path::new(self.command.get_program());
        let mut words = vec![
            program
                .file_name()
                .unwrap_or(program.as_os_str())
                .to_string_lossy()
                .into_owned(),
        ];
        words.extend(
            self.command
                .get_args()
                .map(|argument| argument.to_string_lossy().into_owned()),
        );
        words.join(" ")
    }
}

/// A program that is running. Dropping it ends it.
pub(crate) struct Running {
    child: Child,
    shown: String,
}

impl Running {
    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks its whole group to end, waits, and insists after some seconds.
    pub(crate) fn stop(&mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
        self.signal(Signal::KILL);
        Ok(self.child.wait()?)
    }

    fn signal(&self, signal: Signal) {
        let leader = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        // An error means that the group is gone already, which is what was wanted.
        let _ = kill_process_group(
            leader.expect("a running child has an id above zero"),
            signal,
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.stop();
        }
    }
}

/// The first program of this name in the PATH.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> Log {
        let project = Project::find().unwrap();
        Log::create(&project, &format!("unit-{name}")).unwrap()
    }

    #[test]
    fn output_and_errors_lie_in_the_log_in_order() {
        let log = log("order");
        Task::new("sh")
            .args(["-c", "echo one; echo two >&2; echo three"])
            .logged(&log)
            .unwrap();
        assert_eq!(log.tail(3), "one\ntwo\nthree");
    }

    #[test]
    fn progress_is_the_last_word_but_no_part_of_the_text() {
        let log = log("progress");
        let script =
            r"printf 'one\n  Building [> ] 1/20: a\r\033[K  two\n  Building [=> ] 2/20: b\r'";
        Task::new("sh").args(["-c", script]).logged(&log).unwrap();
        assert_eq!(log.last_words(), "Building [=> ] 2/20: b");
        log.line("\u{1b}[Kthree").unwrap();
        assert_eq!(log.tail(3), "one\n  two\nthree");
    }

    #[test]
    fn a_failure_names_the_command() {
        let log = log("failure");
        let error = Task::new("sh")
            .args(["-c", "exit 3"])
            .logged(&log)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c exit 3` ended with exit status: 3"
        );
    }

    #[test]
    fn what_runs_too_long_is_ended_with_all_it_started() {
        let log = log("limit");
        let task = Task::new("sh")
            .args(["-c", "sleep 300 & wait"])
            .limit(Duration::from_millis(100));
        let error = task.logged(&log).unwrap_err();
        assert!(error.to_string().contains("ran for longer"), "{error}");
    }

    #[test]
    fn stopping_is_a_request_first() {
        let log = log("stop");
        let script = "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
        let mut running = Task::new("sh").args(["-c", script]).start(&log).unwrap();
        while log.tail(1) != "ready" {
            std::thread::yield_now();
        }
        assert!(running.stop().unwrap().success());
        assert_eq!(log.tail(1), "asked");
    }
}
