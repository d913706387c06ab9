//! A layer that is, unpacked, another than the config says (OCI `config.md`, `rootfs.diff_ids`).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::model::check::Mistaken;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "diff-id-differs",
    says: "a layer that was read to its end is, unpacked, not what `rootfs.diff_ids` of the config \
           says: engines refuse the image when they unpack it",
    threads: &[],
    needs: "the layers, which `platy check` reads",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let wrong: Vec<(&Image, &[Mistaken])> = behind
        .images()
        // What does not even fit is told without reading.
        .filter(|image| image.misfits.is_empty())
        .filter_map(|image| {
            let mistaken = image.row()?.proof.as_ref().ok()?.mistaken.as_slice();
            (!mistaken.is_empty()).then_some((image, mistaken))
        })
        .collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [(image, [one])] => {
            format!("layer {} of {} is not what its config says", one.layer + 1, image.place())
        }
        [(image, all)] => {
            format!("{} layers of {} are not what its config says", all.len(), image.place())
        }
        all => format!("{} images have layers that are not what their configs say", all.len()),
    };
    let lines = wrong.iter().flat_map(|(image, mistaken)| {
        std::iter::once(image.line()).chain(mistaken.iter().map(line))
    });
    vec![
        RULE.finding(Severity::Error, title)
            .about(wrong.iter().map(|(image, _)| *image))
            .saw_all(lines)
            .next(
                "build and push the image anew; a tool that rewrites layers or packs them again \
                 must write the config's diff_ids with them",
            ),
    ]
}

fn line(mistaken: &Mistaken) -> String {
    let Mistaken { layer, stated, found } = mistaken;
    match stated {
        Some(stated) => {
            format!("layer {} unpacks to {found}; the config says {stated}", layer + 1)
        }
        None => format!("layer {} unpacks to {found}; the config does not name it", layer + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{behind, listed, one, proven, silent};
    use std::sync::Arc;

    use super::*;
    use crate::oci::Digest;

    #[test]
    fn a_layer_of_another_content_is_found() {
        let mut facts = listed("-", &["linux/amd64"]);
        proven(&mut facts, 0, &["app linux/amd64"], "app");
        silent(&RULE, &facts);
        let digest = |text: &[u8]| Digest::sha256(text);
        let image = &mut behind(&mut facts).entries[0];
        let Fact::Known(row) = &mut image.truth else { panic!("it was read") };
        let mistaken = Mistaken { layer: 1, stated: Some(digest(b"a")), found: digest(b"b") };
        Arc::make_mut(row).proof.as_mut().unwrap().mistaken = vec![mistaken];
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Error);
        assert_eq!(found.title, "layer 2 of no. 1 is not what its config says");
        let (stated, was) = (digest(b"a"), digest(b"b"));
        assert_eq!(
            found.evidence[1],
            format!("layer 2 unpacks to {was}; the config says {stated}")
        );
    }
}
