//! `--mend`: what other tools broke in a list.

use super::job::{Making, Trouble};
use crate::model::draft::{Draft, Edit};
use crate::oci::Manifest;
use crate::text::plural;
use crate::work::gather;

impl Making {
    /// Mends what other tools are known to break; what is mended is said.
    pub(super) async fn mend(&mut self) -> Result<(), Trouble> {
        gather::learn_for_tools(&mut self.draft, &self.sources, self.permits).await;
        gather::learn_subjects(&mut self.draft, &self.sources, self.permits).await;
        let problems = self.draft.problems();
        let broken = problems.into_iter().filter(|it| it.kind.is_broken_by_tools());
        let mut edits = Vec::new();
        for problem in broken {
            let Some(fix) = problem.fix else { continue };
            self.notes.push(format!("{} (mended: {})", problem.sentence, fix.label));
            edits.push(fix.edit);
        }
        if edits.is_empty() {
            self.notes.push("nothing in the list is broken in a way that is known".to_owned());
        }
        self.notes.extend(referring(&self.draft));
        self.draft.apply(Edit::All(edits))?;
        Ok(())
    }
}

/// Attestations that are in the list and refer to their images besides, as BuildKit (0.34) writes
/// them, and as `docker buildx imagetools` (0.38.2) takes them in from a registry: nothing is wrong
/// with that.
fn referring(draft: &Draft) -> Option<String> {
    let entries = draft.entries();
    let refers = entries.iter().filter(|entry| {
        let document = entry.digest().and_then(|digest| draft.known(digest));
        let subject = document.and_then(|it| match &it.manifest {
            Manifest::Image(image) => image.subject.as_ref(),
            _ => None,
        });
        let named = entry.descriptor.as_ref().is_some_and(|it| it.is_attestation());
        named && entry.attests.is_some() && subject.is_some()
    });
    let count = refers.count();
    (count > 0).then(|| {
        format!(
            "{} that the list names also {} to the image as a referrer, as BuildKit writes it \
             and imagetools takes it in: left as it is",
            plural(count, "attestation"),
            if count == 1 { "refers" } else { "refer" },
        )
    })
}
