use object::{elf, pe};
use proptest::prelude::*;

use super::*;
use crate::oci::Platform;
use crate::sandbox::{go_program, program};

/// What a file is, with how many bytes went by before that was known.
fn probed(file: &[u8], chunk: usize) -> (Contents, usize) {
    let mut probe = Probe::new(file.len() as u64);
    let mut passed = 0;
    for piece in file.chunks(chunk) {
        passed += piece.len();
        if !probe.push(piece) {
            break;
        }
    }
    (probe.end(), passed)
}

/// What a file is, where every range is to be had in any order.
fn known(file: &[u8]) -> Contents {
    let mut pieces = Pieces::new(file.len() as u64);
    for _ in 0..100 {
        match read(&pieces) {
            Reading::Known(contents) => return contents,
            Reading::Need(range) => {
                let at = range.start as usize..range.end as usize;
                pieces.add(range.start, &file[at]);
            }
        }
    }
    panic!("it never has enough")
}

fn executable(file: &[u8]) -> Executable {
    match known(file) {
        Contents::Executable(executable) => executable,
        other => panic!("{other:?}"),
    }
}

fn platform(file: &[u8]) -> String {
    let platforms = executable(file).platforms;
    platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_sandbox_s_programs_tell_their_platform() {
    for (os, architecture, variant, said) in [
        ("linux", "amd64", "", "linux/amd64"),
        ("linux", "386", "", "linux/386"),
        ("linux", "arm", "v5", "linux/arm/v5"),
        ("linux", "arm", "v6", "linux/arm/v6"),
        ("linux", "arm", "v7", "linux/arm/v7"),
        ("linux", "arm64", "v8", "linux/arm64"),
        ("linux", "loong64", "", "linux/loong64"),
        ("linux", "mips64le", "", "linux/mips64le"),
        ("linux", "ppc64le", "", "linux/ppc64le"),
        ("linux", "riscv64", "", "linux/riscv64"),
        ("linux", "s390x", "", "linux/s390x"),
        ("windows", "amd64", "", "windows/amd64"),
        ("windows", "386", "", "windows/386"),
        ("windows", "arm64", "", "windows/arm64"),
    ] {
        let file = program(&Platform::new(os, architecture, variant), &[7; 100_000]);
        assert_eq!(platform(&file), said);
        for chunk in [1, 1000, 4096, 70_000, 1 << 20] {
            assert_eq!(probed(&file, chunk).0, known(&file), "{said} {chunk}");
        }
        let passed = probed(&file, 512).1;
        if architecture == "arm" {
            assert_eq!(passed, file.len(), "the attributes lie behind the code");
        } else {
            assert_eq!(passed, 4096, "{said}");
        }
    }
}

#[test]
fn what_go_wrote_tells_system_and_level() {
    for (platform_of, settings, said) in [
        (("linux", "amd64", ""), ("GOAMD64", "v3"), "linux/amd64/v3"),
        (("linux", "amd64", ""), ("GOAMD64", "v1"), "linux/amd64"),
        (("linux", "arm", "v7"), ("GOARM", "7"), "linux/arm/v7"),
        (("linux", "arm", "v7"), ("GOARM", "5,softfloat"), "linux/arm/v5"),
        (("linux", "arm64", ""), ("GOARM64", "v8.1"), "linux/arm64/v8.1"),
        (("linux", "s390x", ""), ("CGO_ENABLED", "0"), "linux/s390x"),
        (("linux", "ppc64le", ""), ("GOPPC64", "power10"), "linux/ppc64le/power10"),
        (("linux", "riscv64", ""), ("GORISCV64", "rva23u64"), "linux/riscv64/rva23u64"),
        (("illumos", "amd64", ""), ("GOAMD64", "v1"), "illumos/amd64"),
        (("dragonfly", "amd64", ""), ("GOAMD64", "v1"), "dragonfly/amd64"),
    ] {
        let (os, architecture, variant) = platform_of;
        let (name, value) = settings;
        let built = Platform::new(os, architecture, variant);
        let file = go_program(&built, &[("GOOS", os), (name, value)]);
        assert_eq!(platform(&file), said);
        let found = executable(&file);
        assert_eq!(found.unknown, None, "{said}");
        assert!(name == "CGO_ENABLED" || found.details.contains(&format!("{name}={value}")));
        for chunk in [1, 1000, 1 << 20] {
            assert_eq!(probed(&file, chunk).0, known(&file), "{said} {chunk}");
        }
        // A file that is cut off before its data.
        let mut probe = Probe::new(file.len() as u64);
        probe.push(&file[..4096]);
        match probe.end() {
            Contents::Executable(cut) => assert!(cut.unknown.is_some(), "{cut:?}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn systems_that_elf_does_not_number_are_told_by_the_loader() {
    for (loader, system) in [
        ("/lib64/ld-linux-x86-64.so.2", "linux"),
        ("/lib/ld-musl-x86_64.so.1", "linux"),
        ("/lib/amd64/ld.so.1", "solaris"),
        ("/usr/lib/ld.so.1", "solaris"),
        ("/usr/libexec/ld-elf.so.2", "dragonfly"),
        ("/libexec/ld-elf.so.1", "freebsd"),
    ] {
        let file = with_segment(elf::PT_INTERP.0, 1, format!("{loader}\0").as_bytes());
        assert_eq!(platform(&file), format!("{system}/amd64"), "{loader}");
    }
}

#[test]
fn release_6_of_mips_is_another_machine() {
    let mut file = program(&Platform::new("linux", "mips64le", ""), b"code");
    assert_eq!(platform(&file), "linux/mips64le");
    file[51] = 0xa0;
    let found = executable(&file);
    assert_eq!(found.platforms[0].to_string(), "linux/mips64le/r6");
    assert!(found.details.contains(&"MIPS64r6".to_owned()), "{found:?}");
}

#[test]
fn the_program_of_this_test_is_for_this_machine() {
    let file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let found = executable(&file);
    assert_eq!(found.platforms[0].architecture, go_name(std::env::consts::ARCH));
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let interpreter = found.interpreter.unwrap();
        assert!(interpreter.contains("/ld"), "{interpreter}");
        assert!(std::path::Path::new(&interpreter).exists());
    }
}

fn go_name(rust: &str) -> &str {
    match rust {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        "loongarch64" => "loong64",
        other => other,
    }
}

/// A 64-bit ELF file of one segment with this content.
fn with_segment(kind: u32, align: u64, content: &[u8]) -> Vec<u8> {
    let mut file = program(&Platform::new("linux", "amd64", ""), b"");
    let at = file.len().next_multiple_of(8);
    file.resize(at, 0);
    file.extend_from_slice(content);
    let header = &mut file[64..120];
    header[..4].copy_from_slice(&kind.to_le_bytes());
    header[8..16].copy_from_slice(&(at as u64).to_le_bytes());
    header[32..40].copy_from_slice(&(content.len() as u64).to_le_bytes());
    header[48..56].copy_from_slice(&align.to_le_bytes());
    file
}

fn level_note(bits: u32) -> Vec<u8> {
    let mut note = Vec::new();
    for word in [4, 32, 5, u32::from_le_bytes(*b"GNU\0")] {
        note.extend_from_slice(&u32::to_le_bytes(word));
    }
    // Control-flow protection first, as gcc writes it; then what is needed.
    for word in [0xc000_0002, 4, 3, 0, 0xc000_8002, 4, bits, 0] {
        note.extend_from_slice(&u32::to_le_bytes(word));
    }
    note
}

#[test]
fn the_level_of_x86_64_is_what_the_note_says() {
    for (bits, said) in [
        (0, "linux/amd64"),
        (1, "linux/amd64"),
        (2, "linux/amd64/v2"),
        (7, "linux/amd64/v3"),
        (15, "linux/amd64/v4"),
    ] {
        assert_eq!(platform(&with_segment(elf::PT_NOTE.0, 8, &level_note(bits))), said);
    }
}

#[test]
fn the_loader_is_what_the_program_names() {
    let file = with_segment(elf::PT_INTERP.0, 1, b"/lib64/ld-linux-x86-64.so.2\0");
    assert_eq!(executable(&file).interpreter.unwrap(), "/lib64/ld-linux-x86-64.so.2");
    let file = with_segment(elf::PT_INTERP.0, 1, b"/lib/\xff");
    assert_eq!(executable(&file).interpreter.unwrap(), "/lib/\u{fffd}");
}

#[test]
fn scripts_name_their_interpreter() {
    for (text, interpreter, argument) in [
        ("#!/bin/sh\nexec x", "/bin/sh", None),
        ("#! /usr/bin/env -S node --x  \n", "/usr/bin/env", Some("-S node --x")),
        ("#!/bin/bash\t-e\r\n", "/bin/bash", Some("-e\r")),
        ("#!/bin/sh\r\n", "/bin/sh\r", None),
        ("#!/bin/ash", "/bin/ash", None),
    ] {
        let script =
            Script { interpreter: interpreter.to_owned(), argument: argument.map(str::to_owned) };
        assert_eq!(known(text.as_bytes()), Contents::Script(script), "{text}");
    }
    for text in ["#!\n", "#!  \n/bin/sh", "# !/bin/sh", "", "#", "text"] {
        assert_eq!(known(text.as_bytes()), Contents::Data, "{text}");
    }
    let long = format!("#!/{}", "a".repeat(5000));
    match known(long.as_bytes()) {
        Contents::Script(script) => assert_eq!(script.interpreter.len(), 254),
        other => panic!("{other:?}"),
    }
}

#[test]
fn webassembly_macho_and_java() {
    assert_eq!(platform(b"\0asm\x01\0\0\0rest"), "wasip1/wasm");
    assert_eq!(platform(b"\0asm\x0d\0\x01\0rest"), "wasip2/wasm");
    assert_eq!(known(b"\0asm"), Contents::Data);

    let mut thin = vec![0; 64];
    thin[..4].copy_from_slice(&0xfeed_facf_u32.to_le_bytes());
    thin[4..8].copy_from_slice(&0x0100_000c_u32.to_le_bytes());
    assert_eq!(platform(&thin), "darwin/arm64");

    let mut fat = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2];
    for machine in [0x0100_0007_u32, 0x0100_000c] {
        fat.extend_from_slice(&machine.to_be_bytes());
        fat.extend_from_slice(&[0; 16]);
    }
    assert_eq!(platform(&fat), "darwin/amd64 darwin/arm64");
    assert_eq!(executable(&fat).to_string(), "x86-64 and ARM64 Mach-O");
    // A Java class of version 61.
    fat[7] = 61;
    assert_eq!(known(&fat), Contents::Data);
}

#[test]
fn managed_code_runs_everywhere() {
    let mut file = program(&Platform::new("windows", "386", ""), b"code");
    assert_eq!(platform(&file), "windows/386");
    // The directory of the runtime's header in a PE32 file.
    let directory =
        0x80 + 24 + 96 + 8 * usize::from(pe::IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR as u8);
    file[directory] = 8;
    let found = executable(&file);
    assert!(found.portable && found.platforms.is_empty(), "{found:?}");
}

#[test]
fn variants_and_floats_of_arm_are_told() {
    let file = program(&Platform::new("linux", "arm", "v6"), b"code");
    let found = executable(&file);
    assert_eq!(found.to_string(), "ARM ELF for v6");
    assert_eq!(found.details, ["32-bit", "little-endian", "EABI5", "hard float"]);
    let soft = executable(&program(&Platform::new("linux", "arm", "v5"), b"code"));
    assert!(soft.details.contains(&"soft float".to_owned()), "{soft:?}");

    // Where the file ends before its attributes, the version is not known.
    let mut probe = Probe::new(file.len() as u64);
    probe.push(&file[..80]);
    match probe.end() {
        Contents::Executable(cut) => {
            assert_eq!(cut.platforms[0].to_string(), "linux/arm");
            assert!(cut.unknown.unwrap().contains("ARM attributes"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn attributes_behind_a_large_program_are_found() {
    let file = program(&Platform::new("linux", "arm", "v7"), &vec![7; 9 << 20]);
    for chunk in [100_000, 1 << 30] {
        match probed(&file, chunk).0 {
            Contents::Executable(found) => assert_eq!(found.platforms[0].variant, "v7"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_header_cut_short_or_absurd_is_no_trouble() {
    let file = program(&Platform::new("linux", "arm64", ""), b"code");
    for length in 0..file.len() {
        let _ = known(&file[..length]);
        let _ = probed(&file[..length], 3);
    }
    let mut absurd = file.clone();
    absurd[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
    let found = executable(&absurd);
    assert_eq!(found.platforms[0].to_string(), "linux/arm64");
    assert!(found.unknown.unwrap().contains("outside of the file"));
}

#[test]
fn nothing_is_asked_for_where_there_is_nothing() {
    assert_eq!(known(b""), Contents::Data);
    // Its interpreter has no bytes, and lies behind what is there of the file.
    let mut file = program(&Platform::new("linux", "arm64", "v8"), &[]);
    let table = u64::from_le_bytes(file[32..40].try_into().unwrap());
    let segment = usize::try_from(table).unwrap();
    file[segment..segment + 4].copy_from_slice(&elf::PT_INTERP.0.to_le_bytes());
    file[segment + 8..segment + 16].copy_from_slice(&0x10_0000_u64.to_le_bytes());
    file[segment + 32..segment + 40].fill(0);
    let pieces = Pieces::head(file.clone(), 0x20_0000);
    assert!(matches!(read(&pieces), Reading::Known(Contents::Executable(_))));
    let mut probe = Probe::new(0x20_0000);
    probe.push(&file);
    assert!(matches!(probe.end(), Contents::Executable(_)));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_trouble(
        magic in prop::sample::select(vec![
            &b"\x7fELF\x01\x01\x01"[..], b"\x7fELF\x02\x02\x01", b"MZ", b"\0asm", b"#!",
            b"\xca\xfe\xba\xbe\0\0\0\x03", b"\xca\xfe\xba\xbf\0\0\0\x03", b"\xcf\xfa\xed\xfe", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
        chunk in 1_usize..300,
    ) {
        let file = [magic, &rest].concat();
        let all = known(&file);
        // In one direction less can be had, never something else.
        if let (Contents::Executable(all), Contents::Executable(streamed)) =
            (all, probed(&file, chunk).0)
        {
            prop_assert_eq!(all.machine, streamed.machine);
        }
    }

    #[test]
    fn damaged_programs_are_read_without_trouble(
        which in 0_usize..5,
        damage in prop::collection::vec((0_usize..400, any::<u8>()), 0..12),
        chunk in 1_usize..300,
    ) {
        let (os, architecture, variant) = [
            ("linux", "amd64", ""), ("linux", "arm", "v7"), ("linux", "s390x", ""),
            ("windows", "amd64", ""), ("windows", "386", ""),
        ][which];
        let mut file = program(&Platform::new(os, architecture, variant), b"some code");
        for (at, byte) in damage {
            let at = at % file.len();
            file[at] = byte;
        }
        let _ = known(&file);
        let _ = probed(&file, chunk);
    }
}
