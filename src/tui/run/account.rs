//! What the pushes under way have done, for the sentence that a panic leaves behind.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::model::draft::{Action, Plan};
use crate::text::plural;
use crate::tui::app::SessionId;
use crate::work::push::{Board, Progress, StepState};

type UnderWay = BTreeMap<SessionId, (Plan, Board)>;

static UNDER_WAY: Mutex<UnderWay> = Mutex::new(UnderWay::new());

/// Notes that a push has begun; it is forgotten when what is returned is dropped.
pub(super) fn note(session: SessionId, plan: &Plan, board: &Board) -> Noted {
    lock().insert(session, (plan.clone(), board.clone()));
    Noted(session)
}

/// A push that is under way.
pub(super) struct Noted(SessionId);

impl Drop for Noted {
    fn drop(&mut self) {
        lock().remove(&self.0);
    }
}

fn lock() -> MutexGuard<'static, UnderWay> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was written so far, a sentence a line; not escaped. Never waits: the thread that panicked
/// may be the one that holds the list.
pub(super) fn sentences() -> Vec<String> {
    let pushes = match UNDER_WAY.try_lock() {
        Ok(pushes) => pushes,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => {
            return vec![
                "What a push had written is not known: look with `platy digest`.".to_owned(),
            ];
        }
    };
    if pushes.is_empty() {
        return vec!["No push was under way.".to_owned()];
    }
    pushes.values().flat_map(|(plan, board)| of(plan, &board.progress())).collect()
}

/// What one push had done.
fn of(plan: &Plan, progress: &Progress) -> Vec<String> {
    let name = plan.target.repository.familiar();
    let (done, all) = (progress.done(), progress.steps.len());
    let mut said =
        vec![format!("A push to {name} was under way: {done} of {} done.", plural(all, "step"))];
    let after = &plan.list.digest;
    for (step, state) in plan.steps.iter().zip(&progress.steps) {
        let (Action::PutList { tag: Some(tag) } | Action::PutTag { tag }) = &step.action else {
            continue;
        };
        said.push(match state.state {
            StepState::Done(_) => format!("{name}:{tag} was written: it points at {after}."),
            StepState::Waiting => format!("{name}:{tag} was not written."),
            StepState::Running | StepState::Failed => format!(
                "{name}:{tag} may have been written: `platy digest {name}:{tag}` says where it \
                 points ({after} is the new list)."
            ),
        });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Player, World};
    use crate::model::draft::{Presence, Question};
    use crate::tui::app::{Screen, Stage};
    use crate::work::push::{Did, StepProgress};

    fn plan() -> Plan {
        let world = World::index(&["linux/amd64", "linux/arm64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 80, 24);
        let tag = Question::Tag("1.0".to_owned());
        player.target.insert(tag, Presence::There(player.world.root_digest()));
        player.keys("e j x p");
        player.answer_all();
        player.keys("tab enter");
        match player.state.screen() {
            Screen::Push(page) => match &page.stage {
                Stage::Running { plan, .. } => (**plan).clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// Issue 16 of the fault runs on 9305aee: after a panic in the middle of a push the program
    /// said "Nothing was written anywhere".
    #[test]
    fn the_account_says_what_each_tag_holds() {
        let plan = plan();
        let writes = |step: &crate::model::draft::Step| {
            matches!(step.action, Action::PutList { tag: Some(_) } | Action::PutTag { .. })
        };
        let at = plan.steps.iter().position(writes).unwrap();
        let account = |state: StepState| {
            let mut progress = Progress::default();
            for number in 0..plan.steps.len() {
                let state = match number {
                    number if number < at => StepState::Done(Did::Nothing),
                    number if number == at => state,
                    _ => StepState::Waiting,
                };
                progress.steps.push(StepProgress { state, bytes: 0, total: 0 });
            }
            of(&plan, &progress).join(" ")
        };
        assert!(account(StepState::Waiting).contains("demo/app:1.0 was not written"));
        for state in [StepState::Running, StepState::Failed] {
            assert!(account(state).contains("demo/app:1.0 may have been written"));
        }
        let written = format!("demo/app:1.0 was written: it points at {}", plan.list.digest);
        assert!(account(StepState::Done(Did::Put)).contains(&written));
    }

    #[test]
    fn a_push_is_noted_while_it_runs() {
        let plan = plan();
        let noted = note(SessionId(u64::MAX), &plan, &Board::new(&plan));
        assert!(sentences().iter().any(|it| it.contains("A push to demo/app was under way")));
        drop(noted);
        assert!(!sentences().iter().any(|it| it.contains("demo/app")));
    }
}
