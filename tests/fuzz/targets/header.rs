//! The headers of programs, whole and as a stream in pieces: no input may panic or hang, and a
//! stream never tells another machine than the whole file does.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use platy::model::files::program::{Contents, Pieces, Probe, Reading, read};
use platy::oci::Platform;
use platy::sandbox::program;

/// The platforms whose programs are damaged.
const PLATFORMS: [[&str; 3]; 7] = [
    ["linux", "amd64", ""],
    ["linux", "386", ""],
    ["linux", "arm", "v6"],
    ["linux", "arm64", "v8"],
    ["linux", "s390x", ""],
    ["linux", "mips64le", ""],
    ["windows", "amd64", ""],
];

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    /// How many bytes come at once.
    piece: u16,
    /// Which program is damaged; beyond them, `rest` is the file.
    base: u8,
    changes: Vec<(u16, u8)>,
    rest: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let mut file = match PLATFORMS.get(usize::from(input.base) % (PLATFORMS.len() + 3)) {
        Some([os, architecture, variant]) => {
            program(&Platform::new(os, architecture, variant), input.rest)
        }
        None => input.rest.to_vec(),
    };
    for (at, byte) in input.changes {
        if let Some(place) = file.get_mut(usize::from(at)) {
            *place = byte;
        }
    }
    check(&file, usize::from(input.piece).max(1));
});

fn check(file: &[u8], piece: usize) {
    let mut probe = Probe::new(file.len() as u64);
    for piece in file.chunks(piece) {
        if !probe.push(piece) {
            break;
        }
    }
    let streamed = probe.end();

    let mut pieces = Pieces::new(file.len() as u64);
    for _ in 0..1000 {
        match read(&pieces) {
            Reading::Known(whole) => {
                if let (Contents::Executable(whole), Contents::Executable(streamed)) =
                    (whole, streamed)
                {
                    assert_eq!(whole.machine, streamed.machine);
                }
                return;
            }
            Reading::Need(range) => {
                let part = &file[range.start as usize..range.end as usize];
                assert!(!part.is_empty(), "it asks for nothing");
                pieces.add(range.start, part);
            }
        }
    }
    panic!("it never has enough");
}
