//! The frame's own size is the truth: between the terminal's resize and its event the state is
//! still laid out for the size before. (On 9305aee a window that was dragged smaller while entries
//! streamed in ended the program: "index outside of buffer".)

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::scenes;
use crate::harness::Player;
use crate::tui::app::Msg;
use crate::tui::draw::{self, Theme};

fn drawn(name: &str, player: &Player, columns: u16, rows: u16) {
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let drawn = draw::draw(&player.state, &Theme::default(), &mut buffer);
    let state = player.state.cx.size;
    for (spot, what) in &drawn.spots {
        assert_eq!(spot.intersection(area), *spot, "{name} {state:?} {area:?}: {what:?}");
    }
    if let Some(cursor) = drawn.cursor {
        assert!(area.contains(cursor), "{name} {state:?} {area:?}: {cursor:?}");
    }
}

#[test]
fn every_screen_draws_at_every_size_with_the_state_at_another() {
    const STATES: [(u16, u16); 8] =
        [(1, 1), (60, 15), (80, 24), (104, 41), (120, 30), (200, 60), (400, 16), (9_000, 20)];
    const FRAMES: [(u16, u16); 8] =
        [(0, 0), (1, 1), (60, 15), (61, 40), (79, 23), (104, 15), (150, 24), (300, 90)];
    for (name, mut player) in scenes::every(120, 30) {
        for (columns, rows) in STATES {
            player.send(Msg::Resize(columns, rows));
            for (columns, rows) in FRAMES {
                drawn(name, &player, columns, rows);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sizes_by_chance(states in proptest::collection::vec((1u16..240, 1u16..70), scenes::COUNT),
                       frame in (60u16..240, 15u16..70)) {
        // One size of the state for each scene: all scenes are drawn in each case.
        SCENES.with_borrow_mut(|scenes| {
            for ((name, player), (columns, rows)) in scenes.iter_mut().zip(states) {
                player.send(Msg::Resize(columns, rows));
                drawn(name, player, frame.0, frame.1);
            }
        });
    }
}

thread_local! {
    static SCENES: std::cell::RefCell<Vec<(&'static str, Player)>> =
        std::cell::RefCell::new(scenes::every(120, 30));
}
