//! The programs: those that `.ci/tools` built, else those of the system.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Where `.ci/tools` puts what it builds.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::var_os("PLATY_TOOLS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools"));
    folder.join("bin")
});

/// A program by its name; `None` if it is not here.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(BUILT.clone()).chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Debian's program, beside which there may be a newer one.
pub fn of_the_system(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.find(|file| file.is_file() && !file.starts_with(&*BUILT))
}

/// `PATH` with what was built before everything else.
pub fn path() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", BUILT.display())
}

/// The first word with a digit and a dot in what a program prints of its version.
pub fn version(program: &Path, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = format!(
        "{}\n{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
    let number = |word: &&str| {
        let word = word.trim_start_matches('v');
        word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.')
    };
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',' || c == '"');
    words.find(number).unwrap_or("?").trim_start_matches('v').to_owned()
}
