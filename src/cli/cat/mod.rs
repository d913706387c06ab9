//! `platy cat REFERENCE PATH`: the content of a file of an image.

mod args;

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read as _, Write as _};

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::inside::Place;
use super::output::{print, write_all};
use super::waiting::Waiting;
use super::{DONE, TROUBLE};
use crate::model::files::{Resolved, as_text};
use crate::oci::{Class, Failure};
use crate::source::Sources;
use crate::text::escape_line;
use crate::work::layers::Saved;
pub(super) use args::CatArgs;

/// How much of a file tells whether it is text.
const START: usize = 8 << 10;
/// The most bytes of a line that a terminal gets at once.
const MOST_OF_A_LINE: u64 = 64 << 10;

pub(super) async fn run(args: &Args, wish: &CatArgs) -> u8 {
    let place = Place::parse(&wish.reference, wish.platform.as_deref(), &wish.path);
    let Some(place) = place else { return TROUBLE };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let file = match waiting.during(content(args, &sources, &place)).await {
        Ok(file) => file,
        Err(failure) => {
            complain_failure(&failure);
            return TROUBLE;
        }
    };
    let shown = if io::stdout().is_terminal() { on_a_terminal(file) } else { write_all(file) };
    match shown {
        Ok(()) => DONE,
        Err(error) => {
            complain(&error.to_string());
            TROUBLE
        }
    }
}

/// The file, which was checked whole and lies on the disk meanwhile: nothing that is not right is
/// printed, and however large it is it takes no memory.
async fn content(args: &Args, sources: &Sources, place: &Place) -> Result<File, Failure> {
    let inside = place.down_to(args, sources).await?;
    let found = match inside.files.resolve(&place.path, true) {
        Resolved::Found(_, found) => found.content,
        _ => None,
    };
    let layer = found.as_ref().and_then(|(layer, _)| inside.layers.get(*layer)?.as_ref());
    let (Some((_, entry)), Some(layer)) = (&found, layer) else {
        return Err(inside.nothing(place));
    };
    let local = |error: io::Error| {
        let detail = format!("the file cannot be kept until it is checked: {error}");
        Failure::new(Class::Local, std::env::temp_dir().display().to_string(), detail)
            .with_next("name another folder for temporary files (TMPDIR)")
    };
    let room = tempfile::tempdir().map_err(local)?;
    let path = room.path().join("file");
    match inside.reader.save(layer, entry, &path, false).await? {
        Saved::Done => File::open(&path).map_err(local),
        Saved::Exists => Err(local(io::ErrorKind::AlreadyExists.into())),
    }
}

/// Prints text, escaped; anything else is of no use on a terminal.
fn on_a_terminal(file: File) -> io::Result<()> {
    let mut file = BufReader::with_capacity(START, file);
    let start = file.fill_buf()?;
    if as_text(start, start.len() < START).is_none() {
        return Err(io::Error::other(
            "the file is not text, and standard output is a terminal: write `| less` behind the \
             command, or > FILE",
        ));
    }
    loop {
        let mut line = Vec::new();
        if file.by_ref().take(MOST_OF_A_LINE).read_until(b'\n', &mut line)? == 0 {
            return io::stdout().flush();
        }
        let text = String::from_utf8_lossy(&line);
        let (text, end) = match text.strip_suffix('\n') {
            Some(text) => (text.strip_suffix('\r').unwrap_or(text), "\n"),
            None => (text.as_ref(), ""),
        };
        print(format!("{}{end}", escape_line(text)).as_bytes());
    }
}
