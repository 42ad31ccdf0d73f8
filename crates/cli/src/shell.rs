//! What a shell is told of the commands: completions for three of them, and the manual page.

use scriptroom_pages::Preset;
use scriptroom_reports::Kind;

use crate::HELP;
use crate::files::{Format, Way};

/// The options of each command.
pub(crate) const CONVERT: &[&str] = &[
    "--from",
    "--to",
    "--preset",
    "--set",
    "--watermark",
    "--font",
    "--scene-numbers",
    "--title-page",
    "--language",
];
pub(crate) const PAGES: &[&str] = &["--from", "--preset", "--set", "--as"];
pub(crate) const REPORT: &[&str] = &[
    "--from",
    "--preset",
    "--set",
    "--as",
    "--token",
    "--token-file",
];
pub(crate) const CHECK: &[&str] = &["--from"];
const NEW: &[&str] = &["--title", "--token", "--token-file"];
const OPEN: &[&str] = &["--as", "--token", "--token-file"];
const IMPORT: &[&str] = &["--from", "--replace", "--token", "--token-file"];
const EXPORT: &[&str] = &[
    "--to",
    "--preset",
    "--set",
    "--watermark",
    "--font",
    "--scene-numbers",
    "--title-page",
    "--language",
    "--token",
    "--token-file",
];
pub(crate) const GENERATE: &[&str] = &["--pages", "--seed", "--to"];

/// What `--as` may be.
pub(crate) const TEXT_OR_JSON: &[&str] = &["text", "json"];
/// What a report's `--as` may be.
pub(crate) const CSV_OR_JSON: &[&str] = &["csv", "json"];
/// What `--scene-numbers` may be.
pub(crate) const SIDES: &[&str] = &["none", "left", "right", "both"];
/// What an option that is a question may be.
pub(crate) const YES_OR_NO: &[&str] = &["yes", "no"];

/// The commands, as they are typed.
pub(crate) const COMMANDS: &[&str] = &[
    "convert",
    "pages",
    "report",
    "check",
    "new",
    "open",
    "import",
    "export",
    "generate",
    "completions",
    "man",
    "help",
];

/// The options of a command that asks a relay.
pub(crate) fn options(command: &str) -> &'static [&'static str] {
    match command {
        "new" => NEW,
        "open" => OPEN,
        "import" => IMPORT,
        _ => EXPORT,
    }
}

/// The report that takes a script's history.
pub(crate) const LENGTH: &str = "length";

/// What a report may be about.
pub(crate) fn reports() -> Vec<&'static str> {
    let kinds = Kind::ALL.map(Kind::name).into_iter();
    kinds.chain([LENGTH]).collect()
}

/// What may follow each command.
fn words(command: &str) -> Vec<&'static str> {
    match command {
        "convert" => CONVERT.to_vec(),
        "pages" => PAGES.to_vec(),
        "check" => CHECK.to_vec(),
        "generate" => GENERATE.to_vec(),
        "new" | "open" | "import" | "export" => options(command).to_vec(),
        "completions" => vec!["bash", "zsh", "fish"],
        "report" => [&reports(), REPORT].concat(),
        _ => Vec::new(),
    }
}

/// A shell that completions are written for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    pub(crate) fn named(name: &str) -> Option<Shell> {
        match name {
            "bash" => Some(Shell::Bash),
            "zsh" => Some(Shell::Zsh),
            "fish" => Some(Shell::Fish),
            _ => None,
        }
    }

    /// The script that the shell reads.
    pub(crate) fn completions(self) -> String {
        match self {
            Shell::Bash => bash(),
            Shell::Zsh => zsh(),
            Shell::Fish => fish(),
        }
    }
}

/// What may follow an option of a command, where it is one of a few.
fn values(command: &str, option: &str) -> Vec<&'static str> {
    match option {
        "--from" => Format::names(Way::In),
        "--to" => Format::names(Way::Out),
        "--preset" => Preset::ALL.map(Preset::name).to_vec(),
        "--as" if command == "report" => CSV_OR_JSON.to_vec(),
        "--as" => TEXT_OR_JSON.to_vec(),
        "--scene-numbers" => SIDES.to_vec(),
        "--title-page" | "--replace" => YES_OR_NO.to_vec(),
        _ => Vec::new(),
    }
}

/// The function that bash asks; each line of `case` is a command, or a command and the option before the word.
fn bash() -> String {
    let mut commands = String::new();
    let mut options = String::new();
    for command in COMMANDS {
        let words = words(command);
        commands.push_str(&format!(
            "            {command}) words='{}' ;;\n",
            words.join(" ")
        ));
        for option in words.iter().filter(|word| word.starts_with("--")) {
            let values = values(command, option);
            if !values.is_empty() {
                options.push_str(&format!(
                    "        '{command} {option}') words='{}' files= ;;\n",
                    values.join(" ")
                ));
            }
        }
    }
    format!(
        "__scriptroom() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD-1]}} words= files=1
    # bash makes three words of `--to=pdf`.
    if [ \"$current\" = = ]; then
        current=
    elif [ \"$option\" = = ]; then
        option=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    if [ \"$COMP_CWORD\" -eq 1 ]; then
        words='{all}' files=
    else
        case ${{COMP_WORDS[1]}} in
{commands}        esac
        case \"${{COMP_WORDS[1]}} $option\" in
{options}        esac
    fi
    # A file's name may have spaces: what is offered is told apart by lines.
    local IFS=$'\\n'
    words=${{words// /$IFS}}
    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))
    [ -n \"$files\" ] && COMPREPLY+=($(compgen -f -- \"$current\"))
    return 0
}}
complete -o filenames -F __scriptroom scriptroom
",
        all = COMMANDS.join(" ")
    )
}

/// zsh asks bash's function; where it loads this file as a function at the first Tab, that is answered, too.
fn zsh() -> String {
    format!(
        "#compdef scriptroom
autoload -U +X bashcompinit && bashcompinit
{}if [ \"${{funcstack[1]}}\" = _scriptroom ]; then
    _bash_complete -o filenames -F __scriptroom
fi
",
        bash()
    )
}

fn fish() -> String {
    let mut script = format!(
        "complete -c scriptroom -n __fish_use_subcommand -f -a '{}'\n",
        COMMANDS.join(" ")
    );
    for command in COMMANDS {
        for word in words(command) {
            let what = match word.strip_prefix("--") {
                Some(option) => match values(command, word).join(" ") {
                    any if any.is_empty() => format!("-l {option} -r"),
                    values => format!("-l {option} -x -a '{values}'"),
                },
                None => format!("-a {word}"),
            };
            script.push_str(&format!(
                "complete -c scriptroom -n '__fish_seen_subcommand_from {command}' {what}\n"
            ));
        }
    }
    script
}

/// A letter as every typesetter of manuals reads it: they do not agree on an encoding.
fn as_typeset(letter: char) -> String {
    match letter {
        '\\' => "\\e".to_owned(),
        '-' => "\\-".to_owned(),
        letter if letter.is_ascii() => letter.to_string(),
        letter => format!("\\[u{:04X}]", u32::from(letter)),
    }
}

/// The manual page: the help, as `man` shows it.
pub(crate) fn manual() -> String {
    let mut page = format!(
        ".TH SCRIPTROOM 1 \"\" \"scriptroom {}\"\n.SH NAME\nscriptroom \\- convert, lay out, count and check scripts\n.SH DESCRIPTION\n.nf\n",
        env!("CARGO_PKG_VERSION")
    );
    for line in HELP.lines() {
        let line: String = line.chars().map(as_typeset).collect();
        // A line that begins with a dot or an apostrophe would be an order to the typesetter.
        let guard = if line.starts_with(['.', '\'']) {
            "\\&"
        } else {
            ""
        };
        page.push_str(&format!("{guard}{line}\n"));
    }
    page.push_str(".fi\n");
    page
}
