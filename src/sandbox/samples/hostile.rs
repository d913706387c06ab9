//! Text that would like to be more than text.

use std::io;

use super::rootfs::base;
use super::sample::Sample;
use crate::oci::Platform;
use crate::sandbox::{Layer, Store, TarFile};

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/hostile:latest",
    title: "text that attacks the terminal",
    look_at: "escape sequences, bidirectional overrides and a label of 1 MB, all harmless",
}];

/// Texts, each with a name for what it tries.
const TEXTS: [(&str, &str); 10] = [
    ("clears the screen", "before\u{1b}[2J\u{1b}[Hafter"),
    ("colours", "\u{1b}[31;5mred\u{1b}[0m"),
    ("8-bit control", "\u{9b}31mred"),
    ("sets the title", "\u{1b}]0;pwned\u{7}"),
    ("writes the clipboard", "\u{1b}]52;c;cm0gLXJmIH4=\u{7}"),
    ("bidirectional override", "safe\u{202e}gpj.exe"),
    ("zero width", "pay\u{200b}pal\u{2060}\u{feff}"),
    ("overwrites the line", "good\rbad \u{8}\u{8}\u{8}\u{8}"),
    ("breaks the line", "one\ntwo\tthree\u{2028}four"),
    ("wide and combining", "魚🐟e\u{301}\u{327}\u{327}\u{327}\u{327}"),
];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/hostile");
    let platform = Platform::new("linux", "amd64", "");
    let files = Layer::gzip(
        "RUN echo -e '\u{1b}[2J' # \u{202e}tliubkcub",
        &[
            TarFile::text("etc/\u{1b}[31mred", "red\n"),
            TarFile::text("etc/exe.\u{202e}txt", "reversed\n"),
        ],
    )?;
    let mut image = repository
        .image("linux", "amd64", "")
        .layer(base(&platform, 4)?)
        .layer(files)
        .env("PS1=\u{1b}]0;title\u{7}$ ")
        .entrypoint(&["/bin/sh\u{1b}[8m", "-c", "\u{202e}live"])
        .label("\u{1b}[1mkey\u{1b}[0m", "a key with escapes")
        .label("large", &"1234567 ".repeat(1 << 17));
    for (name, text) in TEXTS {
        image = image.label(name, text).annotation(name, text);
    }
    let mut entry = image.push();
    for (name, text) in TEXTS {
        entry.annotations.insert(name.to_owned(), text.to_owned());
    }
    let mut disguised = entry.clone();
    disguised.platform = Some(Platform::new("linux\u{1b}[31m", "am\u{202e}46d", "v\n1"));
    let mut index = repository.index().entries([entry, disguised]);
    for (name, text) in TEXTS {
        index = index.annotation(name, text);
    }
    index.push_tag("latest");
    Ok(())
}
