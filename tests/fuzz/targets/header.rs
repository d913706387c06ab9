//! The headers of programs, whole and as a stream in pieces: no input may panic or hang, and a
//! stream never tells another machine than the whole file does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use platy::content::program::{Contents, Pieces, Probe, Reading, read};

fuzz_target!(|input: (u16, &[u8])| {
    let (piece, file) = input;
    let mut probe = Probe::new(file.len() as u64);
    for piece in file.chunks(usize::from(piece).max(1)) {
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
});
