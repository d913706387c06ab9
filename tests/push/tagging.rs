//! `platy tag rm`, `cp` and `mv`.

use platy::oci::Digest;
use platy::sandbox::{Accounts, Auth, Fault, Grant, Rule, SandboxOptions, TagDeletes};
use reqwest::Method;
use serde_json::json;

use super::{Lab, options};
use crate::support::command::{Ran, platy};

impl Lab {
    /// `A` stands for the repository.
    fn tagging(&self, command: &str) -> Ran {
        let name = self.repository().familiar();
        let words: Vec<String> = command.split(' ').map(|it| it.replace('A', &name)).collect();
        platy(self.home.path(), &words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    async fn deleting(tag_deletes: TagDeletes) -> Self {
        let target = SandboxOptions { tag_deletes, ..SandboxOptions::default() };
        Self::with(target, options(0)).await
    }

    fn at(&self, tag: &str) -> Option<Digest> {
        self.store().resolve(tag)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_alone_is_deleted_and_put_back() {
    let lab = Lab::deleting(TagDeletes::Tag).await;
    let old = lab.old();
    lab.store().tag("same", &old);
    let ran = lab.tagging("tag rm A:latest");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes writes without asking"), "{}", ran.stderr);
    let ran = lab.tagging("tag rm A:latest --dry-run");
    assert_eq!(ran.code, 0);
    let text = ran.text();
    assert!(text.contains("other tags of it stay: same"), "{text}");
    assert!(text.contains(&format!("@{old} stays")), "{text}");
    assert_eq!(lab.tag(), Some(old.clone()));

    let ran = lab.tagging("tag rm A:latest --yes --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let deleted = &ran.json()["delete"][0];
    assert_eq!(deleted["done"], true);
    assert_eq!((&deleted["dropped"], &deleted["other_tags"]), (&json!(false), &json!(["same"])));
    assert_eq!((lab.tag(), lab.at("same")), (None, Some(old.clone())));
    assert!(lab.store().manifest(old.as_str()).is_some());

    let listed = lab.tagging("undo --list --json").json();
    assert_eq!((&listed[0]["before"], &listed[0]["after"]), (&json!(old), &json!(null)));
    let ran = lab.tagging("undo --list");
    assert!(ran.text().contains(&format!("{} → no tag", old.short())), "{}", ran.text());
    let ran = lab.tagging("undo A:latest --yes");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(lab.tag(), Some(old));
    let ran = lab.tagging("tag rm A:none A:latest --yes");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no such tag"), "{}", ran.stderr);
    assert!(lab.tag().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_of_one_digest_are_deleted_together_and_none_comes_back() {
    let lab = Lab::deleting(TagDeletes::Tag).await;
    let old = lab.old();
    lab.store().tag("same", &old);
    lab.store().tag("kept", &old);
    let ran = lab.tagging("tag rm A:latest A:same --yes --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for at in [0, 1] {
        let deleted = &ran.json()["delete"][at];
        assert_eq!((&deleted["done"], &deleted["other_tags"]), (&json!(true), &json!(["kept"])));
        assert_eq!(deleted["rewritten"], json!([]));
    }
    assert_eq!((lab.tag(), lab.at("same"), lab.at("kept")), (None, None, Some(old)));
}

/// Somebody has given the tag something since it was deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_tag_that_is_there_again_is_put_back_by_force_only() {
    let lab = Lab::deleting(TagDeletes::Tag).await;
    let old = lab.old();
    assert_eq!(lab.tagging("tag rm A:latest --yes").code, 0);
    let theirs = lab.store().index().entries(super::images(&lab.store(), "x", 1)).push().digest;
    lab.store().tag("latest", &theirs);
    let ran = lab.tagging("undo A:latest --yes");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("it was not to exist"), "{}", ran.stderr);
    assert_eq!(lab.tag(), Some(theirs));
    assert_eq!(lab.tagging("undo A:latest --yes --force").code, 0);
    assert_eq!(lab.tag(), Some(old));
}

/// Nothing is deleted by digest in its place: that would take the other tags too.
#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_deletes_no_tag_alone_loses_nothing() {
    for how in [TagDeletes::Unsupported, TagDeletes::DigestsOnly] {
        let lab = Lab::deleting(how).await;
        let old = lab.old();
        lab.store().tag("same", &old);
        let ran = lab.tagging("tag rm A:latest --yes --json");
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("does not delete a tag alone"), "{}", ran.stderr);
        assert!(ran.stderr.contains("platy tag cp"), "{}", ran.stderr);
        assert_eq!(ran.json()["delete"][0]["done"], false);
        assert_eq!((lab.tag(), lab.at("same")), (Some(old.clone()), Some(old)));
        // Of several the first refusal ends it.
        let ran = lab.tagging("tag rm A:latest A:same --yes");
        assert_eq!(ran.code, 2);
        assert_eq!(ran.stderr.matches("does not delete a tag alone").count(), 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(":same was left as it is"), "{}", ran.stderr);
        let deletes = lab.target.requests().all();
        let deletes: Vec<_> = deletes.iter().filter(|it| it.method == "DELETE").collect();
        assert!(deletes.iter().all(|it| it.path.ends_with("/manifests/latest")), "{deletes:?}");
        // What did not come about is not in the journal.
        assert_eq!(lab.tagging("undo --list --json").json(), json!([]));
        // A renamed tag has both names then, which is said.
        let ran = lab.tagging("tag mv A:latest new --yes");
        assert_eq!(ran.code, 1);
        assert!(lab.at("new").is_some() && lab.tag().is_some());
        assert!(ran.text().contains(":new points at"), "{}", ran.text());
        assert!(ran.stderr.contains(":latest: "), "{}", ran.stderr);
    }
}

/// A web site that answers everything with its page holds no tags.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_manifest_is_not_copied() {
    let lab = Lab::deleting(TagDeletes::Tag).await;
    let old = lab.old();
    for body in ["<html>welcome</html>", "[]", "{\"schemaVersion\": 2"] {
        let rules = [Method::GET, Method::HEAD].map(|method| {
            lab.target.faults().add(Rule::new(Fault::html(200, body)).method(method))
        });
        for command in ["tag cp A:latest new --yes --json", "tag mv A:latest new --yes --json"] {
            let ran = lab.tagging(command);
            assert_eq!(ran.code, 2, "{command}, {body}: {}", ran.text());
            assert_eq!(ran.json()["error"]["class"], "malformed", "{body}: {}", ran.stderr);
        }
        assert!(rules.into_iter().all(|rule| lab.target.faults().remove(rule)));
        assert_eq!((lab.tag(), lab.at("new")), (Some(old.clone()), None), "{body}");
    }
}

/// What no push could put back is not taken away.
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_of_what_is_too_large_to_be_written_again_is_not_deleted() {
    for megabytes in [5, 9] {
        let lab = Lab::deleting(TagDeletes::Manifest).await;
        let index = "application/vnd.oci.image.index.v1+json";
        let large = json!({ "schemaVersion": 2, "mediaType": index, "manifests": [],
            "annotations": { "a": "x".repeat(megabytes << 20) } });
        let large = lab.store().put_manifest(index, large.to_string());
        lab.store().tag("large", &large.digest);
        let ran = lab.tagging("tag rm A:large --yes");
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("larger than platy writes"), "{}", ran.stderr);
        assert_eq!(lab.at("large"), Some(large.digest));
        assert!(lab.target.requests().all().iter().all(|it| it.method != "DELETE"));
    }
}

/// Against the specification: the manifest goes with all its tags, which are written again.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_takes_with_the_tag_is_put_back() {
    let lab = Lab::deleting(TagDeletes::Manifest).await;
    let old = lab.old();
    lab.store().tag("same", &old);
    lab.store().tag("third", &old);
    let ran = lab.tagging("tag rm A:latest --yes");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("written again: same, third"), "{}", ran.stderr);
    assert_eq!((lab.tag(), lab.at("same"), lab.at("third")), (None, Some(old.clone()), Some(old)));
    // The last tag takes it along; the journal has it.
    for tag in ["same", "third"] {
        assert_eq!(lab.tagging(&format!("tag rm A:{tag} --yes")).code, 0);
    }
    assert!(lab.store().tags().is_empty());
    let ran = lab.tagging("undo A:third --yes");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(lab.at("third").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_copied_and_renamed() {
    let lab = Lab::deleting(TagDeletes::Tag).await;
    let old = lab.old();
    let ran = lab.tagging("tag cp A:latest stable --yes --if-absent");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!((lab.at("stable"), lab.tag()), (Some(old.clone()), Some(old.clone())));
    let other = lab.store().index().entries(super::images(&lab.store(), "x", 1)).push().digest;
    let ran = lab.tagging("tag cp A:latest stable --if-absent --yes");
    assert_eq!(ran.code, 1);
    let ran = lab.tagging(&format!("tag cp A@{other} A:stable --yes --json"));
    let written = &ran.json()["write"];
    assert_eq!((ran.code, &written["done"]), (0, &json!(true)));
    assert_eq!((&written["before"], &written["after"]), (&json!(old), &json!(other)));
    assert_eq!(lab.at("stable"), Some(other.clone()));
    assert_eq!(lab.tagging("undo A:stable --yes").code, 0);
    assert_eq!(lab.at("stable"), Some(old.clone()));

    let ran = lab.tagging("tag mv A:latest 1.0 --yes");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!((lab.at("1.0"), lab.tag()), (Some(old.clone()), None));
    let name = lab.repository().familiar();
    assert!(ran.text().contains(&format!("`platy undo {name}:latest` puts it back")));
    // What is so already is said, and nothing is asked or written.
    for command in ["tag cp A:1.0 1.0", "tag mv A:1.0 1.0", "tag cp A:1.0 stable"] {
        let ran = lab.tagging(command);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        let told = ran.text();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.starts_with(&format!("nothing to do: {name}:")), "{told}");
        assert!(told.ends_with(" already\n"), "{told}");
        assert_eq!(lab.tagging(&format!("{command} --json")).json()["write"]["done"], true);
    }
    assert_eq!((lab.at("1.0"), lab.at("stable")), (Some(old.clone()), Some(old.clone())));
    for (command, said) in [
        ("tag mv A 2 --yes", "names no tag"),
        ("tag cp A:1.0 other/repository:1 --yes", "`platy copy` copies there"),
        ("tag cp A:none x --yes", "there is nothing of that name"),
        ("tag cp A:1.0 no?tag --yes", "is not a tag"),
    ] {
        let ran = lab.tagging(command);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{command}");
        assert!(ran.stderr.contains(said), "{command}: {}", ran.stderr);
    }
}

/// The token that is asked for allows it.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_that_may_delete() {
    let lab = Lab::with(
        SandboxOptions {
            auth: Auth::bearer(Accounts::only([]).with_anonymous(Grant::all(""))),
            ..SandboxOptions::default()
        },
        options(0),
    )
    .await;
    lab.old();
    let ran = lab.tagging("tag rm A:latest --yes");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(lab.tag(), None);
}
