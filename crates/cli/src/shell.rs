//! What a shell is told of the commands: completions for three of them, and the manual page.

use scriptroom_reports::Kind;

use crate::HELP;

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
            Shell::Zsh => format!(
                "#compdef scriptroom\nautoload -U +X bashcompinit && bashcompinit\n{}",
                bash()
            ),
            Shell::Fish => fish(),
        }
    }
}

fn bash() -> String {
    let mut script = String::from(
        "_scriptroom() {\n    local current=${COMP_WORDS[COMP_CWORD]} words\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n",
    );
    script.push_str(&format!(
        "        words='{}'\n    else\n        case ${{COMP_WORDS[1]}} in\n",
        COMMANDS.join(" ")
    ));
    for command in COMMANDS {
        script.push_str(&format!(
            "            {command}) words='{}' ;;\n",
            words(command).join(" ")
        ));
    }
    script.push_str(
        "        esac\n    fi\n    # A file's name may have spaces: what is offered is told apart by lines.\n    local IFS=$'\\n'\n    words=${words// /$IFS}\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n}\ncomplete -o filenames -F _scriptroom scriptroom\n",
    );
    script
}

fn fish() -> String {
    let mut script = format!(
        "complete -c scriptroom -n __fish_use_subcommand -f -a '{}'\n",
        COMMANDS.join(" ")
    );
    for command in COMMANDS {
        for word in words(command) {
            let what = match word.strip_prefix("--") {
                Some(option) => format!("-l {option} -r"),
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
