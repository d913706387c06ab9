//! Buffers that are used again.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The most buffers that are remembered.
const MOST: usize = 32;

/// Buffers of one stream that were handed out, to be filled again once nobody holds them: new memory
/// has to be cleared, and what was used just now is still in the processor's cache.
#[derive(Debug, Default)]
pub(crate) struct Recycled(VecDeque<Bytes>);

impl Recycled {
    /// A buffer of this length, with any content.
    pub(crate) fn take(&mut self, length: usize) -> BytesMut {
        let free = |buffer: &Bytes| buffer.len() >= length && buffer.is_unique();
        let used = self.0.iter().position(free).and_then(|at| self.0.remove(at));
        match used.map(Bytes::try_into_mut) {
            Some(Ok(mut buffer)) => {
                buffer.truncate(length);
                buffer
            }
            _ => BytesMut::zeroed(length),
        }
    }

    /// The filled buffer, remembered.
    pub(crate) fn lend(&mut self, buffer: BytesMut) -> Bytes {
        let buffer = buffer.freeze();
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(buffer.clone());
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_when_nobody_holds_it() {
        let mut buffers = Recycled::default();
        let mut lend = |byte: u8, length: usize| {
            let mut buffer = buffers.take(length);
            buffer.fill(byte);
            buffers.lend(buffer)
        };
        let first = lend(1, 100);
        let place = first.as_ptr();
        let part = first.slice(10..20);
        drop(first);
        let second = lend(2, 100);
        assert_eq!((part.as_ref(), second.as_ref()), (&[1; 10][..], &[2; 100][..]));
        drop(part);
        let third = lend(3, 60);
        assert_eq!((third.as_ptr(), third.len()), (place, 60));
        assert_eq!(second, [2; 100][..]);
    }

    #[test]
    fn what_is_held_for_long_is_forgotten() {
        let mut buffers = Recycled::default();
        let held: Vec<Bytes> = (0..3 * MOST)
            .map(|_| {
                let buffer = buffers.take(8);
                buffers.lend(buffer)
            })
            .collect();
        assert_eq!(buffers.0.len(), MOST);
        assert!(held.iter().all(|bytes| bytes.len() == 8));
    }
}
