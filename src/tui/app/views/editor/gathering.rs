//! What comes from outside for a draft: facts, images to add, what its tag holds, referrers.

use super::edited::edited;
use crate::model::draft::{Companion, Edit, Mark, Material, SourceRoot};
use crate::oci::{Descriptor, Digest, Failure, Location, Manifest, Referrer, Via};
use crate::text::plural;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::drafts::{GatherFor, Offered, along_words, of_list};
use crate::tui::app::overlay::{Menu, Overlay};
use crate::tui::app::picking::{Picking, add};
use crate::tui::app::{Action, Query, Reply, RequestId, SessionId};

/// Takes an answer for a draft. `on_top`: its editor is on the screen, and a choice can be put to
/// the user.
pub(in crate::tui::app) fn answered(
    session: SessionId,
    request: RequestId,
    question: Query,
    answer: Result<Reply, Failure>,
    on_top: bool,
    cx: &mut Cx,
) {
    let Some(open) = cx.drafts.of_session(session) else { return };
    match (question, answer) {
        (Query::Learn(want), Ok(Reply::Content(content))) => open.learn(&want, Ok(content)),
        (Query::Learn(want), Err(failure)) => open.learn(&want, Err(failure)),
        (Query::SubjectsOf { manifest, .. }, Ok(Reply::Subjects(subjects))) => {
            open.learn_subjects(&manifest.digest, subjects);
        }
        // What cannot be read stays unknown.
        (Query::SubjectsOf { manifest, .. }, Err(_)) => {
            open.learn_subjects(&manifest.digest, Vec::new());
        }
        (Query::Presence { target, question }, Ok(Reply::Presence(presence))) => {
            open.answered(request, &target, question, Ok(presence));
        }
        (Query::Presence { target, question }, Err(failure)) => {
            open.answered(request, &target, question, Err(failure));
        }
        (Query::Weigh(weighing), Ok(Reply::Effects(effects))) => {
            open.weighed(weighing.revision, effects);
        }
        (Query::Gather(_), Ok(Reply::Gathered(root))) => {
            gathered(session, request, Ok(root), on_top, cx);
        }
        (Query::Gather(_), Err(failure)) => gathered(session, request, Err(failure), on_top, cx),
        (Query::Referrers { from, subject }, Ok(Reply::Referrers { found, loose })) => {
            referrers_came(session, &from, &subject, &found, &loose, cx);
        }
        (_, Err(failure)) => cx.say(ToastKind::Error, &failure.to_string()),
        _ => {}
    }
}

/// Takes what a reference names.
fn gathered(
    session: SessionId,
    request: RequestId,
    result: Result<SourceRoot, Failure>,
    on_top: bool,
    cx: &mut Cx,
) {
    let now = cx.now;
    let Some(open) = cx.drafts.of_session(session) else { return };
    let Some((purpose, name)) = open.gathering.remove(&request) else { return };
    if let GatherFor::Held(target) = purpose {
        return open.held(&target, result.map(|it| it.document));
    }
    let gathered = match result {
        Ok(gathered) => gathered,
        Err(failure) => return cx.say(ToastKind::Error, &failure.to_string()),
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
            edited(cx, result, || format!("the list refers to {name} now"));
        }
        (Manifest::Index(_), _) => {
            let offered = of_list(&gathered.location, &gathered.document);
            if offered.is_empty() {
                let text = format!("{name} is a list without images");
                return cx.say(ToastKind::Warning, &text);
            }
            choose(&draft, &gathered.location, offered, &purpose, on_top, cx);
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
            edited(cx, result, || match filled {
                Some(platform) => format!("added {name}; its config says {platform}"),
                None => format!("added {name}; it has no config that names a platform"),
            });
            go_to_last(&draft, cx);
        }
        (Manifest::Schema1(_) | Manifest::Unknown, _) => {
            let title = gathered.document.media_type.title();
            cx.say(ToastKind::Error, &format!("not added: {name} is {title}"));
        }
    }
}

/// A list was read: with its editor on top there is a choice; else all of it is added.
fn choose(
    draft: &str,
    from: &Location,
    offered: Vec<Offered>,
    purpose: &GatherFor,
    on_top: bool,
    cx: &mut Cx,
) {
    let now = cx.now;
    let Some(open) = cx.drafts.get_mut(draft) else { return };
    let menu = match purpose {
        GatherFor::Replace(entry) => {
            let entries = open.draft.entries();
            let replaced = entries.iter().find(|it| it.id == *entry);
            let platform = replaced.and_then(|it| it.platform());
            Picking::to_replace(draft, from, offered, *entry, platform)
        }
        _ if !on_top || offered.len() == 1 => {
            let all: Vec<&Offered> = offered.iter().collect();
            if let Some((edit, images, along)) = add(&all) {
                let result = open.apply(edit, now);
                let images = plural(images, "image");
                edited(cx, result, || format!("added {}", along_words(&images, along)));
                go_to_last(draft, cx);
            }
            return;
        }
        _ => Picking::to_add(draft, from, offered),
    };
    if on_top {
        cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    } else {
        let key = cx.key(Action::ReplaceEntry);
        let text =
            format!("the image to put in its place was read; press {key} again to choose it");
        cx.say(ToastKind::Warning, &text);
    }
}

/// Takes the marked images of a list.
pub(super) fn picked(picking: &Picking, menu: &Menu, cx: &mut Cx) {
    let now = cx.now;
    let Some((edit, images, along)) = picking.edit(menu) else {
        let key = cx.key(Action::MenuToggle);
        return cx.say(ToastKind::Warning, &format!("nothing is marked; {key} marks"));
    };
    let Some(open) = cx.drafts.get_mut(&picking.draft) else { return };
    let result = open.apply(edit, now);
    let replaced = picking.replaces.is_some();
    let what = along_words(&plural(images, "image"), along);
    edited(cx, result, || {
        if replaced { format!("replaced by {what}") } else { format!("added {what}") }
    });
    if !replaced {
        go_to_last(&picking.draft, cx);
    }
}

/// Puts the cursor of the draft's editor on the entry that was added last.
fn go_to_last(draft: &str, cx: &mut Cx) {
    let Some(open) = cx.drafts.get_mut(draft) else { return };
    let entries = open.draft.entries();
    let added = entries.iter().rfind(|it| it.mark == Mark::Added && !it.is_attestation());
    open.go_to = added.map(|entry| entry.id).or(open.go_to);
}

/// Takes what refers to an entry's image: it is pushed beside the list, unless it is in the list.
fn referrers_came(
    session: SessionId,
    from: &Location,
    subject: &Digest,
    referrers: &[Referrer],
    loose: &[Digest],
    cx: &mut Cx,
) {
    let now = cx.now;
    let Some(open) = cx.drafts.of_session(session) else { return };
    let entries = open.draft.entries();
    let is_listed = |digest: &Digest| entries.iter().any(|entry| entry.digest() == Some(digest));
    let companion = |referrer: &Referrer| {
        let tag = match &referrer.via {
            Via::CosignTag(tag) => Some(tag.clone()),
            Via::Api | Via::FallbackTag | Via::SameIndex => None,
        };
        let is_further = tag.is_some() || !is_listed(&referrer.descriptor.digest);
        is_further.then(|| Companion {
            subject: subject.clone(),
            material: Material::of(from.clone(), &referrer.descriptor),
            tag,
        })
    };
    let companions: Vec<Companion> = referrers.iter().filter_map(companion).collect();
    let left = loose.iter().filter(|digest| !is_listed(digest)).count();
    let left = (left > 0).then(|| {
        let count = plural(left, "referrer");
        format!("left behind: {count} without a subject, which only an index joins to the image")
    });
    let count = plural(companions.len(), "referrer");
    if companions.is_empty() {
        return match left {
            Some(left) => cx.say(ToastKind::Warning, &left),
            None if referrers.is_empty() && loose.is_empty() => {
                cx.say(ToastKind::Done, "nothing refers to this image");
            }
            None => cx.say(ToastKind::Done, "what refers to this image is in the list"),
        };
    }
    let edit = Edit::Add { materials: Vec::new(), companions, at: None };
    let result = open.apply(edit, now);
    let left = left.map(|left| format!("; {left}")).unwrap_or_default();
    edited(cx, result, || format!("{count} will be pushed beside the list{left}"));
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
