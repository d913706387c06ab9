//! The members of a gzip layer, and what follows the last of them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::arriving::Arriving;

/// What comes behind the end of a gzip stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// Zeros.
    Zeros,
    /// Something else that is not gzip.
    Other,
}

/// Decompresses one member after the other.
pub(super) struct Members<'a> {
    /// Missing only while the next one begins.
    member: Option<Box<GzDecoder<&'a mut Arriving>>>,
    behind: Option<Behind>,
}

impl<'a> Members<'a> {
    pub(super) fn new(packed: &'a mut Arriving) -> Self {
        Self { member: Some(Box::new(GzDecoder::new(packed))), behind: None }
    }

    /// How many bytes were taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.member.as_ref().map_or(0, |member| member.get_ref().taken())
    }

    /// What came behind the last member, once all was read.
    pub(super) fn behind(&self) -> Option<Behind> {
        self.behind
    }
}

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match member.get_mut().peek(3) {
                [] => return Ok(0),
                [0x1f, 0x8b, _] => {}
                _ => {
                    self.behind = Some(rest(member.get_mut())?);
                    return Ok(0);
                }
            }
            self.member = self.member.take().map(|it| Box::new(GzDecoder::new(it.into_inner())));
        }
    }
}

/// Takes all that comes.
fn rest(packed: &mut Arriving) -> io::Result<Behind> {
    let mut behind = Behind::Zeros;
    loop {
        let piece = packed.fill_buf()?;
        if piece.is_empty() {
            return Ok(behind);
        }
        if piece.iter().any(|byte| *byte != 0) {
            behind = Behind::Other;
        }
        let length = piece.len();
        packed.consume(length);
    }
}
