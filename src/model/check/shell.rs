//! The command that a shell's text ends in: enough of the shell's grammar for the lines that
//! images carry (POSIX `sh`, "Shell Command Language").

use std::collections::HashMap;

/// What a text starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shell {
    /// It ends in this command, run in this folder if the text changes to one.
    Command {
        /// The words.
        words: Vec<String>,
        /// Where `cd` leads before.
        folder: Option<String>,
        /// Variables that the text sets.
        assigned: Vec<(String, String)>,
    },
    /// It does nothing that is a program of its own.
    Nothing,
    /// It is not known without running it; why.
    Unclear(&'static str),
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(Word),
    /// `;`, `&&`, `||`, `|`, `&`, a line's end.
    End,
    /// Something that only a shell understands.
    Grammar,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Word {
    text: String,
    /// It depends on what another command prints, or on arguments.
    dynamic: bool,
    /// Part of it was in quotes, so it is not a keyword and no assignment.
    quoted: bool,
}

const KEYWORDS: [&str; 12] =
    ["if", "for", "while", "until", "case", "function", "{", "}", "(", "select", "!", "[["];
/// What a shell does itself; of no interest here.
const BUILTINS: [&str; 22] = [
    ":", "true", "false", "set", "shopt", "umask", "ulimit", "trap", "echo", "printf", "test", "[",
    "wait", "unset", "readonly", "shift", "alias", "hash", "type", "read", "return", "export",
];
/// Texts longer than this are programs of their own.
const MOST: usize = 64 << 10;
/// So many variables are followed.
const ASSIGNED: usize = 64;

/// Reads a text without variables; for the fuzz targets.
pub(crate) fn read(text: &str) {
    drop(command(text, &HashMap::new()));
}

/// Reads a text; variables are taken from the environment of the image.
pub(super) fn command(text: &str, env: &HashMap<String, String>) -> Shell {
    if text.len() > MOST {
        return Shell::Unclear("the text for the shell is too long to be followed");
    }
    let mut env = env.clone();
    let mut assigned: Vec<(String, String)> = Vec::new();
    let mut folder = None;
    let mut last: Option<(Vec<Word>, Option<String>)> = None;
    let mut all = commands(text, &env);
    for at in 0.. {
        let Some(words) = all.get_mut(at) else { break };
        let Some(mut words) = words.take() else {
            return Shell::Unclear("the text for the shell has more than commands in it");
        };
        let set = words.iter().take_while(|word| is_assignment(word)).count();
        for word in words.drain(..set) {
            if let Some((name, value)) = word.text.split_once('=') {
                env.insert(name.to_owned(), value.to_owned());
                assigned.push((name.to_owned(), value.to_owned()));
            }
        }
        if set > 0 && assigned.len() <= ASSIGNED {
            // What comes behind is read with what was set; that moves no command.
            all = commands(text, &env);
        }
        let Some(first) = words.first() else { continue };
        let name = first.text.as_str();
        if !first.quoted && KEYWORDS.contains(&name) {
            return Shell::Unclear("the text for the shell decides what it starts as it runs");
        }
        match name {
            "cd" => folder = words.get(1).map(|word| word.text.clone()),
            "exec" | "command" | "builtin" => {
                let is_exec = name == "exec";
                let rest = without_options(words);
                if !rest.is_empty() {
                    last = Some((rest, folder.clone()));
                    if is_exec {
                        break;
                    }
                }
            }
            "eval" | "." | "source" => {
                return Shell::Unclear("the text for the shell runs another text");
            }
            _ if BUILTINS.contains(&name) => {}
            _ => last = Some((words, folder.clone())),
        }
    }
    match last {
        None => Shell::Nothing,
        Some((words, _)) if words.first().is_some_and(|word| word.dynamic) => {
            Shell::Unclear("which program the shell starts depends on what it finds as it runs")
        }
        Some((words, folder)) => Shell::Command {
            words: words.into_iter().map(|word| word.text).collect(),
            folder,
            assigned,
        },
    }
}

/// `exec -a name app`: what comes behind the options.
fn without_options(words: Vec<Word>) -> Vec<Word> {
    let mut words = words.into_iter().skip(1).peekable();
    while let Some(option) = words.next_if(|word| word.text.starts_with('-')) {
        if option.text == "-a" {
            words.next();
        }
    }
    words.collect()
}

fn is_assignment(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The simple commands of a text; `None` for what is none.
fn commands(text: &str, env: &HashMap<String, String>) -> Vec<Option<Vec<Word>>> {
    let mut commands = Vec::new();
    let mut words = Vec::new();
    for token in tokens(text, env) {
        match token {
            Token::Word(word) => words.push(word),
            Token::End => {
                if !words.is_empty() {
                    commands.push(Some(std::mem::take(&mut words)));
                }
            }
            Token::Grammar => {
                commands.push(None);
                return commands;
            }
        }
    }
    if !words.is_empty() {
        commands.push(Some(words));
    }
    commands
}

/// Words under construction.
#[derive(Default)]
struct Lexer {
    tokens: Vec<Token>,
    word: Option<Word>,
    /// Whether the next word only says where input and output go.
    redirected: bool,
}

impl Lexer {
    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn finish(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.redirected)
        {
            self.tokens.push(Token::Word(word));
        }
    }

    fn end(&mut self) {
        self.finish();
        self.tokens.push(Token::End);
    }
}

fn tokens(text: &str, env: &HashMap<String, String>) -> Vec<Token> {
    let mut lexer = Lexer::default();
    let mut left = text.chars().peekable();
    while let Some(c) = left.next() {
        match c {
            ' ' | '\t' | '\r' => lexer.finish(),
            '\n' | ';' | '|' => lexer.end(),
            // `&>file` redirects.
            '&' if left.peek() == Some(&'>') => lexer.finish(),
            '&' => lexer.end(),
            '#' if lexer.word.is_none() => while left.next_if(|c| *c != '\n').is_some() {},
            '<' | '>' => {
                // A number before it is a descriptor, no word.
                let digits = |word: &mut Word| word.text.chars().all(|c| c.is_ascii_digit());
                if lexer.word.take_if(digits).is_none() {
                    lexer.finish();
                }
                while left.next_if(|c| ['<', '>', '&', '|', '-'].contains(c)).is_some() {}
                lexer.redirected = true;
            }
            '`' => {
                lexer.word().dynamic = true;
                skip_to(&mut left, '`');
            }
            '(' | ')' => {
                lexer.tokens.push(Token::Grammar);
                return lexer.tokens;
            }
            '\'' => {
                let word = lexer.word();
                word.quoted = true;
                word.text.extend(left.by_ref().take_while(|c| *c != '\''));
            }
            '"' => {
                let word = lexer.word();
                word.quoted = true;
                double(&mut left, word, env);
            }
            '\\' => {
                if let Some(c) = left.next().filter(|c| *c != '\n') {
                    lexer.word().text.push(c);
                }
            }
            '$' => variable(&mut left, lexer.word(), env),
            c => lexer.word().text.push(c),
        }
    }
    lexer.finish();
    lexer.tokens
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn double(left: &mut Chars<'_>, word: &mut Word, env: &HashMap<String, String>) {
    while let Some(c) = left.next() {
        match c {
            '"' => return,
            '\\' => match left.next() {
                Some(c @ ('$' | '`' | '"' | '\\')) => word.text.push(c),
                Some('\n') | None => {}
                Some(c) => word.text.extend(['\\', c]),
            },
            '`' => {
                word.dynamic = true;
                skip_to(left, '`');
            }
            '$' => variable(left, word, env),
            c => word.text.push(c),
        }
    }
}

/// `$NAME`, `${NAME}`, `${NAME:-default}`; everything else depends on the moment.
fn variable(left: &mut Chars<'_>, word: &mut Word, env: &HashMap<String, String>) {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    match left.peek() {
        Some('{') => {
            left.next();
            let mut inside = String::new();
            let mut depth = 1;
            for c in left.by_ref() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                inside.push(c);
            }
            let (name, default) = match inside.split_once(":-").or_else(|| inside.split_once('-')) {
                Some((name, default)) => (name, Some(default)),
                None => (inside.as_str(), None),
            };
            match (env.get(name).filter(|value| !value.is_empty()), default) {
                (Some(value), _) => word.text.push_str(value),
                (None, Some(default)) if !default.contains(['$', '`']) => {
                    word.text.push_str(default);
                }
                _ => word.dynamic = true,
            }
        }
        Some('(') => {
            left.next();
            word.dynamic = true;
            let mut depth = 1;
            for c in left.by_ref() {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        Some(c) if is_name(c) => {
            let mut name = String::new();
            while let Some(c) = left.next_if(|c| is_name(c)) {
                name.push(c);
            }
            match env.get(&name) {
                Some(value) => word.text.push_str(value),
                None => word.dynamic = true,
            }
        }
        Some('@' | '*' | '#' | '?' | '$' | '!' | '-') => {
            left.next();
            word.dynamic = true;
        }
        _ => word.text.push('$'),
    }
}

fn skip_to(left: &mut Chars<'_>, end: char) {
    for c in left.by_ref() {
        if c == end {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn env() -> HashMap<String, String> {
        HashMap::from([("APP".to_owned(), "/opt/app".to_owned())])
    }

    #[track_caller]
    fn runs(text: &str, words: &[&str]) {
        match command(text, &env()) {
            Shell::Command { words: found, .. } => assert_eq!(found, words, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_command_that_is_left_is_found() {
        runs("exec /app --x", &["/app", "--x"]);
        runs("/app", &["/app"]);
        runs("set -e; mkdir -p /run/x && exec /app 'a b' \"c d\"", &["/app", "a b", "c d"]);
        runs("LOG=1 exec -a name $APP/bin/run", &["/opt/app/bin/run"]);
        runs("\"${APP}\"/run ${PORT:-80}", &["/opt/app/run", "80"]);
        runs("a && b; c # exec d", &["c"]);
        runs("server 2>&1 >/dev/null", &["server"]);
        runs("server >>/log 2>/err --flag", &["server", "--flag"]);
        runs("cd /srv && ./run", &["./run"]);
        runs("command -p server", &["server"]);
        runs("X=/y; $X/z", &["/y/z"]);
        assert_eq!(command("echo hi; true", &env()), Shell::Nothing);
        assert_eq!(command("", &env()), Shell::Nothing);
    }

    #[test]
    fn what_only_running_it_would_tell_is_unclear() {
        for text in [
            "if true; then a; fi",
            "(a; b)",
            "exec $(which app)",
            "exec `which app`",
            "exec \"$@\"",
            "$UNKNOWN --x",
            "for x in a b; do $x; done",
            "eval $APP",
        ] {
            assert!(matches!(command(text, &env()), Shell::Unclear(_)), "{text}");
        }
    }

    #[test]
    fn folders_and_variables_are_kept() {
        assert_eq!(
            command("cd /srv && A=b exec ./run", &env()),
            Shell::Command {
                words: vec!["./run".to_owned()],
                folder: Some("/srv".to_owned()),
                assigned: vec![("A".to_owned(), "b".to_owned())],
            }
        );
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "[ -~\n]{0,80}", other in any::<String>()) {
            let _ = command(&text, &env());
            let _ = command(&other, &env());
        }
    }
}
