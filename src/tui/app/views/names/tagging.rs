//! Tags deleted, copied and renamed from the list.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::List;
use crate::model::push::{TagDone, TagPlan, TagWish};
use crate::oci::Repository;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::Listed;
use crate::tui::app::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use crate::tui::app::view::{Prompt, TypingKey, insert, typing_keys};
use crate::tui::app::{Action, Key, Query};

/// The most lines of a plan that are shown whole; a longer one has a line for each tag.
const WHOLE: usize = 8;
/// The lines of the screen that are not for the plan: header, question, answers, status, keys.
const AROUND: usize = 10;

/// The other name of a tag, while it is typed.
#[derive(Debug, Clone)]
pub(super) struct Naming {
    /// The tag.
    from: String,
    /// Whether it loses its own name.
    rename: bool,
    input: Input,
}

impl List {
    /// The repository whose tags are listed.
    pub(super) fn tags_of(&self) -> Option<&Repository> {
        match &self.listed {
            Listed::Tags(repository) => Some(repository),
            Listed::Repositories { .. } => None,
        }
    }

    /// Marks a tag to be deleted with others, or takes the mark away; the cursor goes on.
    pub(super) fn pick(&mut self, tag: String) {
        if !self.picked.remove(&tag) {
            self.picked.insert(tag);
        }
        self.go(Action::Down);
    }

    /// Asks what deleting the marked tags would do, or the one under the cursor.
    pub(super) fn delete(&mut self, tag: String, cx: &mut Cx) {
        let Some(repository) = self.tags_of() else { return };
        let tags = if self.picked.is_empty() { [tag].into() } else { self.picked.clone() };
        let texts: Vec<String> =
            tags.iter().map(|tag| repository.tagged(tag).to_string()).collect();
        self.plan(TagWish::delete(texts.iter().map(String::as_str)), cx);
    }

    /// Has the other name of a tag typed.
    pub(super) fn name(&mut self, tag: String, rename: bool) {
        self.naming = Some(Naming { input: Input::new(tag.clone()), from: tag, rename });
    }

    /// The line in which the other name is typed.
    pub(super) fn naming_prompt(&self) -> Option<Prompt<'_>> {
        let naming = self.naming.as_ref()?;
        let label = if naming.rename { "rename to " } else { "copy to the tag " };
        let words = format!("now {}", crate::text::escape(&naming.from)).into();
        Some(Prompt::new(label, &naming.input, words, true))
    }

    pub(super) fn naming_keys(&self) -> Option<Vec<TypingKey>> {
        self.naming.as_ref().map(|_| typing_keys(&[("↵", "show the plan"), ("esc", "back")]))
    }

    /// Text that was pasted into that line; `false` if there is none.
    pub(super) fn naming_pasted(&mut self, line: &str) -> bool {
        let Some(naming) = &mut self.naming else { return false };
        insert(&mut naming.input, line);
        true
    }

    /// A key of that line; `false` if there is none.
    pub(super) fn naming_typed(
        &mut self,
        key: Key,
        request: Option<InputRequest>,
        cx: &mut Cx,
    ) -> bool {
        let Some(naming) = &mut self.naming else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.naming = None,
            (KeyCode::Enter, _) => {
                let Some(repository) = self.tags_of() else { return true };
                let Some(Naming { from, rename, input }) = &self.naming else { return true };
                let from = repository.tagged(from).to_string();
                let wish = match rename {
                    true => TagWish::rename(&from, input.value().trim(), false),
                    false => TagWish::copy(&from, input.value().trim(), false),
                };
                if wish.is_ok() {
                    self.naming = None;
                }
                self.plan(wish, cx);
            }
            (_, Some(request)) => {
                naming.input.handle(request);
            }
            _ => {}
        }
        true
    }

    fn plan(&self, wish: Result<TagWish, String>, cx: &mut Cx) {
        match wish {
            Ok(wish) => {
                cx.ask(self.session, Query::PlanTags(Box::new(wish)));
            }
            Err(problem) => cx.say(ToastKind::Error, &problem),
        }
    }

    /// Whether a plan is looked for or carried out.
    pub(super) fn is_tagging(&self, cx: &Cx) -> bool {
        self.tagging_words(cx).is_some()
    }

    /// What is waited for while a plan is looked for or carried out.
    pub(super) fn tagging_words(&self, cx: &Cx) -> Option<&'static str> {
        cx.requests.of(self.session).find_map(|(_, it)| match it {
            Query::PlanTags(_) => Some("asking what that would change"),
            Query::WriteTags(_) => Some("changing the tags"),
            _ => None,
        })
    }

    /// Asks whether a plan is carried out.
    pub(super) fn planned(&self, plan: Box<TagPlan>, cx: &mut Cx) {
        if plan.is_nothing() {
            return cx.say(ToastKind::Done, "nothing to do: the tag holds that already");
        }
        if cx.overlay.is_some() {
            return cx.say(ToastKind::Warning, "nothing was asked: something else is open");
        }
        let (title, does) = match (&plan.copying, plan.deleting.len()) {
            (Some(_), 0) => (plan.question(), "write it"),
            (Some(_), _) => (plan.question(), "rename it"),
            (None, 1) => (plan.question(), "delete it"),
            (None, _) => (plan.question(), "delete them"),
        };
        let room = usize::from(cx.size.1).saturating_sub(AROUND).max(1);
        let facts = facts(&plan, room);
        let what = Choosing::Tags(plan);
        let menu = Menu::question(
            what,
            title,
            facts,
            &[MenuAnswer::No("leave all as it is"), MenuAnswer::Yes(does)],
        );
        cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    }

    /// How it went.
    pub(super) fn tagged(&mut self, plan: &TagPlan, done: &TagDone, cx: &mut Cx) {
        let lines = done.lines(plan);
        let text = match lines.as_slice() {
            [one] => one.clone(),
            [.., last] if plan.copying.is_some() => last.clone(),
            all => {
                let key = cx.key(Action::Drafts);
                format!("{} tags are deleted; {key} lists them, and puts each back", all.len())
            }
        };
        if !lines.is_empty() {
            cx.say(ToastKind::Done, &text);
        }
        for complaint in done.complaints(plan) {
            cx.say(ToastKind::Error, &complaint);
        }
        self.picked.clear();
        if let Some(repository) = self.tags_of() {
            cx.registry_names.forget_tags(repository);
        }
        // What is deleted stays on the screens that show it, until they are left.
        if let Some(copying) = &plan.copying {
            cx.look_again(&copying.to, &copying.list.digest);
        }
        cx.ask(cx.drafts.session, Query::Journal);
        self.reload(cx);
    }
}

/// A plan in at most so many lines.
fn facts(plan: &TagPlan, room: usize) -> Vec<String> {
    let whole = plan.lines();
    if whole.len() <= WHOLE.min(room) {
        return whole;
    }
    let mut lines = plan.brief();
    if lines.len() > room {
        let rest = lines.split_off(room - 1).len();
        lines.push(format!("and {rest} more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::harness::{Player, World};
    use crate::model::draft::Encoded;
    use crate::model::push::{Copying, Held, TagDone, TagPlan, TagWish, Untag, Untagged};
    use crate::oci::{Digest, MediaType, Reference};
    use crate::tui::app::{Msg, Overlay, Query, Reply, RequestId, SessionId};

    fn listed(rows: u16) -> Player {
        let world = World::index(&["linux/amd64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, rows);
        player.pages = vec![["latest", "2", "1.1", "1.0"].map(str::to_owned).to_vec()];
        player.keys("t");
        player.answer_all();
        player
    }

    fn last(player: &Player) -> ((SessionId, RequestId), Query) {
        let wanted = |it: &Query| matches!(it, Query::PlanTags(_) | Query::WriteTags(_));
        let (session, request, question) =
            player.asked().rfind(|(.., question)| wanted(question)).unwrap();
        ((session, request), question.clone())
    }

    fn wish(player: &Player) -> TagWish {
        let Query::PlanTags(wish) = last(player).1 else { panic!("no plan was asked for") };
        *wish
    }

    fn held(text: &str) -> Held {
        let (digest, media_type) = (Digest::sha256(text.as_bytes()), MediaType::OciIndex);
        Held { digest, media_type, bytes: Some(text.to_owned().into()) }
    }

    fn plan(wish: &TagWish) -> TagPlan {
        let untag = |reference: &Reference| Untag {
            reference: reference.clone(),
            held: held(reference.tag.as_deref().unwrap()),
            others: Some(Vec::new()),
        };
        let copying = wish.copy.clone().map(|(from, to, if_absent)| {
            let Held { digest, media_type, .. } = held("from");
            let list = Encoded { media_type, digest, bytes: "from".into() };
            Copying { from, to, list, now: None, if_absent }
        });
        let deleting = wish.delete.iter().map(untag).collect();
        TagPlan { copying, lists: Vec::new(), deleting }
    }

    /// The plan comes, and is the question on the screen.
    fn planned(player: &mut Player) -> TagPlan {
        let (at, plan) = (last(player).0, plan(&wish(player)));
        player.replies(at, Ok(Reply::TagPlan(Box::new(plan.clone()))));
        plan
    }

    #[test]
    fn nothing_is_deleted_before_the_plan_was_seen_and_taken() {
        let mut player = listed(30);
        player.keys("j x");
        let one: Reference = "demo/app:2".parse().unwrap();
        assert_eq!(wish(&player).delete, [one]);
        planned(&mut player);
        let picture = player.picture();
        assert!(picture.contains("Delete the tag?"), "{picture}");
        assert!(picture.contains("delete demo/app:2"), "{picture}");
        assert!(picture.contains("no other tag names it"), "{picture}");
        // The first answer is the safe one.
        player.keys("enter");
        assert_eq!(player.count(|it| matches!(it, Query::WriteTags(_))), 0);
        player.keys("x");
        let plan = planned(&mut player);
        player.keys("j enter");
        let (at, question) = last(&player);
        assert_eq!(question, Query::WriteTags(Box::new(plan)));
        let listings = player.count(|it| matches!(it, Query::Tags { .. }));
        let done = TagDone { deleted: vec![Ok(Untagged::default())], ..TagDone::default() };
        player.replies(at, Ok(Reply::TagsDone(Box::new(done))));
        player.answer_all();
        let said = player.state.cx.toast.clone().unwrap().text;
        assert_eq!(said, "demo/app:2 is deleted; `platy undo demo/app:2` puts it back");
        assert_eq!(player.count(|it| matches!(it, Query::Tags { .. })), listings + 1);
    }

    #[test]
    fn marked_tags_are_deleted_together_in_a_line_each() {
        let mut player = listed(30);
        player.keys("space space j space");
        let picture = player.picture();
        assert_eq!(picture.matches('×').count(), 3, "{picture}");
        // A mark is taken away by the same key.
        player.keys("g j space x");
        let names: Vec<String> = wish(&player).delete.into_iter().filter_map(|it| it.tag).collect();
        assert_eq!(names, ["1.0", "latest"]);
        planned(&mut player);
        player.keys("esc g j space delete");
        planned(&mut player);
        let picture = player.picture();
        assert!(picture.contains("Delete these tags?"), "{picture}");
        let line = format!("delete 1.0  {} · no other tag names it", held("1.0").digest.short());
        assert!(picture.contains(&line), "{picture}");
        let Some(Overlay::Menu(menu)) = &player.state.cx.overlay else { panic!("no question") };
        assert_eq!(menu.facts.len(), 3);
    }

    #[test]
    fn a_plan_that_is_longer_than_the_screen_says_how_much_more_there_is() {
        let tags: Vec<String> = (0..40).map(|at| format!("demo/app:{at}")).collect();
        let wish = TagWish::delete(tags.iter().map(String::as_str)).unwrap();
        let lines = super::facts(&plan(&wish), 14);
        assert_eq!((lines.len(), lines[13].as_str()), (14, "and 27 more"));
    }

    #[test]
    fn a_tag_is_renamed_or_copied_under_a_name_that_is_typed() {
        let mut player = listed(30);
        player.keys("j R ctrl-u");
        player.types("not a tag");
        player.keys("enter");
        let said = player.state.cx.toast.clone().unwrap().text;
        assert!(said.starts_with("not a tag is not a tag: letters"), "{said}");
        player.keys("ctrl-u");
        player.send(Msg::Paste("3".to_owned()));
        player.keys("enter");
        let found = wish(&player);
        let (from, to, if_absent) = found.copy.clone().unwrap();
        assert_eq!((from.tag.as_deref(), to.tag.as_deref()), (Some("2"), Some("3")));
        assert!(!if_absent && found.delete == [from]);
        planned(&mut player);
        assert!(player.picture().contains("Rename the tag?"), "{}", player.picture());
        player.keys("esc C");
        player.types("-stable");
        player.keys("enter");
        let found = wish(&player);
        assert_eq!(found.copy.unwrap().1.tag.as_deref(), Some("2-stable"));
        assert!(found.delete.is_empty());
    }

    #[test]
    fn what_went_otherwise_is_said() {
        let mut player = listed(30);
        player.keys("x");
        planned(&mut player);
        player.keys("j enter");
        let dropped = Untagged { dropped: true, ..Untagged::default() };
        let done = TagDone { deleted: vec![Ok(dropped)], ..TagDone::default() };
        player.replies(last(&player).0, Ok(Reply::TagsDone(Box::new(done))));
        let said = player.state.cx.toast.clone().unwrap().text;
        assert!(said.contains("with the tag; the journal has it"), "{said}");
    }
}
