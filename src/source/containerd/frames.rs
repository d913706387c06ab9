//! Messages on their way in gRPC (grpc/grpc `doc/PROTOCOL-HTTP2.md`, "Length-Prefixed-Message"):
//! one byte that tells compression, four of the length, the message.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use prost::Message;

/// The largest message that is read, in bytes: containerd sends no larger ones (16 MiB,
/// `defaults.DefaultMaxSendMsgSize` of containerd 2.4.2).
const MOST: usize = 16 << 20;
/// The bytes before a message.
const PREFIX: usize = 5;

/// A message with its prefix.
pub(super) fn framed(message: &impl Message) -> Bytes {
    let length = message.encoded_len();
    let mut frame = BytesMut::with_capacity(PREFIX + length);
    frame.put_u8(0);
    // Questions are a name or two.
    frame.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    frame.extend_from_slice(&message.encode_to_vec());
    frame.freeze()
}

/// The bytes of an answer, of which messages are taken as they become whole.
#[derive(Debug, Default)]
pub(super) struct Frames(BytesMut);

impl Frames {
    /// Adds what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Whether nothing of a message is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next message, if it is whole.
    ///
    /// # Errors
    /// A sentence: it is compressed, which was not asked for, too large, or not such a message.
    pub(super) fn next<T: Message + Default>(&mut self) -> Result<Option<T>, String> {
        let Some((prefix, rest)) = self.0.split_first_chunk::<PREFIX>() else { return Ok(None) };
        let [compressed, length @ ..] = *prefix;
        if compressed != 0 {
            return Err("its answer is compressed, which was not asked for".to_owned());
        }
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MOST {
            return Err(format!("its answer has {length} bytes; at most {MOST} are read"));
        }
        if rest.len() < length {
            return Ok(None);
        }
        self.0.advance(PREFIX);
        let message = self.0.split_to(length).freeze();
        let read = T::decode(message);
        read.map(Some).map_err(|error| format!("its answer is not understood: {error}"))
    }
}

/// The words of a refusal: `grpc-message` is percent-encoded.
pub(super) fn words(encoded: &[u8]) -> String {
    percent_encoding::percent_decode(encoded).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::messages::{GetImage, GotImage, ListedNamespaces, PartOfContent};
    use super::*;

    #[test]
    fn messages_come_whole_whatever_the_pieces() {
        let parts = [
            PartOfContent { offset: 0, data: Bytes::from_static(b"abc") },
            PartOfContent { offset: 3, data: Bytes::new() },
            PartOfContent { offset: 3, data: Bytes::from_static(b"d") },
        ];
        let sent: Vec<u8> = parts.iter().flat_map(framed).collect();
        for size in 1..=sent.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for piece in sent.chunks(size) {
                frames.push(piece);
                while let Some(part) = frames.next::<PartOfContent>().unwrap() {
                    found.push(part);
                }
            }
            assert_eq!(found, parts, "pieces of {size}");
            assert!(frames.is_empty());
        }
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let name = framed(&GetImage { name: "a".into() });
        assert_eq!(&name[..], b"\0\0\0\0\x03\x0a\x01a");
        for (bytes, word) in [
            (&b"\x01\0\0\0\x01x"[..], "compressed"),
            (b"\0\xff\xff\xff\xff", "at most"),
            (b"\0\0\0\0\x02\x0a\x05", "not understood"),
        ] {
            let mut frames = Frames::default();
            frames.push(bytes);
            let why = frames.next::<GotImage>().unwrap_err();
            assert!(why.contains(word), "{why}");
        }
        assert_eq!(words(b"image %22a%22: not found"), "image \"a\": not found");
    }

    #[test]
    fn an_empty_message_is_an_answer() {
        let mut frames = Frames::default();
        frames.push(b"\0\0\0\0\0");
        assert_eq!(frames.next::<ListedNamespaces>(), Ok(Some(ListedNamespaces::default())));
        assert_eq!(frames.next::<ListedNamespaces>(), Ok(None));
    }
}
