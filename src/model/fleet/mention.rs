//! One place in a file that names an image.

use super::nodes::Nodes;
use crate::oci::{Digest, Platform, Reference};

/// The longest name, in bytes. What names an image has 800 at most, templates aside.
const MAX_NAME: usize = 4_096;
/// How much is told of what is longer, in bytes.
const TOLD: usize = 256;

/// One place that names an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The image.
    pub named: Named,
    /// The line, from 1.
    pub line: usize,
    /// What names it: `service web`, `Deployment shop/api, container app`, `stage build`.
    pub owner: String,
    /// For which machines it is pulled.
    pub served: Served,
    /// The images of one number run together on one machine (a pod); numbers are the file's own.
    pub pod: Option<usize>,
    /// The digest that a running container has, if the object says so.
    pub running: Option<Digest>,
}

/// What is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An image.
    Image(Box<Reference>),
    /// Text that does not name an image by itself.
    Unresolved {
        /// As the file has it.
        text: String,
        /// Why.
        why: Unresolved,
    },
}

/// Why a text does not name an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// It is a template that was not rendered (`{{ .Values.image }}`, `${{ matrix.image }}`).
    Template,
    /// It needs a variable that has no value here.
    Variable(String),
    /// It does something with a variable that is not understood here.
    Expression(String),
    /// Its tag is empty: a chart fills it in when it is rendered.
    NoTag,
    /// It is taken from another place of the file, or from another file.
    Elsewhere,
    /// Its variables come to more than a name can be.
    TooLong,
    /// It is not an image reference, with the reason.
    Malformed(String),
}

/// For which machines an image is pulled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Served {
    /// The machines that are asked about.
    #[default]
    Targets,
    /// Those of them that the pod can run on; if none is, one that it can run on.
    Nodes(Nodes),
    /// This platform, whatever the machine is.
    Only(Platform),
    /// The machine that builds (`FROM --platform=$BUILDPLATFORM`).
    BuildMachine,
}

impl Mention {
    /// An image for the machines that are asked about, outside of pods.
    pub(super) fn plain(named: Named, line: usize, owner: String) -> Self {
        Self { named, line, owner, served: Served::Targets, pod: None, running: None }
    }
}

/// What names an image, as far as it is told: objects may have names of any length.
pub(super) fn brief(owner: String) -> String {
    if owner.len() <= MAX_NAME { owner } else { format!("{}…", begin(&owner)) }
}

fn begin(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TOLD)).unwrap_or_default()
}

impl Named {
    /// Reads a name as the field of an object has it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.len() > MAX_NAME {
            return Self::too_long(text);
        }
        if text.contains("{{") {
            return Self::Unresolved { text: text.to_owned(), why: Unresolved::Template };
        }
        // `${X}`, `$(X)` and `$X`: of envsubst, Flux, kpt, Azure pipelines, shells.
        if let Some((_, rest)) = text.split_once('$') {
            let name = rest.trim_start_matches(['{', '(']);
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
            let why = Unresolved::Variable(name.to_owned());
            return Self::Unresolved { text: text.to_owned(), why };
        }
        Self::literal(text.strip_prefix("docker://").unwrap_or(text))
    }

    /// A text that is far longer than any name.
    fn too_long(text: &str) -> Self {
        let why = format!("it has {} bytes; no image has such a name", text.len());
        Self::Unresolved { text: format!("{}…", begin(text)), why: Unresolved::Malformed(why) }
    }

    /// What cannot be told apart from a name, with the reason.
    pub(super) fn unresolved(text: &str, why: Unresolved) -> Self {
        match text.len() > MAX_NAME {
            true => Self::too_long(text),
            false => Self::Unresolved { text: text.to_owned(), why },
        }
    }

    /// A name in which nothing is left to be put in.
    pub(super) fn literal(text: &str) -> Self {
        if text.len() > MAX_NAME {
            return Self::too_long(text);
        }
        match text.parse::<Reference>() {
            Ok(reference) => Self::Image(Box::new(reference)),
            Err(error) => Self::Unresolved {
                text: text.to_owned(),
                why: Unresolved::Malformed(error.to_string()),
            },
        }
    }
}

impl Unresolved {
    /// The reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Template => "a template that was not rendered; render the files first".to_owned(),
            Self::Variable(name) => format!("the variable {name} has no value here"),
            Self::Expression(text) => format!("`{text}` is not understood; write the value"),
            Self::NoTag => "the tag is empty; render the files first".to_owned(),
            Self::Elsewhere => "it is taken from elsewhere; expand the file first".to_owned(),
            Self::TooLong => "its variables come to more than any name of an image has".to_owned(),
            Self::Malformed(reason) => reason.clone(),
        }
    }
}
