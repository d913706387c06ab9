//! A platform as people type it: `os[(version[+feature]...)][/architecture[/variant]]`, or an
//! architecture alone (containerd/platforms `platforms.go`).

use std::fmt::{self, Write as _};

use crate::oci::Platform;

use super::{Library, database};

const OS_PATTERN: &str = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$";
const PART_PATTERN: &str = "^[A-Za-z0-9_.-]+$";

/// Why the library refuses a specifier; the text is the library's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecifierError {
    /// It holds a `*`.
    Wildcard(String),
    /// Its first part is not an operating system with options.
    Os {
        /// The part.
        part: String,
        /// The whole specifier.
        specifier: String,
    },
    /// One of its other parts has characters that may not be there.
    Part {
        /// The part.
        part: String,
        /// The whole specifier.
        specifier: String,
    },
    /// A percent sign is not followed by two hex digits.
    Escape {
        /// `version` or `feature`.
        what: &'static str,
        /// The part.
        part: String,
        /// The whole specifier.
        specifier: String,
        /// Where the escape is wrong.
        escape: String,
    },
    /// A single word that names neither a system nor an architecture.
    Unknown(String),
    /// It has more than three parts.
    TooLong(String),
}

impl fmt::Display for SpecifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Wildcard(text) => {
                format!("{}: wildcards not yet supported: invalid argument", quoted(text))
            }
            Self::Os { part, specifier } => format!(
                "{} is an invalid OS component of {}: OSAndVersion specifier component must match \
                 {}: invalid argument",
                quoted(part),
                quoted(specifier),
                quoted(OS_PATTERN)
            ),
            Self::Part { part, specifier } => format!(
                "{} is an invalid component of {}: platform specifier component must match {}: \
                 invalid argument",
                quoted(part),
                quoted(specifier),
                quoted(PART_PATTERN)
            ),
            Self::Escape { what, part, specifier, escape } => format!(
                "{} has an invalid OS {what} {}: invalid URL escape {}",
                quoted(specifier),
                quoted(part),
                quoted(escape)
            ),
            Self::Unknown(text) => format!(
                "{}: unknown operating system or architecture: invalid argument",
                quoted(text)
            ),
            Self::TooLong(text) => {
                format!("{}: cannot parse platform specifier: invalid argument", quoted(text))
            }
        };
        f.write_str(&text)
    }
}

impl std::error::Error for SpecifierError {}

/// As Go's `%q` writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_ascii_control() => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\x{:02x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl Library {
    /// Reads a platform as the user typed it (`Parse`).
    ///
    /// # Errors
    /// The library's own sentence.
    pub fn parse(&self, text: &str) -> Result<Platform, SpecifierError> {
        parse(self, text)
    }
}

fn parse(library: &Library, text: &str) -> Result<Platform, SpecifierError> {
    if text.contains('*') {
        return Err(SpecifierError::Wildcard(text.to_owned()));
    }
    let mut parts = text.splitn(4, '/');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let mut platform = parse_os(first, text)?;
    for part in &rest {
        if part.is_empty() || !part.bytes().all(|b| is_word(b) || b == b'.') {
            return Err(SpecifierError::Part {
                part: (*part).to_owned(),
                specifier: text.to_owned(),
            });
        }
    }
    match *rest.as_slice() {
        [] => alone(library, first, platform, text),
        [architecture] => {
            set_processor(library, &mut platform, architecture);
            Ok(platform)
        }
        [architecture, variant] => {
            (platform.architecture, platform.variant) =
                database::architecture(architecture, variant, library.version);
            if platform.architecture == "arm64" && platform.variant.is_empty() {
                "v8".clone_into(&mut platform.variant);
            }
            Ok(platform)
        }
        _ => Err(SpecifierError::TooLong(text.to_owned())),
    }
}

/// One word: a system, completed with this machine's architecture, or an architecture, completed
/// with this machine's system.
fn alone(
    library: &Library,
    word: &str,
    mut platform: Platform,
    text: &str,
) -> Result<Platform, SpecifierError> {
    if database::is_system(&platform.os) {
        platform.architecture.clone_from(&library.architecture);
        if library.architecture == "arm" && library.variant != "v7" {
            platform.variant.clone_from(&library.variant);
        }
        return Ok(platform);
    }
    set_processor(library, &mut platform, word);
    if database::is_architecture(&platform.architecture) {
        platform.os.clone_from(&library.os);
        return Ok(platform);
    }
    Err(SpecifierError::Unknown(text.to_owned()))
}

/// An architecture without a variant; the most usual ARM variant is not written out.
fn set_processor(library: &Library, platform: &mut Platform, name: &str) {
    (platform.architecture, platform.variant) = database::architecture(name, "", library.version);
    if platform.architecture == "arm" && platform.variant == "v7" {
        platform.variant.clear();
    }
}

fn parse_os(part: &str, text: &str) -> Result<Platform, SpecifierError> {
    let wrong = || SpecifierError::Os { part: part.to_owned(), specifier: text.to_owned() };
    let (name, options) = match part.split_once('(') {
        None => (part, ""),
        Some((name, rest)) => (name, rest.strip_suffix(')').ok_or_else(wrong)?),
    };
    let mut options = options.split('+');
    let version = options.next().unwrap_or_default();
    let features: Vec<&str> = options.collect();
    let name_ok = !name.is_empty() && name.bytes().all(is_word);
    let options_ok = is_option(version)
        && features.iter().all(|feature| !feature.is_empty() && is_option(feature));
    if !name_ok || !options_ok {
        return Err(wrong());
    }
    let decode = |what, part: &str| {
        decode(part).map_err(|escape| SpecifierError::Escape {
            what,
            part: part.to_owned(),
            specifier: text.to_owned(),
            escape,
        })
    };
    Ok(Platform {
        os: database::system(name),
        os_version: decode("version", version)?,
        os_features: features
            .into_iter()
            .map(|feature| decode("feature", feature))
            .collect::<Result<_, _>>()?,
        ..Platform::default()
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn is_option(text: &str) -> bool {
    text.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'%')
}

/// Undoes percent-encoding; the error is the escape that is wrong.
fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        let digits =
            escape.get(1..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or_else(|| escape.chars().take(3).collect::<String>())?);
        rest = escape.get(3..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `os/architecture/variant` without version and features; a platform without a system is
/// `unknown` (`Format`).
#[must_use]
pub fn format(platform: &Platform) -> String {
    join(platform, &platform.os)
}

/// The same with `(version+features)` (`FormatAll`).
#[must_use]
pub fn format_all(platform: &Platform) -> String {
    let mut features: Vec<&str> = platform.os_features.iter().map(String::as_str).collect();
    features.sort_unstable();
    let mut options = encode(&platform.os_version);
    for feature in features {
        // Writing to a String cannot fail.
        let _ = write!(options, "+{}", encode(feature));
    }
    if options.is_empty() {
        return format(platform);
    }
    join(platform, &format!("{}({options})", platform.os))
}

fn join(platform: &Platform, system: &str) -> String {
    if platform.os.is_empty() {
        return "unknown".to_owned();
    }
    [system, &platform.architecture, &platform.variant]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}

fn encode(text: &str) -> String {
    text.replace('%', "%25")
        .replace('+', "%2B")
        .replace('(', "%28")
        .replace(')', "%29")
        .replace('/', "%2F")
}
