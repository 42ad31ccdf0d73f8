//! `cargo xtask dev`: builds what is missing, runs the relay in plain workerd, prints the address, waits for Ctrl-C.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::build;
use crate::process::{Log, Running, Task, interrupted};
use crate::project::Project;
use crate::setup::Setup;

const POLL: Duration = Duration::from_millis(50);
const START_PATIENCE: Duration = Duration::from_secs(30);
const DEFAULT_PORT: u16 = 8787;
const DEFAULT_DATA: &str = ".scriptroom";

/// What can be chosen on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    port: u16,
    data: PathBuf,
}

impl Options {
    /// Reads `--port N` and `--data DIR`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Options> {
        let mut options = Options {
            port: DEFAULT_PORT,
            data: PathBuf::from(DEFAULT_DATA),
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} needs a value"))
            };
            match word.as_str() {
                "--port" => {
                    let text = value()?;
                    options.port = text
                        .parse()
                        .with_context(|| format!("{text:?} is no port: expected 1 to 65535"))?;
                }
                "--data" => options.data = PathBuf::from(value()?),
                other => bail!("there is no option {other:?}; there are --port N and --data DIR"),
            }
        }
        Ok(options)
    }
}

/// What the relay runs with.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// What is taken out of what the shell has.
    pub(crate) without: Vec<String>,
    /// What is set, after that.
    pub(crate) set: Vec<(String, String)>,
}

impl Environment {
    /// The program with it.
    pub(crate) fn given_to(&self, program: Task) -> Task {
        let names = self.without.iter();
        let program = names.fold(program, |program, name| program.without_env(name));
        let pairs = self.set.iter();
        pairs.fold(program, |program, (name, value)| program.env(name, value))
    }
}

/// The settings of development: everybody gets in, and the logs have no line for each request, unless asked for.
pub(crate) fn settings(_data: &Path) -> Result<Environment> {
    let level = std::env::var("SCRIPTROOM_LOG_LEVEL").unwrap_or_else(|_| "error".to_owned());
    let set = vec![
        ("SCRIPTROOM_DEV".to_owned(), "1".to_owned()),
        ("SCRIPTROOM_LOG_LEVEL".to_owned(), level),
    ];
    Ok(Environment {
        set,
        ..Environment::default()
    })
}

/// Serves until Ctrl-C, under the name of a command, with what `settings` says when the data folder is this relay's.
pub(crate) fn run(
    setup: &Setup<'_>,
    command: &str,
    options: &Options,
    settings: impl FnOnce(&Path) -> Result<Environment>,
) -> Result<()> {
    let started = Instant::now();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    check_port(address)?;
    build::everything(setup)?;

    let data = setup.project.path(&options.data);
    let _lock = lock_data(&data)?;
    let log = Log::create(setup.project, command)?;
    let environment = settings(&data)?;
    let mut relay = relay(setup.project, address, &data, &environment).start(&log)?;
    wait_until_healthy(&mut relay, address, &log)?;

    println!(
        "\nup after {:.1} s; scripts are kept in {}",
        started.elapsed().as_secs_f64(),
        data.display()
    );
    println!(
        "\n    http://localhost:{}/\n\nCtrl-C stops it.",
        options.port
    );
    serve(relay, &log)
}

/// The relay: workerd with the project's configuration, listening at `address`, with its objects' files in `data`.
fn relay(project: &Project, address: SocketAddr, data: &Path, environment: &Environment) -> Task {
    let relay = Task::new(project.path("node_modules/@cloudflare/workerd-linux-64/bin/workerd"))
        .arg("serve")
        .arg(project.path("worker/workerd.capnp"))
        .arg(format!("--socket-addr=http={address}"))
        .arg(format!("--directory-path=data={}", data.display()))
        .arg(format!(
            "--directory-path=www={}",
            project.path("www/dist").display()
        ))
        .dir(project.path("."));
    environment.given_to(relay)
}

fn serve(mut relay: Running, log: &Log) -> Result<()> {
    while !interrupted() {
        if let Some(status) = relay.ended()? {
            bail!("the relay ended by itself with {status}\n{}", log.tail(20));
        }
        std::thread::sleep(POLL);
    }
    relay.stop()?;
    println!("\nstopped");
    Ok(())
}

fn check_port(address: SocketAddr) -> Result<()> {
    TcpListener::bind(address).map(drop).map_err(|error| {
        anyhow!(
            "cannot listen on {address}: {error}\nStop what listens there, or take another port:\n    \
             --port {}",
            address.port().wrapping_add(1).max(1024)
        )
    })
}

/// Keeps a second relay away from the same files: each would overwrite what the other stored.
fn lock_data(data: &Path) -> Result<File> {
    std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
    let file = File::create(data.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another relay uses {}; stop it or take another --data",
            data.display()
        ),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn wait_until_healthy(relay: &mut Running, address: SocketAddr, log: &Log) -> Result<()> {
    let started = Instant::now();
    while !is_healthy(address) {
        if let Some(status) = relay.ended()? {
            bail!("the relay did not start ({status})\n{}", log.tail(20));
        }
        if interrupted() {
            bail!("interrupted");
        }
        if started.elapsed() > START_PATIENCE {
            bail!(
                "the relay did not answer within {} s\n{}",
                START_PATIENCE.as_secs(),
                log.tail(20)
            );
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}

fn is_healthy(address: SocketAddr) -> bool {
    ask_health(address).is_ok_and(|answer| says_ok(&answer))
}

/// One request in plain HTTP: a client library would be the largest dependency here.
fn ask_health(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(
        stream,
        "GET /api/health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer)?;
    Ok(answer)
}

fn says_ok(answer: &str) -> bool {
    answer
        .lines()
        .next()
        .is_some_and(|status| status.contains(" 200 "))
        && answer.contains("\"ok\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(
            &words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn options_have_defaults_and_refuse_what_they_do_not_know() {
        assert_eq!(
            parse(&[]).unwrap(),
            Options {
                port: 8787,
                data: PathBuf::from(".scriptroom")
            }
        );
        assert_eq!(
            parse(&["--data", "/srv/x", "--port", "9000"]).unwrap(),
            Options {
                port: 9000,
                data: PathBuf::from("/srv/x")
            }
        );
        assert_eq!(
            parse(&["--port"]).unwrap_err().to_string(),
            "--port needs a value"
        );
        assert!(
            parse(&["--port", "70000"])
                .unwrap_err()
                .to_string()
                .contains("is no port")
        );
        assert!(parse(&["--prot", "1"]).is_err());
    }

    #[test]
    fn a_taken_port_says_what_to_do() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let error = check_port(taken.local_addr().unwrap()).unwrap_err();
        assert!(error.to_string().contains("--port"), "{error}");
    }

    #[test]
    fn a_folder_has_one_relay() {
        let data = Project::find().unwrap().scratch("unit/lock");
        let first = lock_data(&data).unwrap();
        assert!(
            lock_data(&data)
                .unwrap_err()
                .to_string()
                .contains("another relay uses")
        );
        drop(first);
        lock_data(&data).unwrap();
    }

    #[test]
    fn healthy_is_a_200_that_says_ok() {
        assert!(says_ok("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\"}"));
        assert!(!says_ok("HTTP/1.1 404 Not Found\r\n\r\n\"ok\""));
        assert!(!says_ok(""));
    }
}
