//! What is built already: a stamp remembers the content from which something was built, and the content that came out.
//!
//! Times of files play no part, so a fresh checkout, a copied folder or a branch that was left and entered again
//! build nothing twice; and what another hand changed in the result is built again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::Project;

/// Folders that are results or foreign, wherever they lie.
const NOT_SOURCES: [&str; 5] = [
    "node_modules",
    "dist",
    "target",
    "test-results",
    "playwright-report",
];

/// A hash over contents. A new compiler may hash differently: then things are built once more.
pub(crate) struct Fingerprint {
    hasher: DefaultHasher,
}

impl Fingerprint {
    /// The hash of nothing.
    pub(crate) fn new() -> Fingerprint {
        Fingerprint {
            hasher: DefaultHasher::new(),
        }
    }

    /// Adds a text, such as a version.
    pub(crate) fn text(mut self, text: &str) -> Fingerprint {
        text.hash(&mut self.hasher);
        self
    }

    /// Adds a file; one that does not exist counts as such.
    pub(crate) fn file(mut self, path: &Path) -> Fingerprint {
        std::fs::read(path).ok().hash(&mut self.hasher);
        self
    }

    /// Adds all files of a folder with their names, without what is built and without the folders named in `skip`.
    pub(crate) fn sources(self, folder: &Path, skip: &[&str]) -> Result<Fingerprint> {
        let skipped: Vec<&str> = NOT_SOURCES.iter().chain(skip).copied().collect();
        self.tree(folder, &skipped)
    }

    /// Adds a file, or all files of a folder with their names.
    pub(crate) fn tree(mut self, path: &Path, skip: &[&str]) -> Result<Fingerprint> {
        if !path.is_dir() {
            return Ok(self.file(path));
        }
        for entry in sorted_entries(path)? {
            let name = entry
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if skip.contains(&name.as_str()) {
                continue;
            }
            name.hash(&mut self.hasher);
            self = self.tree(&entry, skip)?;
        }
        Ok(self)
    }

    /// The hash as text.
    pub(crate) fn finish(self) -> String {
        format!("{:016x}", self.hasher.finish())
    }
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("reading the folder {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The memory of one thing that gets built.
pub(crate) struct Stamp {
    path: PathBuf,
    output: PathBuf,
    foreign: Option<&'static str>,
}

impl Stamp {
    /// The stamp of what is called `name`, whose result is `output` (a file or a folder).
    pub(crate) fn new(project: &Project, name: &str, output: PathBuf) -> Stamp {
        Stamp {
            path: project.scratch("stamps").join(name),
            output,
            foreign: None,
        }
    }

    /// Leaves out what lies among the results under this name: another part has built it.
    pub(crate) fn without(self, foreign: &'static str) -> Stamp {
        Stamp {
            foreign: Some(foreign),
            ..self
        }
    }

    /// What is stamped, as it is called.
    pub(crate) fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Whether the result is there, untouched, and were built from just these inputs.
    pub(crate) fn holds(&self, inputs: &str) -> Result<bool> {
        if !self.output.exists() {
            return Ok(false);
        }
        let remembered = std::fs::read_to_string(&self.path).unwrap_or_default();
        Ok(remembered == self.content(inputs)?)
    }

    /// Remembers that the result as it is now was built from these inputs.
    pub(crate) fn write(&self, inputs: &str) -> Result<()> {
        std::fs::create_dir_all(self.path.parent().expect("stamps have a folder"))?;
        let content = self.content(inputs)?;
        std::fs::write(&self.path, content)
            .with_context(|| format!("writing {}", self.path.display()))
    }

    fn content(&self, inputs: &str) -> Result<String> {
        let output = Fingerprint::new().tree(&self.output, self.foreign.as_slice())?;
        Ok(format!("{inputs} {}\n", output.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = Project::find().unwrap().scratch("unit").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("inner/dist")).unwrap();
        std::fs::write(folder.join("inner/a"), "1").unwrap();
        std::fs::write(folder.join("inner/dist/b"), "1").unwrap();
        folder
    }

    fn sources(folder: &Path) -> String {
        Fingerprint::new()
            .sources(folder, &["tests"])
            .unwrap()
            .finish()
    }

    #[test]
    fn sources_are_contents_and_names_without_results() {
        let folder = folder("sources");
        let before = sources(&folder);
        std::fs::write(folder.join("inner/dist/b"), "2").unwrap();
        assert_eq!(sources(&folder), before, "a result is no source");
        std::fs::write(folder.join("inner/a"), "2").unwrap();
        let changed = sources(&folder);
        assert_ne!(changed, before);
        std::fs::rename(folder.join("inner/a"), folder.join("inner/c")).unwrap();
        assert_ne!(sources(&folder), changed, "a new name is a change");
    }

    #[test]
    fn a_stamp_holds_until_inputs_or_outputs_change() {
        let folder = folder("stamp");
        let stamp = Stamp {
            path: folder.join("stamp"),
            output: folder.join("inner"),
            foreign: None,
        };
        assert!(!stamp.holds("x").unwrap());
        stamp.write("x").unwrap();
        assert!(stamp.holds("x").unwrap());
        assert!(!stamp.holds("y").unwrap());
        std::fs::write(folder.join("inner/dist/b"), "by hand").unwrap();
        assert!(!stamp.holds("x").unwrap());
        std::fs::remove_dir_all(folder.join("inner")).unwrap();
        assert!(!stamp.holds("x").unwrap());
    }

    #[test]
    fn what_another_part_put_there_does_not_count() {
        let folder = folder("foreign");
        let output = folder.join("inner");
        let stamp = Stamp {
            path: folder.join("stamp"),
            output,
            foreign: Some("dist"),
        };
        stamp.write("x").unwrap();
        std::fs::write(folder.join("inner/dist/b"), "2").unwrap();
        assert!(stamp.holds("x").unwrap());
    }
}
