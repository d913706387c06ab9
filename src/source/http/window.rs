//! How much may be on its way unread over HTTP/2 (RFC 9113, 5.2).
//!
//! What came for a stream whose reader does other work counts in the window of its connection too.
//! Is that one used up by such streams, nothing comes for the others either, not even for those that
//! the readers wait for: so the connection's is as large as all of its streams' together.

/// The largest window that there is (RFC 9113, 6.9.1). Go's net/http gives a connection half of it.
pub(super) const CONNECTION: u32 = (1 << 31) - 1;
/// The window of a stream, as Go's net/http has it: a stream brings at most so much in a round trip,
/// and so much of it may have to be kept.
const STREAM: u32 = 4 << 20;
/// How many requests may be under way that have no permit of their host: uploads, tokens, and what
/// connects ahead.
const BESIDE: usize = 100;

/// The window of a stream on a connection that so many requests are sent on at once.
pub(super) fn of_stream(under_way: usize) -> u32 {
    let streams = u32::try_from(under_way.saturating_add(BESIDE)).unwrap_or(u32::MAX);
    STREAM.min(CONNECTION / streams)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::DEFAULT_STREAMS;

    #[test]
    fn all_streams_together_fit_into_the_connection() {
        assert_eq!(of_stream(DEFAULT_STREAMS), STREAM);
        for under_way in [1, 100, 1_000, 100_000, usize::MAX] {
            let streams = u64::try_from(under_way).unwrap().saturating_add(BESIDE as u64);
            let all = u128::from(of_stream(under_way)) * u128::from(streams);
            assert!(all <= u128::from(CONNECTION), "{under_way}");
        }
    }
}
