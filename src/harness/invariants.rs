//! What holds whatever is pressed, clicked or answered.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Player, scenes};
use crate::tui::app::{
    Context, DraftOrder, Effect, Hint, Key, Msg, Overlay, Query, Screen, SessionId, State,
    ToastKind,
};
use crate::tui::draw::{self, Theme};

/// Fails if something does not hold.
pub(crate) fn hold(player: &Player) {
    let state = &player.state;
    cursor_is_on_a_row(state);
    // Keys that clash are found by the contexts: what these say of themselves is what views do.
    let contexts = state.screen().view().contexts();
    let has_panes = contexts.iter().any(|it| it.has_panes());
    assert_eq!(contexts.contains(&Context::Panes), has_panes, "{:?}", state.screen());
    // One of them, another each time something was done: pressing all at every step takes long.
    let hints = offered(state);
    if let Some(hint) = hints.get(player.log.len() % hints.len().max(1)) {
        is_not_refused(state, hint, player.now);
    }
    left_sessions_are_closed(player);
}

/// The cursor is on a row that is there.
fn cursor_is_on_a_row(state: &State) {
    let (cursor, rows) = place_of_cursor(state);
    assert!(cursor < rows.max(1), "{cursor} of {rows}: {:?}", state.screen());
}

/// The line under the cursor, of a menu if one is open.
fn cursor_of(state: &State) -> usize {
    match &state.cx.overlay {
        Some(Overlay::Menu(menu)) => menu.cursor,
        _ => place_of_cursor(state).0,
    }
}

/// The row under the cursor of the screen, and how many there are.
fn place_of_cursor(state: &State) -> (usize, usize) {
    match state.screen() {
        Screen::Explorer(explorer) => {
            let open = state.cx.opened.get(explorer.id).expect("what is shown is open");
            let row = open.tree.row_of(explorer.cursor).expect("the cursor has a row");
            (row, open.tree.rows().len())
        }
        Screen::List(list) => (list.cursor, list.counts().1),
        Screen::Files(view) => (view.cursor, view.rows().len()),
        Screen::Fleet(view) => (view.cursor, view.counts()[1]),
        Screen::Why(why) => (why.cursor, why.steps()),
        Screen::Matrix(view) => (view.row, view.counts().0),
        Screen::Compare(view) => (view.cursor, view.rows().len()),
        Screen::Editor(editor) => (editor.cursor, editor.rows().rows.len()),
        Screen::Drafts(page) => {
            let drafts = &state.cx.drafts;
            (page.cursor, drafts.open.len() + drafts.left.len() + drafts.pushes.len())
        }
        // It has no cursor; without room for a line it is scrolled to its end.
        Screen::Push(page) => (page.scroll, page.lines().len() + 1),
        Screen::Start(_) => (0, 0),
    }
}

/// What the bottom line offers: while something is typed it names the keys of typing instead.
fn offered(state: &State) -> Vec<Hint> {
    if state.typing_keys().is_empty() { state.hints() } else { Vec::new() }
}

/// Each key that the bottom line offers is pressed.
fn hints_are_not_refused(state: &State, now: Timestamp) {
    offered(state).iter().for_each(|hint| is_not_refused(state, hint, now));
}

/// What a hint's key does is not refused: a refusal is told as a warning and changes nothing else.
fn is_not_refused(state: &State, hint: &Hint, now: Timestamp) {
    let key = state.cx.keymap.keys(hint.action)[0];
    let mut pressed = state.clone();
    let effects = pressed.update(Msg::Key(key), now);
    let warned = pressed.cx.toast.as_ref().filter(|it| it.kind == ToastKind::Warning);
    assert!(warned.is_none(), "{hint:?} by {key:?}: {warned:?}, {effects:?}");
}

/// Who asked or opened something and is not there any more was closed.
fn left_sessions_are_closed(player: &Player) {
    let mut open = BTreeSet::new();
    for effect in &player.log {
        match effect {
            Effect::Open { session, .. }
            | Effect::OpenList { session, .. }
            | Effect::Ask { session, .. } => drop(open.insert(*session)),
            Effect::Close(session) => drop(open.remove(session)),
            _ => {}
        }
    }
    let cx = &player.state.cx;
    let screens = player.state.screens().iter().chain(player.state.left_screens());
    let views = screens.filter_map(|it| it.view().session());
    let references = cx.opened.iter().map(|open| open.id.session());
    let drafts = cx.drafts.open.iter().map(|open| open.session);
    let live: BTreeSet<SessionId> =
        views.chain(references).chain(drafts).chain([cx.drafts.session, cx.session]).collect();
    let left: Vec<_> = open.difference(&live).collect();
    assert!(left.is_empty(), "{left:?} of {open:?} are not closed");
    assert!(player.state.cx.requests.sessions().all(|it| live.contains(&it)));
    // Those that were left rest.
    for screen in player.state.left_screens() {
        let Some(session) = screen.view().session() else { continue };
        let mut asks = player.state.cx.requests.of(session);
        assert!(asks.all(|(_, question)| question.changes_something()), "{screen:?}");
    }
}

fn picture(state: &State) -> Vec<String> {
    let (columns, rows) = state.cx.size;
    let area = ratatui::layout::Rect::new(0, 0, columns, rows);
    let mut buffer = ratatui::buffer::Buffer::empty(area);
    draw::draw(state, &Theme::default(), &mut buffer);
    buffer.content().iter().map(|cell| cell.symbol().to_owned()).collect()
}

/// The wheel scrolls a list, and moves its cursor no further than it must; over anything that is not
/// one it does nothing.
#[test]
fn the_wheel_scrolls_what_is_under_it_and_nothing_else() {
    use crate::tui::app::Spot;
    let (mut scrolled, mut stayed) = (0, 0);
    for (name, player) in scenes::all(120, 18) {
        let (_, drawn) = player.draw(&Theme::default());
        let around = [Spot::Status, Spot::Title, Spot::Name, Spot::Note, Spot::Beside];
        let is_around = |spot: &Spot| {
            around.contains(spot)
                || matches!(spot, Spot::Hint(_) | Spot::Key(_) | Spot::EditorTab(_))
        };
        let before = (picture(&player.state), cursor_of(&player.state));
        let spots = drawn.spots.iter().map(|(_, spot)| *spot);
        for spot in spots.map(Some).chain([None]) {
            let mut state = player.state.clone();
            let _effects = state.update(Msg::Wheel(spot, 1), player.now);
            let after = (picture(&state), cursor_of(&state));
            match spot.filter(|spot| !is_around(spot)) {
                None => assert_eq!(after, before, "{name}: {spot:?}"),
                // One line: the cursor goes on only if it was on the first one.
                Some(Spot::Line(_) | Spot::Node(_) | Spot::Cell(..)) if after != before => {
                    scrolled += 1;
                    assert!(after.1 <= before.1 + 1, "{name}: {spot:?}");
                    // And back: the cursor is where it was last.
                    let _effects = state.update(Msg::Wheel(spot, -1), player.now);
                    stayed += usize::from(cursor_of(&state) == after.1);
                }
                Some(_) => {}
            }
        }
    }
    assert!(scrolled > 50 && stayed == scrolled, "{scrolled} {stayed}");
}

#[test]
fn every_scene_keeps_them_and_is_left_without_a_trace() {
    for (_, mut player) in scenes::all(120, 30) {
        hold(&player);
        hints_are_not_refused(&player.state, player.now);
        for _ in 0..12 {
            player.keys("esc");
            player.answer_all();
            hold(&player);
        }
        // An editor asks what becomes of its draft; the first answer keeps it.
        player.keys("enter");
        player.answer_all();
        hold(&player);
    }
}

/// Every place that the mouse can hit, in every scene: nothing breaks, and what it does can be
/// drawn.
#[test]
fn every_place_can_be_clicked_once_and_again() {
    for (name, player) in scenes::all(120, 30) {
        let (_, drawn) = player.draw(&Theme::default());
        assert!(!drawn.spots.is_empty(), "{name}");
        for (area, spot) in &drawn.spots {
            // What lies over it is hit in its place.
            let Some(hit) = drawn.at(area.x, area.y) else { panic!("{name}: {spot:?}") };
            let mut state = player.state.clone();
            for _ in 0..2 {
                let _effects = state.update(Msg::Click(hit), player.now);
                cursor_is_on_a_row(&state);
                hints_are_not_refused(&state, player.now);
                let mut buffer =
                    ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 120, 30));
                draw::draw(&state, &Theme::default(), &mut buffer);
            }
        }
    }
}

/// A hint does with the mouse what its key does.
#[test]
fn a_click_on_a_hint_is_its_key() {
    for (name, player) in scenes::all(120, 30) {
        for hint in player.state.hints() {
            let key: Key = player.state.cx.keymap.keys(hint.action)[0];
            let (mut clicked, mut pressed) = (player.state.clone(), player.state.clone());
            if !player.state.typing_keys().is_empty() {
                continue;
            }
            let by_mouse =
                clicked.update(Msg::Click(crate::tui::app::Spot::Hint(hint.action)), player.now);
            let by_key = pressed.update(Msg::Key(key), player.now);
            assert_eq!(by_mouse, by_key, "{name}: {hint:?}");
            let over = |state: &State| state.cx.overlay.is_some();
            assert_eq!(over(&clicked), over(&pressed), "{name}: {hint:?}");
        }
    }
}

/// So does a key that the bottom line names while something is typed; each of them can be clicked.
#[test]
fn a_click_on_a_key_of_typing_is_that_key() {
    use crate::tui::app::Spot;
    let mut seen = 0;
    for (name, player) in scenes::all(120, 30) {
        let named = player.state.typing_keys();
        let named = named.iter().flat_map(|(keys, _)| keys.split(' '));
        let (_, drawn) = player.draw(&Theme::default());
        for label in named {
            let key = Key::labelled(label).unwrap_or_else(|| panic!("{name}: {label}"));
            assert!(drawn.spots.iter().any(|it| it.1 == Spot::Key(key)), "{name}: {label}");
            let (mut clicked, mut pressed) = (player.state.clone(), player.state.clone());
            let by_mouse = clicked.update(Msg::Click(Spot::Key(key)), player.now);
            assert_eq!(by_mouse, pressed.update(Msg::Key(key), player.now), "{name}: {label}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Every scene for a terminal without UTF-8: nothing but ASCII, and no sign of platy's own is unknown.
#[test]
fn every_scene_can_be_shown_in_ascii() {
    let theme = Theme::default();
    let ascii = Theme::default().in_ascii(true);
    for (name, player) in scenes::every(120, 30) {
        let symbols = |theme| -> String {
            let (buffer, _) = player.draw(theme);
            buffer.content().iter().map(|cell| cell.symbol()).collect()
        };
        let (whole, plain) = (symbols(&theme), symbols(&ascii));
        assert!(plain.is_ascii(), "{name}");
        let unknown = |text: &str| text.matches('?').count();
        assert!(unknown(&plain) <= unknown(&whole), "{name}: {plain}");
    }
}

/// Every question of yes or no, wherever it is asked: the keys go to an answer and take it, and the
/// first answer changes nothing.
#[test]
fn every_question_is_answered_in_the_same_way() {
    let mut seen = 0;
    for (name, player) in scenes::all(100, 30) {
        let Some(Overlay::Menu(menu)) = &player.state.cx.overlay else { continue };
        if !menu.items.iter().any(|item| item.answer.is_some()) {
            continue;
        }
        seen += 1;
        let answers = menu.items.len();
        let cursor = |state: &State| match &state.cx.overlay {
            Some(Overlay::Menu(menu)) => Some(menu.cursor),
            _ => None,
        };
        let press = |keys: &str| {
            let mut state = player.state.clone();
            let mut effects = Vec::new();
            for key in keys.split(' ') {
                effects.extend(state.update(Msg::Key(key.parse().unwrap()), player.now));
            }
            (cursor(&state), effects)
        };
        for forth in ["tab", "right", "l"] {
            assert_eq!(press(forth).0, Some(1), "{name}");
        }
        for back in ["backtab", "left", "h"] {
            assert_eq!(press(back).0, Some(answers - 1), "{name}");
        }
        let changes = |keys: &str| {
            let (cursor, effects) = press(keys);
            assert_eq!(cursor, None, "{name}: {keys}");
            effects.iter().any(|effect| match effect {
                // Keeping a draft and going on with it are what these questions begin with.
                Effect::Ask { question: Query::Drafts(order), .. } => {
                    matches!(order, DraftOrder::Remove(_))
                }
                Effect::Ask { question, .. } => question.changes_something(),
                _ => false,
            })
        };
        assert!(!changes("esc") && !changes("enter") && !changes("n"), "{name}");
        // A key and its answer.
        let picture = player.picture();
        assert!(picture.contains("   y  ") && picture.contains("   n  "), "{picture}");
    }
    assert!(seen >= 5, "{seen}");
}
