//! Command lines of Windows: how a process splits its own, and what `cmd` and PowerShell make of
//! the text that they are given.

use std::collections::HashMap;

use super::path;
use super::shell::Shell;

/// What `cmd` does itself; of no interest here.
const BUILTINS: [&str; 22] = [
    "assoc", "break", "cls", "color", "copy", "date", "del", "dir", "echo", "erase", "exit", "md",
    "mkdir", "move", "path", "prompt", "rd", "rem", "ren", "rmdir", "title", "type",
];
/// What decides as it runs.
const DECIDES: [&str; 3] = ["if", "for", "goto"];
/// Programs, so that a quoted text that ends with one is a path and not a whole command line.
const PROGRAMS: [&str; 4] = [".exe", ".cmd", ".bat", ".com"];

/// The arguments of a command line, as `CommandLineToArgvW` splits it ("Parsing C++ command-line
/// arguments" of Microsoft's documentation). Of `cmd`, what follows `/C` is one argument: `cmd`
/// reads it by itself.
pub(super) fn command_line(line: &str) -> Vec<String> {
    let line = line.trim_start();
    if line.is_empty() {
        return Vec::new();
    }
    let (first, rest) = program(line);
    arguments(first, rest)
}

/// The most readings of one line: paths have fewer blanks.
const READINGS: usize = 32;

/// What a command line may mean, in the order in which Windows tries it: a program's path without
/// quotes may go on behind each blank (`CreateProcess`, `lpCommandLine`, of Microsoft's
/// documentation: `c:\program files\sub dir\program name`).
pub(super) fn readings(line: &str) -> Vec<Vec<String>> {
    let line = line.trim_start();
    let first = command_line(line);
    if line.starts_with('"') {
        return vec![first];
    }
    let blanks = line.match_indices([' ', '\t']).map(|(at, _)| at).skip(1);
    let further = blanks.chain([line.len()]).filter_map(|at| line.split_at_checked(at));
    let further = further.map(|(program, rest)| arguments(program.to_owned(), rest));
    std::iter::once(first).chain(further).take(READINGS).collect()
}

/// A program and what follows it.
fn arguments(program: String, rest: &str) -> Vec<String> {
    let mut words = vec![program];
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        let (word, left) = argument(rest);
        rest = left.trim_start();
        let first: &str = words.first().map_or("", String::as_str);
        let runs = ["/c", "/k"].iter().any(|it| word.eq_ignore_ascii_case(it));
        if is_cmd(first) && runs {
            let strips = words.iter().any(|it: &String| it.eq_ignore_ascii_case("/s"));
            words.push(word);
            words.push(unquoted(rest.trim_end(), strips).to_owned());
            break;
        }
        words.push(word);
    }
    words
}

/// The first word: to the next quote if it begins with one, else to the first blank.
fn program(text: &str) -> (String, &str) {
    let (word, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_once([' ', '\t']).unwrap_or((text, "")),
    };
    (word.to_owned(), rest)
}

/// The next argument: backslashes are themselves unless a quote follows them, two quotes within
/// quotes are one.
fn argument(text: &str) -> (String, &str) {
    let (mut word, mut quoted, mut slashes) = (String::new(), false, 0);
    let mut left = text.char_indices().peekable();
    while let Some((at, c)) = left.next() {
        match c {
            '\\' => slashes += 1,
            '"' => {
                word.extend(std::iter::repeat_n('\\', slashes / 2));
                let escaped = std::mem::take(&mut slashes) % 2 == 1;
                if escaped || quoted && left.next_if(|(_, next)| *next == '"').is_some() {
                    word.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            c => {
                word.extend(std::iter::repeat_n('\\', std::mem::take(&mut slashes)));
                if [' ', '\t'].contains(&c) && !quoted {
                    return (word, text.get(at..).unwrap_or_default());
                }
                word.push(c);
            }
        }
    }
    word.extend(std::iter::repeat_n('\\', slashes));
    (word, "")
}

/// What `cmd /C` runs of its text (`cmd /?`): the outer quotes go, unless without `/S` there are
/// two of them around the path of a program.
fn unquoted(text: &str, strips: bool) -> &str {
    let Some(rest) = text.strip_prefix('"') else { return text };
    let is_path = text.matches('"').count() == 2
        && rest.split_once('"').is_some_and(|(path, _)| {
            let path = path.to_lowercase();
            PROGRAMS.iter().any(|ending| path.ends_with(ending))
        });
    if is_path && !strips {
        return text;
    }
    // The last quote goes too, wherever it is; what follows it stays, which no image writes.
    rest.strip_suffix('"').unwrap_or(rest)
}

fn is_cmd(program: &str) -> bool {
    ["cmd", "cmd.exe"].iter().any(|name| path::base(program).eq_ignore_ascii_case(name))
}

/// The text that `cmd` is given with `/C`.
pub(super) fn text(argv: &[String]) -> Option<String> {
    let (program, arguments) = argv.split_first()?;
    if !is_cmd(program) {
        return None;
    }
    let is = |option: &str| arguments.iter().position(|it| it.eq_ignore_ascii_case(option));
    let rest = arguments.get(is("/c").or_else(|| is("/k"))? + 1..)?;
    Some(match rest {
        [one] => one.clone(),
        all => all.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
    })
}

/// An argument as it is written into a command line.
fn quoted(word: &str) -> String {
    if word.contains([' ', '\t']) { format!("\"{word}\"") } else { word.to_owned() }
}

/// The command that a text for `cmd` ends in.
pub(super) fn command(text: &str, env: &HashMap<String, String>) -> Shell {
    let (mut folder, mut assigned, mut last) = (None, Vec::new(), None);
    let Some(commands) = commands(text, env) else {
        return Shell::Unclear("the text for cmd has more than commands in it");
    };
    for mut words in commands {
        if words.first().is_some_and(|word| word.eq_ignore_ascii_case("call")) {
            words.remove(0);
        }
        if words.first().is_some_and(|word| word.eq_ignore_ascii_case("start")) {
            words = started(words);
        }
        let Some(first) = words.first() else { continue };
        let name = first.to_lowercase();
        if DECIDES.contains(&name.as_str()) || name.starts_with('(') {
            return Shell::Unclear("the text for cmd decides what it starts as it runs");
        }
        match name.as_str() {
            "cd" | "chdir" | "pushd" => {
                folder = words.iter().skip(1).find(|it| !it.starts_with('/')).cloned();
            }
            "set" => assigned.extend(words.get(1).and_then(|it| {
                let (name, value) = it.split_once('=')?;
                Some((name.to_uppercase(), value.to_owned()))
            })),
            name if BUILTINS.contains(&name) => {}
            _ => last = Some((words, folder.clone())),
        }
    }
    match last {
        None => Shell::Nothing,
        Some((words, _)) if words.first().is_some_and(|word| word.contains('%')) => {
            Shell::Unclear("which program cmd starts depends on what it finds as it runs")
        }
        Some((words, folder)) => Shell::Command { words, folder, assigned },
    }
}

/// What `start ["title"] [/option…] program` starts.
fn started(words: Vec<String>) -> Vec<String> {
    let program = |word: &String| {
        let word = word.to_lowercase();
        !word.starts_with('/') && !word.is_empty() && !word.contains(' ')
            || PROGRAMS.iter().any(|ending| word.ends_with(ending))
    };
    let rest: Vec<String> = words.into_iter().skip(1).collect();
    let at = rest.iter().position(program).unwrap_or(rest.len());
    rest.into_iter().skip(at).collect()
}

/// The simple commands of a text; `None` if it has parentheses, which group them.
fn commands(text: &str, env: &HashMap<String, String>) -> Option<Vec<Vec<String>>> {
    let text = expanded(text, env);
    let mut commands = vec![Vec::new()];
    let (mut word, mut quoted, mut redirects) = (None::<String>, false, false);
    let mut left = text.trim_start().trim_start_matches('@').chars().chain([' ']).peekable();
    while let Some(c) = left.next() {
        if c == '"' {
            quoted = !quoted;
            word.get_or_insert_default();
            continue;
        }
        if !quoted && matches!(c, ' ' | '\t' | ',' | ';' | '&' | '|' | '<' | '>' | '\n' | '\r') {
            let finished = word.take().filter(|_| !std::mem::take(&mut redirects));
            if let (Some(word), Some(words)) = (finished, commands.last_mut()) {
                words.push(word);
            }
            match c {
                '&' | '|' | '\n' => commands.push(Vec::new()),
                '<' | '>' => {
                    // `2>&1`: a descriptor before and behind.
                    if let Some(words) = commands.last_mut() {
                        words.pop_if(|it| it.chars().all(|c| c.is_ascii_digit()));
                    }
                    while left.next_if(|c| ['>', '&'].contains(c)).is_some() {}
                    redirects = true;
                }
                _ => {}
            }
            continue;
        }
        match c {
            '^' if !quoted => word.get_or_insert_default().extend(left.next()),
            '(' if !quoted && word.is_none() => return None,
            c => word.get_or_insert_default().push(c),
        }
    }
    Some(commands)
}

/// The text with the variables that are known; others stay as they are.
fn expanded(text: &str, env: &HashMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let known = after.split_once('%').and_then(|(name, behind)| {
            let found = env.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
            Some((found.1, behind))
        });
        match known {
            Some((value, behind)) => {
                out.push_str(value);
                rest = behind;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out + rest
}

/// What the text ends in that PowerShell is given: a program, if its name has a program's ending.
pub(super) fn powershell(argv: &[String]) -> Option<Vec<String>> {
    const VALUED: [&str; 5] =
        ["-executionpolicy", "-version", "-windowstyle", "-inputformat", "-outputformat"];
    let (program, arguments) = argv.split_first()?;
    let name = path::base(program).to_lowercase();
    if !["powershell", "pwsh"].contains(&name.trim_end_matches(".exe")) {
        return None;
    }
    let mut left = arguments.iter();
    let text = loop {
        let word = left.next()?;
        let option = word.to_lowercase();
        if ["-command", "-c"].contains(&option.as_str()) {
            break left.map(String::as_str).collect::<Vec<_>>().join(" ");
        } else if VALUED.contains(&option.as_str()) {
            left.next();
        } else if option.starts_with("-file") || option.starts_with("-enc") {
            return None;
        } else if !option.starts_with('-') {
            break std::iter::once(word)
                .chain(left)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ");
        }
    };
    let last = text.rsplit([';', '\n']).map(str::trim).find(|it| !it.is_empty())?;
    let last = last.trim_start_matches(['&', ' ']).trim_end_matches('}');
    let quote = last.chars().next().filter(|c| ['"', '\''].contains(c));
    let (word, _) = match quote {
        Some(quote) => last.get(1..)?.split_once(quote)?,
        None => last.split_once([' ', '\t']).unwrap_or((last, "")),
    };
    let is_program = PROGRAMS.iter().any(|ending| word.to_lowercase().ends_with(ending));
    (is_program && !word.contains(['$', '(', '='])).then(|| vec![word.to_owned()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_command_line_is_split_as_windows_splits_it() {
        for (line, words) in [
            (r"app.exe -x", &["app.exe", "-x"][..]),
            (r#""C:\Program Files\a.exe" --flag"#, &[r"C:\Program Files\a.exe", "--flag"]),
            (r#"a.exe "b c" d\e"#, &["a.exe", "b c", r"d\e"]),
            // The rows of Microsoft's table.
            (r#"p "a b c" d e"#, &["p", "a b c", "d", "e"]),
            (r#"p "ab\"c" "\\" d"#, &["p", r#"ab"c"#, r"\", "d"]),
            (r#"p a\\\b d"e f"g h"#, &["p", r"a\\\b", "de fg", "h"]),
            (r#"p a\\\"b c d"#, &["p", r#"a\"b"#, "c", "d"]),
            (r#"p a\\\\"b c" d e"#, &["p", r"a\\b c", "d", "e"]),
            (r#"p a"b"" c d"#, &["p", r#"ab" c d"#]),
            // moby/moby: the shell form of a Dockerfile is one command line.
            (r"cmd /S /C app.exe -x", &["cmd", "/S", "/C", "app.exe -x"]),
            (r#"cmd /S /C "app.exe "a b"""#, &["cmd", "/S", "/C", r#"app.exe "a b""#]),
            (r#"cmd /C "C:\a b\c.exe" -x"#, &["cmd", "/C", r#""C:\a b\c.exe" -x"#]),
            (r#"C:\Windows\cmd.exe /c "dir a""#, &[r"C:\Windows\cmd.exe", "/c", "dir a"]),
            ("", &[]),
        ] {
            assert_eq!(command_line(line), words, "{line}");
        }
    }

    #[test]
    fn cmd_ends_in_its_last_command() {
        let env = HashMap::from([("APP".to_owned(), r"C:\app".to_owned())]);
        for (text, words) in [
            ("app.exe -x", &["app.exe", "-x"][..]),
            (r#""C:\Program Files\a.exe" -x"#, &[r"C:\Program Files\a.exe", "-x"]),
            (r"echo hi && %app%\run.exe", &[r"C:\app\run.exe"]),
            ("@call run.bat", &["run.bat"]),
            (r#"start "" /wait app.exe a"#, &["app.exe", "a"]),
            ("app.exe > log.txt 2>&1", &["app.exe"]),
            ("app^.exe a^&b", &["app.exe", "a&b"]),
        ] {
            match command(text, &env) {
                Shell::Command { words: found, .. } => assert_eq!(found, words, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(command("echo hi", &env), Shell::Nothing);
        for text in ["if exist a b", "(a & b)", "%unknown%\\a.exe", "for %i in (1) do a"] {
            assert!(matches!(command(text, &env), Shell::Unclear(_)), "{text}");
        }
    }

    #[test]
    fn powershell_ends_in_a_program() {
        for (line, program) in [
            (
                r"powershell -Command $ErrorActionPreference = 'Stop'; C:\app.exe",
                Some(r"C:\app.exe"),
            ),
            (r#"pwsh -NoProfile -c "& 'C:\a b\c.exe' -x""#, Some(r"C:\a b\c.exe")),
            (r"powershell.exe -ExecutionPolicy Bypass C:\app.exe", Some(r"C:\app.exe")),
            ("powershell -Command Get-Date", None),
            (r"powershell -File C:\a.ps1", None),
            ("powershell", None),
            ("cmd", None),
        ] {
            let found = powershell(&command_line(line));
            assert_eq!(found, program.map(|it| vec![it.to_owned()]), "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "[ -~\n]{0,80}", other in any::<String>()) {
            let env = HashMap::from([("A".to_owned(), "%A%".to_owned())]);
            for text in [&text, &other] {
                let words = command_line(text);
                let _ = (powershell(&words), command(text, &env));
            }
        }
    }
}
