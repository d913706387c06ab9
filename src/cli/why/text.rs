pub(super) fn document(q: &super::Question, _: &super::Behind, _: &[super::Answer], _: bool) -> String { format!("{}", q.reference) }
