//! What comes from outside for a draft: images to add, what its tag holds, referrers.

use super::super::drafting::words;
use super::super::{Overlay, Screen, State, ToastKind};
use crate::model::draft::{Companion, Edit, Mark, Material, SourceRoot, Target};
use crate::oci::{Class, Descriptor, Digest, Failure, Location, Manifest, Referrer, Via};
use crate::text::plural;
use crate::tui::app::drafts::{GatherFor, Offered, OpenDraft, of_list};
use crate::tui::app::editor::{Picking, add};
use crate::tui::app::{Effect, RequestId, SessionId};

impl State {
    pub(super) fn gather(&mut self, location: Location, purpose: GatherFor) -> Vec<Effect> {
        let request = self.new_request();
        let Some((_, open)) = self.editing() else { return Vec::new() };
        open.gathering.insert(request, (purpose, location.familiar()));
        vec![Effect::Gather { session: open.session, request, location }]
    }

    /// Takes what a reference names.
    pub(in crate::tui::app::state) fn gathered(
        &mut self,
        session: SessionId,
        request: RequestId,
        result: Result<SourceRoot, Failure>,
    ) -> Vec<Effect> {
        let now = self.now;
        let Some(open) = self.drafts.of_session(session) else { return Vec::new() };
        let Some((purpose, name)) = open.gathering.remove(&request) else { return Vec::new() };
        if let GatherFor::Held(target) = purpose {
            open.held(&target, result.map(|it| it.document));
            return Vec::new();
        }
        let gathered = match result {
            Ok(gathered) => gathered,
            Err(failure) => {
                self.say(ToastKind::Error, &failure.to_string());
                return Vec::new();
            }
        };
        let draft = open.name.clone();
        match (&gathered.document.manifest, &purpose) {
            (_, GatherFor::Subject) => {
                let document = &gathered.document;
                let subject = descriptor_json(&Descriptor::new(
                    document.media_type.clone(),
                    document.digest.clone(),
                    document.size(),
                ));
                let result = open.apply(Edit::SetSubject(Some(subject)), now);
                self.edited(result, || format!("the list refers to {name} now"));
            }
            (Manifest::Index(_), _) => {
                let offered = of_list(&gathered.location, &gathered.document);
                if offered.is_empty() {
                    self.say(ToastKind::Warning, &format!("{name} is a list without images"));
                    return Vec::new();
                }
                self.choose_of(&draft, &gathered.location, offered, &purpose);
            }
            (Manifest::Image(_) | Manifest::Artifact(_), _) => {
                let config = gathered.config.as_ref().map(|it| it.config.platform.clone());
                let filled = config.as_ref().map(ToString::to_string);
                let with = Material::bare(gathered.location.clone(), &gathered.document, config);
                let edit = match purpose {
                    GatherFor::Replace(entry) => {
                        Edit::Replace { entry, with, attestations: Vec::new() }
                    }
                    _ => Edit::Add { materials: vec![with], companions: Vec::new(), at: None },
                };
                let result = open.apply(edit, now);
                self.edited(result, || match filled {
                    Some(platform) => format!("added {name}; its config says {platform}"),
                    None => format!("added {name}; it has no config that names a platform"),
                });
                self.go_to_last(&draft);
            }
            (Manifest::Schema1(_) | Manifest::Unknown, _) => {
                let title = gathered.document.media_type.title();
                self.say(ToastKind::Error, &format!("not added: {name} is {title}"));
            }
        }
        Vec::new()
    }

    /// A list was read: with its editor on top there is a choice; else all of it is added.
    fn choose_of(
        &mut self,
        draft: &str,
        from: &Location,
        offered: Vec<Offered>,
        purpose: &GatherFor,
    ) {
        let on_top = match self.screen() {
            Screen::Editor(editor) => {
                editor.draft == draft && editor.form.is_none() && self.overlay.is_none()
            }
            _ => false,
        };
        let now = self.now;
        let Some(open) = self.drafts.get_mut(draft) else { return };
        let picking = match purpose {
            GatherFor::Replace(entry) => {
                let entries = open.draft.entries();
                let replaced = entries.iter().find(|it| it.id == *entry);
                let platform = replaced.and_then(|it| it.platform());
                Picking::to_replace(draft, from.clone(), offered, *entry, platform)
            }
            _ if !on_top || offered.len() == 1 => {
                let all: Vec<&Offered> = offered.iter().collect();
                if let Some((edit, images, along)) = add(&all) {
                    let result = open.apply(edit, now);
                    let images = plural(images, "image");
                    self.edited(result, || format!("added {}", words(&images, along)));
                    self.go_to_last(draft);
                }
                return;
            }
            _ => Picking::to_add(draft, from.clone(), offered),
        };
        if on_top {
            self.overlay = Some(Overlay::Picking(Box::new(picking)));
        } else {
            let text = "the image to put in its place was read; press R again to choose it";
            self.say(ToastKind::Warning, text);
        }
    }

    /// Takes the marked images of a list.
    pub(in crate::tui::app::state) fn picked(&mut self, picking: &Picking) {
        let now = self.now;
        let Some(open) = self.drafts.get_mut(&picking.draft) else { return };
        let Some((edit, images, along)) = picking.edit() else {
            self.say(ToastKind::Warning, "nothing is marked; space marks");
            return;
        };
        let result = open.apply(edit, now);
        let replaced = picking.replaces.is_some();
        let what = words(&plural(images, "image"), along);
        self.edited(result, || {
            if replaced { format!("replaced by {what}") } else { format!("added {what}") }
        });
        if !replaced {
            self.go_to_last(&picking.draft);
        }
    }

    /// Puts the cursor of the draft's editor on the entry that was added last.
    fn go_to_last(&mut self, draft: &str) {
        let Some(open) = self.drafts.get(draft) else { return };
        let entries = open.draft.entries();
        let added = entries.iter().rfind(|it| it.mark == Mark::Added && !it.is_attestation());
        let Some(id) = added.map(|entry| entry.id) else { return };
        for screen in &mut self.screens {
            if let Screen::Editor(editor) = screen
                && editor.draft == draft
            {
                editor.go_to(id);
            }
        }
    }

    /// Takes what refers to an entry's image: it is pushed beside the list.
    pub(in crate::tui::app::state) fn referrers_came(
        &mut self,
        session: SessionId,
        from: &Location,
        subject: &Digest,
        result: Result<Vec<Referrer>, Failure>,
    ) {
        let now = self.now;
        let Some(open) = self.drafts.of_session(session) else { return };
        let referrers = match result {
            Ok(referrers) => referrers,
            Err(failure) => return self.say(ToastKind::Error, &failure.to_string()),
        };
        if referrers.is_empty() {
            return self.say(ToastKind::Done, "nothing refers to this image");
        }
        // Cosign's tags refer by their names only, and an entry of the same list needs no copy.
        let companions: Vec<Companion> = referrers
            .iter()
            .filter(|referrer| matches!(referrer.via, Via::Api | Via::FallbackTag))
            .map(|referrer| Companion {
                subject: subject.clone(),
                material: Material::of(from.clone(), &referrer.descriptor),
            })
            .collect();
        if companions.is_empty() {
            let text =
                "left behind: what refers to this image does so by a tag's name only (cosign)";
            return self.say(ToastKind::Warning, text);
        }
        let count = companions.len();
        let edit = Edit::Add { materials: Vec::new(), companions, at: None };
        let result = open.apply(edit, now);
        self.edited(result, || {
            format!("{} will be pushed beside the list", plural(count, "referrer"))
        });
    }
}

/// A descriptor as JSON.
fn descriptor_json(descriptor: &Descriptor) -> String {
    let mut object = serde_json::json!({
        "mediaType": descriptor.media_type.as_str(),
        "digest": descriptor.digest.as_str(),
        "size": descriptor.size,
    });
    if let (Some(artifact_type), Some(object)) = (&descriptor.artifact_type, object.as_object_mut())
    {
        object.insert("artifactType".to_owned(), artifact_type.as_str().into());
    }
    object.to_string()
}

impl OpenDraft {
    /// What the target's tag holds came.
    fn held(
        &mut self,
        target: &Target,
        result: Result<std::sync::Arc<crate::oci::Document>, Failure>,
    ) {
        let Some(survey) = self.survey.as_mut().filter(|it| it.target == *target) else { return };
        survey.held = Some(match result {
            Ok(document) => Ok(Some(document)),
            Err(failure) if failure.class == Class::NotFound => Ok(None),
            Err(failure) => Err(std::sync::Arc::new(failure)),
        });
        self.revision += 1;
    }
}
