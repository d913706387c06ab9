//! Forms over the editor's rows.

use crate::model::draft::EntryId;
use crate::tui::app::Form;
use crate::tui::app::cx::Cx;
use crate::tui::app::typed_reference::TypedReference;

/// What a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The platform of an entry.
    Platform(EntryId),
    /// The annotations of an entry.
    Annotations(EntryId),
    /// The list's own fields and annotations.
    List,
    /// An image to add.
    Add,
    /// An image to put in an entry's place.
    Replace(EntryId),
    /// Where to push.
    Target,
    /// Where to push, asked for on the way to the push.
    TargetThenPush,
    /// What the draft is compared with.
    Compare,
}

impl Purpose {
    /// A reference that is typed in a form of a draft. The list's subject is in the repository that
    /// the list goes to, or else comes from.
    pub(super) fn reference<'a>(
        self,
        text: &'a str,
        draft: &str,
        cx: &'a Cx,
    ) -> TypedReference<'a> {
        let here = match (self, cx.drafts.get(draft)) {
            (Self::List, Some(open)) => open.repository(),
            _ => cx.here.clone(),
        };
        TypedReference::new(text, here, cx)
    }

    /// The entry that it is about.
    #[must_use]
    pub fn entry(self) -> Option<EntryId> {
        match self {
            Self::Platform(id) | Self::Annotations(id) | Self::Replace(id) => Some(id),
            Self::List | Self::Add | Self::Target | Self::TargetThenPush | Self::Compare => None,
        }
    }
}

/// A form that is open over the rows.
#[derive(Debug, Clone)]
pub struct OpenForm {
    /// What is typed.
    pub form: Form,
    /// What for.
    pub purpose: Purpose,
    /// What was in the fields at first.
    pub(super) before: Vec<String>,
}

impl OpenForm {
    pub(super) fn new(form: Form, purpose: Purpose) -> Self {
        let before = form.fields.iter().map(|field| field.value().to_owned()).collect();
        Self { form, purpose, before }
    }

    /// The fields whose values differ from what was there at first.
    pub(super) fn changed(&self) -> impl Iterator<Item = (usize, &str)> {
        let fields = self.form.fields.iter().enumerate();
        fields.filter_map(|(at, field)| {
            let before = self.before.get(at).map_or("", String::as_str);
            (field.value() != before).then(|| (at, field.value()))
        })
    }

    /// How many lines it takes: the title, the fields, what could be under the cursor.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.form.fields.len() + 2
    }
}
