//! Names and passwords, from a terminal or from standard input.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::cli::complain;
use crate::source::auth::Secret;

/// The longest password, in bytes (64 KiB).
const MOST: u64 = 64 << 10;

/// Asks for a line on the terminal.
///
/// # Errors
/// A sentence if there is no terminal.
pub(super) fn line(question: &str) -> Result<String, String> {
    let mut answer = String::new();
    say(question)?;
    io::stdin().lock().read_line(&mut answer).map_err(|error| error.to_string())?;
    Ok(answer.trim().to_owned())
}

/// Asks for a password on the terminal, which does not show it.
///
/// # Errors
/// A sentence if there is no terminal, or the user thought better of it.
pub(super) fn password(question: &str) -> Result<Secret, String> {
    say(question)?;
    let read = hidden();
    complain::say("\n");
    read.map(Secret::new).map_err(|error| error.to_string())
}

/// The password on standard input, without the end of its line.
///
/// # Errors
/// A sentence if it cannot be read.
pub(super) fn piped() -> Result<Secret, String> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(|error| format!("standard input: {error}"))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

fn say(question: &str) -> Result<(), String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(
            "there is no terminal to ask on; --username and --password-stdin give both".to_owned()
        );
    }
    complain::say(question);
    Ok(())
}

/// Reads keys until enter. What was done to the terminal is undone however it ends.
fn hidden() -> io::Result<String> {
    enable_raw_mode()?;
    let read = keys();
    disable_raw_mode()?;
    read
}

fn keys() -> io::Result<String> {
    let mut typed = String::new();
    loop {
        let Event::Key(key) = event::read()? else { continue };
        match key.code {
            _ if key.kind == KeyEventKind::Release => {}
            KeyCode::Enter => return Ok(typed),
            KeyCode::Esc => return Err(io::Error::other("nothing was kept")),
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Err(io::Error::other("nothing was kept"));
            }
            KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => typed.clear(),
            KeyCode::Char(c) => typed.push(c),
            KeyCode::Backspace => drop(typed.pop()),
            _ => {}
        }
    }
}
