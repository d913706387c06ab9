//! The messages of the session, in full.

use jiff::Timestamp;

use super::State;
use super::cx::{SaidMessage, ToastKind};
use crate::oci::Exchange;
use crate::text::{escape, wrap};

/// The cells of the time in front of a message.
const TIME: usize = 10;

/// A line of the page of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLine {
    /// When it was said; empty in its further lines.
    pub time: String,
    /// What it says, or a part of it.
    pub words: String,
    /// How it is meant; `None` for the plain course of things.
    pub kind: Option<ToastKind>,
}

impl State {
    /// Every message of the session and the status line of now, the newest last, wrapped to so many
    /// cells; a message that was said several times is there once.
    #[must_use]
    pub fn message_lines(&self, cells: usize) -> Vec<MessageLine> {
        let room = cells.saturating_sub(TIME).max(10);
        let mut lines = Vec::new();
        let mut add = |time: String, text: &str, kind| {
            let mut time = time;
            for words in wrap(text, room) {
                lines.push(MessageLine { time: std::mem::take(&mut time), words, kind });
            }
        };
        let clock =
            |at: Timestamp| at.to_zoned(self.cx.zone.clone()).strftime("%H:%M:%S").to_string();
        for SaidMessage { at, toast, times } in &self.cx.messages {
            let again = if *times > 1 { format!(" ({times} times)") } else { String::new() };
            add(clock(*at), &format!("{}{again}", toast.text), Some(toast.kind));
        }
        let words = self.screen().view().status(&self.cx);
        if !words.text.is_empty() {
            add("now".to_owned(), &words.text, words.kind);
        }
        lines
    }

    /// What the requests of the session took, the first one first, and what they come to, for so
    /// many cells; nothing before it was told.
    #[must_use]
    pub fn request_lines(&self, cells: usize) -> Vec<String> {
        let (exchanges, left_out) = &self.cx.exchanges;
        if exchanges.is_empty() {
            return Vec::new();
        }
        let lines = exchanges.iter().flat_map(|it| it.lines(cells));
        let mut lines: Vec<String> = lines.map(|it| escape(&it).into_owned()).collect();
        lines.push(Exchange::sum(exchanges, *left_out));
        lines
    }
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::oci::Exchange;
    use crate::tui::app::{Effect, Msg, Overlay};

    #[test]
    fn every_message_can_be_read_in_full_afterwards() {
        let mut player =
            Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 80, 24);
        let long = "a warning ".repeat(40);
        player.send(crate::tui::app::Msg::Warning(long.clone()));
        player.keys("j !");
        assert!(matches!(player.state.cx.overlay, Some(Overlay::Messages(_))));
        let lines = player.state.message_lines(74);
        let said: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
        assert!(said.join(" ").contains(long.trim()), "{said:?}");
        assert!(player.screen().contains("a warning a warning"), "{}", player.screen());
        assert!(lines.iter().any(|line| line.time == "12:00:00"));
        // What is said again is there once, with a count.
        for text in ["no answer", "another", "no answer", "no answer"] {
            player.send(Msg::Warning(text.to_owned()));
        }
        let lines = player.state.message_lines(74);
        let said = lines.iter().filter(|line| line.kind.is_some());
        let said: Vec<&str> = said.map(|line| line.words.as_str()).collect();
        assert_eq!(said[said.len() - 2..], ["another", "no answer (3 times)"]);
        player.keys("esc");
        assert!(player.state.cx.overlay.is_none());
    }

    #[test]
    fn what_requests_took_is_a_page() {
        let mut player =
            Player::opened(World::index(&["linux/amd64"], false), "demo/app:1.0", 150, 16);
        player.keys("L");
        assert!(player.log.contains(&Effect::TellRequests));
        assert!(player.screen().contains("no request yet"), "{}", player.screen());
        let ms = std::time::Duration::from_millis;
        let exchanges: Vec<Exchange> = (0..30)
            .map(|at| Exchange {
                at: ms(at),
                waited: ms(0),
                method: "GET".to_owned(),
                origin: "https://a.example".to_owned(),
                path: format!("/v2/x/\u{1b}[2J{at}"),
                status: Some(200),
                failed: None,
                protocol: Some("HTTP/2"),
                connected: None,
                first_byte: Some(ms(7)),
                total: ms(8),
                bytes: 10,
            })
            .collect();
        player.send(Msg::Requests { exchanges, left_out: 0 });
        let screen = player.screen();
        assert!(screen.contains("30 requests over 0 connections, 300 B"), "{screen}");
        assert!(screen.contains("first") && screen.contains(r"/v2/x/\e[2J29"), "{screen}");
        player.keys("g");
        assert!(player.screen().contains(r"/v2/x/\e[2J0"), "{}", player.screen());
        // In a narrow terminal what was asked comes first.
        player.send(Msg::Resize(80, 16));
        let screen = player.screen();
        assert!(
            screen.contains(r"200 GET /v2/x/\e[2J0") && screen.contains("first 7.0"),
            "{screen}"
        );
        player.keys("G");
        assert!(player.screen().contains("30 requests over"), "{}", player.screen());
        player.keys("L");
        assert!(player.state.cx.overlay.is_none());
    }
}
