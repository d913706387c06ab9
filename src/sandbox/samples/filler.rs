//! Bytes that make files as large as they look.

/// So many bytes, half noise and half text, so that compression has something to do. The same
/// seed gives the same bytes.
pub(super) fn filler(seed: &str, bytes: usize) -> Vec<u8> {
    // FNV-1a for the seed, xorshift64 for the noise.
    let mut state = seed
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
        .max(1);
    let mut out = Vec::with_capacity(bytes + 8);
    while out.len() < bytes / 2 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.extend(b"a platy is a small fish of many colours. ".iter().cycle().take(bytes / 2));
    out.truncate(bytes);
    out
}
