//! The order of the rows, and which of them the filter shows.

use super::FleetView;
use crate::model::fleet::Image;

impl FleetView {
    /// Puts problems first, then what could not be read, what is still asked about, and the rest,
    /// each in the order of the files; the cursor stays on its image unless it is at the top.
    pub(super) fn sort(&mut self) {
        let before = self.shown.get(self.cursor).copied().filter(|_| self.cursor > 0);
        let typed = self.filter.value().trim().to_lowercase();
        let fits = |image: &Image| {
            typed.is_empty()
                || image.reference.familiar().to_lowercase().contains(&typed)
                || self.fleet.places(image).any(|(file, mention)| {
                    file.to_lowercase().contains(&typed)
                        || mention.owner.to_lowercase().contains(&typed)
                })
        };
        let images = self.fleet.images.iter().enumerate();
        let mut shown: Vec<(u8, usize)> =
            images.filter(|(_, it)| fits(it)).map(|(at, it)| (rank(it), at)).collect();
        shown.sort_unstable();
        self.shown = shown.into_iter().map(|(_, at)| at).collect();
        let same = before.and_then(|at| self.shown.iter().position(|other| *other == at));
        self.cursor = same.unwrap_or(self.cursor.min(self.shown.len().saturating_sub(1)));
    }
}

fn rank(image: &Image) -> u8 {
    match &image.outcome {
        _ if image.has_findings() => 0,
        None => 2,
        _ if image.has_trouble() => 1,
        Some(_) => 3,
    }
}
