//! Programs that start another one: what they start.

use super::path;

/// A program that starts the rest of its arguments.
struct Wrapper {
    names: &'static [&'static str],
    /// Options that take the next argument.
    valued: &'static [&'static str],
    /// Arguments before the command, such as the user.
    operands: usize,
}

const fn plain(names: &'static [&'static str]) -> Wrapper {
    Wrapper { names, valued: &[], operands: 0 }
}

const WRAPPERS: [Wrapper; 13] = [
    Wrapper {
        names: &["tini", "tini-static", "tini-amd64", "tini-arm64", "docker-init"],
        valued: &["-p", "-e"],
        operands: 0,
    },
    Wrapper {
        names: &["dumb-init", "dumb-init-static"],
        valued: &["-r", "--rewrite"],
        operands: 0,
    },
    plain(&["catatonit", "nohup", "setsid", "exec", "pid1", "my_init", "s6-init"]),
    Wrapper {
        names: &["gosu", "su-exec", "s6-setuidgid", "setuidgid", "gosu-amd64", "gosu-arm64"],
        valued: &[],
        operands: 1,
    },
    Wrapper { names: &["nice"], valued: &["-n", "--adjustment"], operands: 0 },
    Wrapper { names: &["ionice"], valued: &["-c", "-n", "--class", "--classdata"], operands: 0 },
    Wrapper {
        names: &["stdbuf"],
        valued: &["-i", "-o", "-e", "--input", "--output", "--error"],
        operands: 0,
    },
    Wrapper { names: &["timeout"], valued: &["-k", "-s", "--kill-after", "--signal"], operands: 1 },
    Wrapper {
        names: &["setpriv"],
        valued: &[
            "--reuid",
            "--regid",
            "--ruid",
            "--euid",
            "--rgid",
            "--egid",
            "--groups",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--pdeathsig",
        ],
        operands: 0,
    },
    Wrapper {
        names: &["chpst"],
        valued: &["-u", "-U", "-b", "-e", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c"],
        operands: 0,
    },
    Wrapper { names: &["taskset"], valued: &[], operands: 1 },
    Wrapper {
        names: &["numactl"],
        valued: &["-i", "-N", "-m", "-C", "-p", "--interleave", "--cpunodebind", "--membind"],
        operands: 0,
    },
    plain(&["chronic", "unbuffer"]),
];

/// What `env` is given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Env {
    pub(super) assignments: Vec<String>,
    pub(super) folder: Option<String>,
    pub(super) command: Vec<String>,
}

/// The command that a wrapper starts; `None` if the program is none that platy knows.
pub(super) fn unwrapped(argv: &[String]) -> Option<Vec<String>> {
    let (program, arguments) = argv.split_first()?;
    let name = path::base(program);
    let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name))?;
    let mut left = arguments.iter();
    let mut operands = wrapper.operands;
    while let Some(argument) = left.next() {
        if argument == "--" {
            return Some(left.skip(operands).cloned().collect());
        }
        if argument.starts_with('-') && argument.len() > 1 {
            if wrapper.valued.contains(&argument.as_str()) {
                left.next();
            }
        } else if operands > 0 {
            operands -= 1;
        } else {
            return Some(std::iter::once(argument).chain(left).cloned().collect());
        }
    }
    Some(Vec::new())
}

/// What `env` starts (GNU coreutils, with `-S` as in `#!` lines).
pub(super) fn env(argv: &[String]) -> Option<Env> {
    let (program, arguments) = argv.split_first()?;
    if path::base(program) != "env" {
        return None;
    }
    let mut found = Env::default();
    let mut left: Vec<String> = arguments.iter().rev().cloned().collect();
    while let Some(argument) = left.pop() {
        let split = argument
            .strip_prefix("-S")
            .or_else(|| argument.strip_prefix("--split-string="))
            .map(str::to_owned)
            .or_else(|| (argument == "--split-string").then(String::new));
        if let Some(split) = split {
            let text = if split.is_empty() { left.pop().unwrap_or_default() } else { split };
            left.extend(text.split_whitespace().rev().map(str::to_owned));
        } else if ["-u", "--unset"].contains(&argument.as_str()) {
            left.pop();
        } else if ["-C", "--chdir"].contains(&argument.as_str()) {
            found.folder = left.pop();
        } else if argument.starts_with('-') {
        } else if argument.contains('=') {
            found.assignments.push(argument);
        } else {
            found.command.push(argument);
            found.command.extend(left.into_iter().rev());
            break;
        }
    }
    Some(found)
}

const SHELLS: [&str; 7] = ["sh", "bash", "ash", "dash", "ksh", "zsh", "mksh"];

/// The text that a shell is given with `-c`, also as `busybox sh -c`.
pub(super) fn shell_text(argv: &[String]) -> Option<&str> {
    let (program, mut arguments) = argv.split_first()?;
    let mut name = path::base(program);
    if name == "busybox" {
        let (applet, rest) = arguments.split_first()?;
        (name, arguments) = (applet.as_str(), rest);
    }
    if !SHELLS.contains(&name) {
        return None;
    }
    let mut arguments = arguments.iter();
    loop {
        let argument = arguments.next()?;
        if argument == "-o" || argument == "+o" || argument == "-O" {
            arguments.next();
        } else if argument.starts_with('-') && !argument.starts_with("--") {
            if argument.contains('c') {
                break;
            }
        } else if !argument.starts_with("--") && !argument.starts_with('+') {
            return None;
        }
    }
    // Options may be between `-c` and the text.
    arguments.find(|argument| !argument.starts_with('-')).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn wrappers_start_what_follows_their_options() {
        for (argv, command) in [
            ("/sbin/tini -- /app -x", "/app -x"),
            ("tini -g -p SIGTERM /app", "/app"),
            ("/usr/bin/dumb-init --rewrite 15:3 -- app", "app"),
            ("gosu nobody:nogroup app --y", "app --y"),
            ("su-exec 1000 app", "app"),
            ("/usr/bin/catatonit -- /app", "/app"),
            ("nice -n 5 app", "app"),
            ("timeout -k 5 30 app", "app"),
            ("setpriv --reuid=1 --regid 2 --clear-groups app", "app"),
        ] {
            assert_eq!(unwrapped(&words(argv)), Some(words(command)), "{argv}");
        }
        assert_eq!(unwrapped(&words("tini --")), Some(Vec::new()));
        assert_eq!(unwrapped(&words("nginx -g x")), None);
    }

    #[test]
    fn env_is_read_with_its_options() {
        let found = env(&words("/usr/bin/env -i -u X A=b C=d python3 -u app.py")).unwrap();
        assert_eq!(found.assignments, ["A=b", "C=d"]);
        assert_eq!(found.command, ["python3", "-u", "app.py"]);
        let split = env(&["env".to_owned(), "-S".to_owned(), "node --x y".to_owned()]).unwrap();
        assert_eq!(split.command, ["node", "--x", "y"]);
        let joined = env(&["env".to_owned(), "-Snode --x".to_owned()]).unwrap();
        assert_eq!(joined.command, ["node", "--x"]);
    }

    #[test]
    fn shells_are_given_a_text() {
        for (argv, text) in [
            (&["/bin/sh", "-c", "exec app"][..], Some("exec app")),
            (&["bash", "-lc", "app"], Some("app")),
            (&["bash", "-o", "pipefail", "-ec", "app"], Some("app")),
            (&["/bin/busybox", "sh", "-c", "app"], Some("app")),
            (&["sh", "/run.sh", "-c"], None),
            (&["sh"], None),
            (&["nginx", "-c", "conf"], None),
        ] {
            let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(shell_text(&argv), text, "{argv:?}");
        }
    }
}
