//! What a run is like: which faults and habits are on, and how heavy. Each run draws its own (a swarm), because a run in
//! which everything happens all the time never gets far into anything.

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_room::{Config, Rate};

use crate::dice::Dice;

/// Something that goes wrong, or that somebody does to the script from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A connection is lost, with a part of what was on its way.
    Break,
    /// A client is cut off for a while, and its connection hangs.
    Partition,
    /// A client has no network for hours to weeks, and its writer goes on.
    Offline,
    /// The relay dies between two effects.
    Crash,
    /// The relay's store does not take a write.
    StoreFails,
    /// The relay's store cannot be read.
    ReadFails,
    /// The room sleeps, and wakes with the next event.
    Evict,
    /// The relay's clock jumps, forward or backward.
    ClockJump,
    /// Somebody gets another role.
    RoleChange,
    /// Somebody is removed from the script.
    Removal,
    /// The relay's data are put back to an earlier state, from a backup.
    Restore,
    /// A tab dies, and is opened again from what its device has.
    TabDies,
    /// A device takes no more writes until its tab is opened again.
    DeviceFails,
    /// Somebody continues a co-writer's client id.
    Theft,
    /// A frame of a stock client comes twice.
    Replay,
    /// A program writes over HTTP.
    Program,
    /// The alarm comes late, or twice.
    Alarm,
    /// Somebody comments on the script.
    Comment,
    /// A page's instance of wasm ends itself.
    Trap,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 19] = [
        Fault::Break,
        Fault::Partition,
        Fault::Offline,
        Fault::Crash,
        Fault::StoreFails,
        Fault::ReadFails,
        Fault::Evict,
        Fault::ClockJump,
        Fault::RoleChange,
        Fault::Removal,
        Fault::Restore,
        Fault::TabDies,
        Fault::DeviceFails,
        Fault::Theft,
        Fault::Replay,
        Fault::Program,
        Fault::Alarm,
        Fault::Comment,
        Fault::Trap,
    ];

    /// Those that came later. They draw from a stream of their own, so that a seed without them is the run that it was.
    pub const LATER: [Fault; 2] = [Fault::Comment, Fault::Trap];

    /// Its name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Break => "break",
            Fault::Partition => "partition",
            Fault::Offline => "offline",
            Fault::Crash => "crash",
            Fault::StoreFails => "store-fails",
            Fault::ReadFails => "read-fails",
            Fault::Evict => "evict",
            Fault::ClockJump => "clock-jump",
            Fault::RoleChange => "role-change",
            Fault::Removal => "removal",
            Fault::Restore => "restore",
            Fault::TabDies => "tab-dies",
            Fault::DeviceFails => "device-fails",
            Fault::Theft => "theft",
            Fault::Replay => "replay",
            Fault::Program => "program",
            Fault::Alarm => "alarm",
            Fault::Comment => "comment",
            Fault::Trap => "trap",
        }
    }

    /// The fault of that name.
    pub fn from_name(name: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.name() == name)
    }

    /// How often a run has it at all, in a thousand.
    fn share(self) -> u64 {
        match self {
            Fault::Break | Fault::Crash | Fault::Evict => 700,
            Fault::Restore | Fault::Theft | Fault::Removal => 200,
            Fault::DeviceFails => 150,
            _ => 400,
        }
    }
}

/// What a writer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Types a few characters.
    Type,
    /// Breaks a paragraph and types a line.
    Enter,
    /// Deletes a few characters.
    Delete,
    /// Deletes a paragraph's mark.
    Merge,
    /// Makes a paragraph of another element type.
    Retype,
    /// Moves a scene.
    Move,
    /// Makes words bold or italic.
    Format,
    /// Takes a step back.
    Undo,
    /// Takes it again.
    Redo,
    /// Pastes a scene.
    Paste,
    /// Writes the title page.
    Title,
}

impl Habit {
    /// All of them.
    pub const ALL: [Habit; 11] = [
        Habit::Type,
        Habit::Enter,
        Habit::Delete,
        Habit::Merge,
        Habit::Retype,
        Habit::Move,
        Habit::Format,
        Habit::Undo,
        Habit::Redo,
        Habit::Paste,
        Habit::Title,
    ];
}

/// What a run is like.
#[derive(Debug, Clone)]
pub struct Weather {
    /// How heavy each fault is; those that are off are not here.
    pub faults: BTreeMap<Fault, u32>,
    /// How long it is between two faults, from and to.
    pub fault_every_ms: (u64, u64),
    /// How heavy each habit is, in the order of [`Habit::ALL`].
    pub habits: [u32; Habit::ALL.len()],
    /// How long a writer waits between two edits, from and to.
    pub pace_ms: (u64, u64),
    /// How long a frame is under way, from and to.
    pub latency_ms: (u64, u64),
    /// How long a device needs for a write, from and to.
    pub disk_ms: (u64, u64),
    /// Clients of our own, and stock clients.
    pub clients: (usize, usize),
    /// How many tokens of a thousand end by themselves.
    pub tokens_end: u64,
    /// After so many updates a tab merges its journal.
    pub merge_after: usize,
    /// Whether those who were removed come back in the end.
    pub readmits: bool,
    /// The relay's limits.
    pub config: Config,
}

impl Weather {
    /// Draws a run's. What is in `without` stays off.
    pub fn draw(seed: u64, without: &BTreeSet<Fault>) -> Weather {
        let mut dice = Dice::new(seed, "weather");
        let mut faults = BTreeMap::new();
        let mut later = Dice::new(seed, "later");
        for fault in Fault::ALL {
            let dice = match Fault::LATER.contains(&fault) {
                true => &mut later,
                false => &mut dice,
            };
            let on = dice.chance(fault.share());
            let weight = dice.magnitude(1, 15) as u32;
            if on && !without.contains(&fault) {
                faults.insert(fault, weight);
            }
        }
        let mut habits = [0; Habit::ALL.len()];
        for (habit, weight) in Habit::ALL.into_iter().zip(&mut habits) {
            let on = habit == Habit::Type || dice.chance(600);
            *weight = if on { dice.magnitude(1, 31) as u32 } else { 0 };
        }
        habits[0] += 8;
        let pace = dice.magnitude(50, 60_000);
        let latency = dice.magnitude(1, 3_000);
        Weather {
            faults,
            fault_every_ms: (pace / 2, pace * dice.magnitude(2, 60)),
            habits,
            pace_ms: (pace / 4, pace * 2),
            latency_ms: (latency / 8, latency),
            disk_ms: (1, dice.magnitude(4, 2_000)),
            clients: (2 + dice.below(4), dice.below(3)),
            tokens_end: *dice.pick(&[0, 0, 300, 1000]),
            merge_after: *dice.pick(&[8, 40, 2_000]),
            readmits: dice.chance(500),
            config: config(&mut dice),
        }
    }
}

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

/// Limits, most of them much tighter than real ones: what happens at them must happen in a short run.
fn config(dice: &mut Dice) -> Config {
    let real = Config::default();
    let pace = |dice: &mut Dice, real: Rate| match dice.below(4) {
        0 => Rate::new(6, 2),
        _ => real,
    };
    Config {
        max_update_bytes: *dice.pick(&[200, real.max_update_bytes, real.max_update_bytes]),
        max_held_bytes: *dice.pick(&[60, 1_000, real.max_held_bytes]),
        hold_ms: *dice.pick(&[10 * SECOND, HOUR]),
        compact_entries: *dice.pick(&[3, 10, 100]),
        compact_age_ms: *dice.pick(&[SECOND, 60 * SECOND, 24 * HOUR]),
        long_tail_entries: *dice.pick(&[12, 60, 2_000]),
        compact_bytes: *dice.pick(&[2_000, real.compact_bytes]),
        retention_ms: *dice.pick(&[60 * SECOND, HOUR, real.retention_ms]),
        updates: pace(dice, real.updates),
        ..real
    }
}
