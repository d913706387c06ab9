//! Commands of the user's own: a line for the shell, with what the cursor is on filled in.

use super::Key;
use super::opened::OpenedRef;
use crate::model::tree::NodeId;
use crate::text::quote;

/// A command of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCommand {
    /// What it is called in the palette and on the page of keys.
    pub name: String,
    /// Its key.
    pub key: Key,
    /// The line, with `{{…}}` where a value goes.
    pub line: String,
}

/// What can be filled in, by name.
pub const VALUES: [&str; 4] = ["reference", "digest", "platform", "repository"];

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

impl OwnCommand {
    /// A command, if everything that is to be filled in has a name that is known.
    ///
    /// # Errors
    /// Says which name is not known, or that one has no end.
    pub fn new(name: String, key: Key, line: String) -> Result<Self, String> {
        filled(&line, |value| match VALUES.contains(&value) {
            true => Ok(String::new()),
            false => Err(format!("{{{{{value}}}}} is none of {}", VALUES.join(", "))),
        })?;
        Ok(Self { name, key, line })
    }

    /// The line for what the cursor is on; `value` tells what a name stands for there.
    ///
    /// # Errors
    /// Says which value there is none of here.
    pub(super) fn filled(
        &self,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<ShellLine, String> {
        let mut values = Vec::new();
        let shown = filled(&self.line, |name| {
            let value = value(name).ok_or_else(|| format!("there is no {name} here"))?;
            let shown = quote(&value);
            values.push((variable(name), value));
            Ok(shown)
        })?;
        let text = filled(&self.line, |name| Ok(format!("\"${}\"", variable(name))))?;
        Ok(ShellLine { text, shown, values })
    }
}

/// A line for a shell. What comes from a registry is in variables of the shell's environment, so that it is
/// never read as a part of the line, wherever in it it stands: in quotes, in a comment, in a here-document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellLine {
    /// What the shell is given.
    pub text: String,
    /// What is shown of it: the values in their places, each quoted.
    pub shown: String,
    /// The variables, by name.
    pub values: Vec<(String, String)>,
}

impl ShellLine {
    /// A line in which no value is.
    pub(super) fn plain(text: String) -> Self {
        Self { shown: text.clone(), text, values: Vec::new() }
    }
}

/// The variable that holds a value: `PLATY_PLATFORM`.
fn variable(name: &str) -> String {
    format!("PLATY_{}", name.to_uppercase())
}

/// The line with each `{{name}}` replaced.
fn filled(
    line: &str,
    mut value: impl FnMut(&str) -> Result<String, String>,
) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), line);
    while let Some((before, tail)) = rest.split_once(OPEN) {
        let (name, after) = tail.split_once(CLOSE).ok_or("{{ without }}")?;
        out.push_str(before);
        out.push_str(&value(name.trim())?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What a name stands for at a node. The reference is what the tag names at the root, and
/// `repository@digest` below it.
pub(super) fn value(name: &str, open: &OpenedRef, id: NodeId) -> Option<String> {
    let tree = &open.tree;
    let digest = tree.node(id).and_then(|node| node.digest());
    let reference = open.location.reference();
    match name {
        "digest" => digest.map(ToString::to_string),
        "platform" => tree.platform_of(id).map(|platform| platform.to_string()),
        "repository" => reference.map(|it| it.repository.familiar()),
        "reference" if id == tree.root() => Some(open.location.familiar()),
        "reference" => {
            let (image, _) = tree.image_at(id)?;
            let digest = tree.node(image)?.digest()?.clone();
            Some(reference?.repository.at(digest).familiar())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Player, World};
    use crate::tui::app::{Effect, ToastKind};

    fn own(line: &str) -> Result<OwnCommand, String> {
        OwnCommand::new("scan".to_owned(), "ctrl-t".parse().unwrap(), line.to_owned())
    }

    #[test]
    fn names_that_are_not_known_are_refused() {
        assert!(own("a {{reference}} {{ digest }} {{platform}} {{repository}} b").is_ok());
        assert_eq!(
            own("a {{refrence}}").unwrap_err(),
            "{{refrence}} is none of reference, digest, platform, repository"
        );
        assert_eq!(own("a {{digest").unwrap_err(), "{{ without }}");
    }

    #[test]
    fn a_line_of_a_list_fills_it_in_too() {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.state.cx.own = vec![own("scan {{reference}} {{digest}} {{repository}}").unwrap()];
        player.pages = vec![vec!["1.0".to_owned(), "2.0".to_owned()]];
        let digest = crate::oci::Digest::sha256(b"one");
        player.heads.insert("1.0".to_owned(), digest.clone());
        player.keys("t");
        player.answer_all();
        // The newest is on top, and what it holds is not known.
        player.keys("ctrl-t");
        assert_eq!(player.toast(), "scan: there is no digest here");
        player.keys("j ctrl-t");
        let runs = |player: &Player, line: &str| {
            let is_it = |it: &Effect| matches!(it, Effect::Run(run) if run.shown == line);
            player.log.iter().any(is_it)
        };
        assert!(runs(&player, &format!("scan demo/app:1.0 {digest} demo/app")));
        // So does a line of repositories.
        let opened = crate::tui::app::Listed::Repositories {
            host: "localhost:5000/a".parse::<crate::oci::Reference>().unwrap().repository.host,
            prefix: String::new(),
        };
        player.state.cx.own = vec![own("scan {{repository}}").unwrap()];
        player.state.cx.open(crate::tui::app::going::Opening::Names(opened));
        player.pages = vec![vec!["team/app".to_owned()]];
        player.keys("g");
        player.answer_all();
        player.keys("ctrl-t");
        assert!(runs(&player, "scan localhost:5000/team/app"));
    }

    #[test]
    fn the_line_is_filled_in_with_what_the_cursor_is_on() {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 30);
        player.state.cx.own =
            vec![own("scan {{reference}} --platform {{platform}} # {{repository}}").unwrap()];
        player.keys("ctrl-t");
        // The list has no platform of its own.
        let toast = player.state.cx.toast.clone().unwrap();
        assert_eq!(
            (toast.kind, toast.text.as_str()),
            (ToastKind::Warning, "scan: there is no platform here")
        );
        player.keys("j ctrl-t");
        let run = player.log.iter().find_map(|effect| match effect {
            Effect::Run(line) => Some(line.clone()),
            _ => None,
        });
        let run = run.unwrap();
        assert!(run.shown.starts_with("scan demo/app@sha256:"), "{run:?}");
        assert!(run.shown.ends_with(" --platform linux/amd64 # demo/app"), "{run:?}");
        // It is found in the palette, and done from there.
        player.keys("g :");
        player.types("scan");
        assert!(player.menu().items[0].note.text().contains("– there is no platform here"));
        player.keys("esc esc j :");
        player.types("scan");
        let runs = player.log.len();
        player.keys("enter");
        assert!(matches!(player.log[runs..], [.., Effect::Run(_)]));
    }

    /// A list may name a platform that is a line of a shell: wherever the user's line has it, it is text.
    #[cfg(unix)]
    #[test]
    fn what_a_registry_says_is_never_run() {
        let line = "echo {{platform}}; echo '{{platform}}'; echo \"{{platform}}\" # {{platform}}\n\
                    cat <<X\n{{platform}}\nX\necho \\{{platform}}x\"";
        for text in ["a; echo run #", "$(echo run)", "`echo run`", "a\necho run", "'; echo run; '"]
        {
            let name = variable("platform");
            let line = filled(line, |_| Ok(format!("\"${name}\""))).unwrap();
            let mut shell = std::process::Command::new("sh");
            let ran = shell.arg("-c").arg(&line).env(name, text).output().unwrap();
            let said = String::from_utf8(ran.stdout).unwrap();
            let alone = said.lines().filter(|it| *it == "run").count();
            assert_eq!(alone, 0, "{line}: {said}");
            assert!(said.starts_with(text), "the first is one word as it is: {said}");
        }
    }
}
