//! A report as one page of HTML that needs nothing from elsewhere: light and dark, sortable,
//! problems first.

mod page;

use std::path::Path;

use super::TROUBLE;
use super::complain::complain;
use crate::source::regular;
pub(super) use page::{Cell, Page, Row, Table, Weight};

/// Writes the page, if one is wanted; the exit code of the command, or trouble if it could not be
/// written.
pub(super) fn write(file: Option<&Path>, page: impl FnOnce() -> Page, code: u8) -> u8 {
    let Some(file) = file else { return code };
    // Before it is opened: a pipe would wait for its reader.
    let written = regular::is_there(file).and_then(|_| std::fs::write(file, page().text()));
    match written {
        Ok(()) => code,
        Err(error) => {
            complain(&format!("the report {} could not be written: {error}", file.display()));
            TROUBLE
        }
    }
}
