//! From a key of the editor to its finished frame, with a draft of 500 entries.

use platy::model::tree::Need;

use crate::fetched::five_hundred;
use crate::keys::Measured;
use crate::screen::Player;
use crate::table::Row;

/// Walks, edits of every kind, undo, every tab. Begins and ends with the entries.
const SCRIPT: &[&str] = &[
    // Walks.
    "j", "j", "pagedown", "k", "G", "g", "space", "j", "space",
    // Removes, moves, takes back.
    "x", "u", "U", "u", "J", "K", "u", "u", "X", "u",
    // Types a platform and annotations.
    "enter", "tab", "tab", "v", "7", "enter", "u", "A", "a", "=", "b", "enter", "u", "i", "a", "/",
    "b", "enter", "u", // Changes the format, goes to problems.
    "o", "u", "n", "n", "f", "u", // Looks at everything after an edit.
    "j", "x", "2", "pagedown", "b", "b", "b", "3", "j", "4", "1", "u",
];

pub fn rows(each: bool) -> Vec<Row> {
    let known = five_hundred();
    let answer = |need: &Need| known.get(need).unwrap().clone();
    let mut measured = Measured::noting(format!("{} keys", SCRIPT.len()));
    for _ in 0..4 {
        let mut player = Player::open(&answer);
        player.settle();
        player.press("e");
        player.settle();
        for _ in 0..3 {
            for key in SCRIPT {
                let took = player.turn(Some(key), usize::MAX);
                measured.add(key, took, false);
            }
        }
        // What was typed and taken back leaves no form open and no edit behind.
        assert!(player.state.cx.overlay.is_none());
        player.press("esc");
        assert_eq!(player.state.depth(), 1, "every edit was taken back");
    }
    measured.rows("a draft of 500 entries", each)
}
