//! Who answers a question: a line for each.

use std::io;

use super::Outside;
use super::sessions::Address;
use super::terminal::Terminal;
use crate::tui::app::Query;

impl Outside {
    /// Hands a question to the one who answers it. Every question gets an answer, unless it is
    /// stopped.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub(super) fn ask(
        &mut self,
        at: Address,
        question: Query,
        screen: &mut Terminal,
    ) -> io::Result<()> {
        let (sessions, pushes) = (&mut self.sessions, &mut self.pushes);
        match question {
            Query::Fetch(need) => sessions.fetch(at, need),
            Query::Blob { of, descriptor } => sessions.read_blob(at, of, descriptor),
            Query::Attest(coverage) => sessions.attest(at, coverage),
            Query::Databases(images) => sessions.databases(at, images),
            Query::Prove { images, all } => sessions.prove(at, images, all),
            Query::Evidence { location, facts, this_machine } => {
                sessions.look_around(at, location, facts, this_machine);
            }
            Query::Behind { question, .. } => sessions.look_behind(at, question),

            Query::Tags { repository, page } => sessions.list_tags(at, repository, page),
            Query::Repositories { host, page } => sessions.list_repositories(at, host, page),
            Query::Head { repository, tag } => sessions.head(at, &repository, &tag),
            Query::TagSize { repository, tag, platform } => {
                sessions.measure(at, &repository, &tag, platform);
            }
            Query::Stored(kind) => sessions.list_store(at, kind),
            Query::Stock(kind) => sessions.stock(at, kind),

            Query::Layer { of, layer, .. } => sessions.list_layer(at, of, layer),
            Query::Merge { layers, .. } => sessions.merge(at, layers),
            Query::File { of, task, cap } => sessions.read_file(at, of, task, cap),
            Query::SaveFile { of, task, to, overwrite } => {
                sessions.save_file(at, of, task, to, overwrite);
            }
            Query::SaveBytes { bytes, to, overwrite } => {
                sessions.save_bytes(at, bytes, to, overwrite);
            }
            Query::CompareFiles(sides) => sessions.compare_files(at, &sides),
            Query::CompareFile { sides, change } => sessions.compare_file(at, &sides, change),
            Query::ComparePackages(sides) => sessions.compare_packages(at, *sides),
            Query::Blame(image) => sessions.blame(at, image),

            Query::Learn(want) => sessions.learn(at, want),
            Query::SubjectsOf { from, manifest } => sessions.subjects_of(at, &from, manifest),
            Query::Weigh(weighing) => sessions.weigh(at, weighing),
            Query::Gather(location) => sessions.gather(at, &location),
            Query::Referrers { from, subject } => sessions.referrers(at, &from, subject),
            Query::Presence { target, question } => sessions.presence(at, target, question),

            Query::LayOut(content) => sessions.lay_out(at, content),
            Query::Find(content, sought) => sessions.find(at, content, sought),
            Query::Pause(time) => sessions.pause(at, time),
            Query::SaveSession { session, to, overwrite } => {
                sessions.save_session(at, session, to, overwrite);
            }

            Query::Push { plan, guard } => pushes.begin(at, *plan, guard),
            Query::Journal => pushes.read_journal(at),
            Query::FindUndo(tag) => pushes.find_undo(at, tag),
            Query::Undo { undo, force } => pushes.undo(at, undo, force),
            Query::PlanTags(wish) => pushes.plan_tags(at, *wish),
            Query::WriteTags(plan) => pushes.write_tags(at, plan),

            Query::Drafts(order) => self.drafts.order(at, order),
            Query::Copy(clip) => self.clipboard.copy(at, clip.text, screen)?,
        }
        Ok(())
    }
}
