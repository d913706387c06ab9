//! The JSON types of the fields that engines read: image-spec v1.1 (`specs-go/v1`), and what
//! Docker adds to a config (`moby/docker-image-spec` v1.3). Go refuses a whole document for one
//! field of another type; `null` is not a value to it, whatever the type.

use serde_json::{Map, Value};

use super::json::{Parsed, pointer, same_key};
use super::{MediaType, Oddity};

/// The type of a field.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Time,
    Flag,
    Whole,
    Texts,
    /// A map of strings.
    TextMap,
    /// A map whose keys are a set: the values are empty objects.
    Set,
    Object(&'static [(&'static str, Shape)]),
    List(&'static Shape),
}

use Shape::{Flag, List, Object, Set, Text, TextMap, Texts, Time, Whole};

const PLATFORM: &[(&str, Shape)] = &[
    ("architecture", Text),
    ("os", Text),
    ("os.version", Text),
    ("os.features", Texts),
    ("variant", Text),
];

const DESCRIPTOR: &[(&str, Shape)] = &[
    ("mediaType", Text),
    ("digest", Text),
    ("size", Whole),
    ("urls", Texts),
    ("annotations", TextMap),
    ("data", Text),
    ("platform", Object(PLATFORM)),
    ("artifactType", Text),
];

const INDEX: &[(&str, Shape)] = &[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("artifactType", Text),
    ("manifests", List(&Object(DESCRIPTOR))),
    ("subject", Object(DESCRIPTOR)),
    ("annotations", TextMap),
];

const IMAGE: &[(&str, Shape)] = &[
    ("schemaVersion", Whole),
    ("mediaType", Text),
    ("artifactType", Text),
    ("config", Object(DESCRIPTOR)),
    ("layers", List(&Object(DESCRIPTOR))),
    ("subject", Object(DESCRIPTOR)),
    ("annotations", TextMap),
];

const HISTORY: &[(&str, Shape)] = &[
    ("created", Time),
    ("created_by", Text),
    ("author", Text),
    ("comment", Text),
    ("empty_layer", Flag),
];

const RUNTIME: &[(&str, Shape)] = &[
    ("User", Text),
    ("ExposedPorts", Set),
    ("Env", Texts),
    ("Entrypoint", Texts),
    ("Cmd", Texts),
    ("Volumes", Set),
    ("WorkingDir", Text),
    ("Labels", TextMap),
    ("StopSignal", Text),
    ("ArgsEscaped", Flag),
    ("OnBuild", Texts),
    ("Shell", Texts),
    // Of Docker alone (docker-image-spec v1.3, moby api/types/container.Config).
    ("Healthcheck", Object(HEALTHCHECK)),
    ("Hostname", Text),
    ("Domainname", Text),
    ("MacAddress", Text),
    ("Image", Text),
    ("Tty", Flag),
    ("OpenStdin", Flag),
    ("StdinOnce", Flag),
    ("AttachStdin", Flag),
    ("AttachStdout", Flag),
    ("AttachStderr", Flag),
    ("NetworkDisabled", Flag),
];

const HEALTHCHECK: &[(&str, Shape)] = &[
    ("Test", Texts),
    ("Interval", Whole),
    ("Timeout", Whole),
    ("StartPeriod", Whole),
    ("StartInterval", Whole),
    ("Retries", Whole),
];

const CONFIG: &[(&str, Shape)] = &[
    ("created", Time),
    ("author", Text),
    ("architecture", Text),
    ("os", Text),
    ("os.version", Text),
    ("os.features", Texts),
    ("variant", Text),
    ("config", Object(RUNTIME)),
    ("rootfs", Object(&[("type", Text), ("diff_ids", Texts)])),
    ("history", List(&Object(HISTORY))),
];

/// The most oddities of one document.
const MOST: usize = 40;

/// What is odd about a manifest of this type.
pub(super) fn of_manifest(media_type: &MediaType, parsed: &Parsed) -> Vec<Oddity> {
    let fields = if media_type.is_index() {
        INDEX
    } else if media_type.is_image_manifest() {
        IMAGE
    } else {
        return Vec::new();
    };
    let mut check = Check::default();
    check.object(fields, &parsed.object);
    let mut found: Vec<Oddity> = kind(media_type, &parsed.object).into_iter().collect();
    found.extend(check.with_repeated(parsed));
    found
}

/// What is odd about an image config.
pub(super) fn of_config(parsed: &Parsed) -> Vec<Oddity> {
    let mut check = Check::default();
    check.object(CONFIG, &parsed.object);
    check.with_repeated(parsed)
}

/// Fields of the other kind, as containerd looks for them (`validateMediaType` of
/// `core/images/image.go`, v2.4.2); it passes over empty ones.
fn kind(media_type: &MediaType, object: &Map<String, Value>) -> Option<Oddity> {
    let has = |key: &str| match super::json::get(object, key) {
        None | Some(Value::Null) => false,
        Some(Value::Array(elements)) => !elements.is_empty(),
        Some(_) => true,
    };
    let other =
        if media_type.is_index() { has("config") || has("layers") } else { has("manifests") };
    if other {
        return Some(Oddity::ListAndImage);
    }
    let says = super::json::string(object, "mediaType")?;
    let own = MediaType::parse(&says);
    let differs = (media_type.is_index() && own.is_image_manifest())
        || (media_type.is_image_manifest() && own.is_index());
    differs.then_some(Oddity::OtherKind { says })
}

#[derive(Default)]
struct Check {
    path: Vec<String>,
    found: Vec<Oddity>,
}

impl Check {
    fn with_repeated(mut self, parsed: &Parsed) -> Vec<Oddity> {
        let repeated = parsed.repeated.iter().map(|at| Oddity::Repeated { at: at.clone() });
        self.found.extend(repeated);
        self.found.truncate(MOST);
        self.found
    }

    fn at(&self) -> String {
        pointer(self.path.iter().map(String::as_str))
    }

    fn object(&mut self, fields: &[(&'static str, Shape)], object: &Map<String, Value>) {
        for (field, shape) in fields {
            let named: Vec<(&String, &Value)> =
                object.iter().filter(|(key, _)| same_key(key, field)).collect();
            match named.as_slice() {
                [] => continue,
                [(key, _)] if key != field => {
                    let parts = self.path.iter().map(String::as_str).chain([key.as_str()]);
                    self.found.push(Oddity::OtherCase { at: pointer(parts), field });
                }
                [_] => {}
                all => {
                    let keys = all.iter().map(|(key, _)| (*key).clone()).collect();
                    self.found.push(Oddity::Spellings { at: self.at(), keys });
                }
            }
            for (key, value) in named {
                self.below(key, *shape, value);
            }
        }
    }

    fn below(&mut self, key: &str, shape: Shape, value: &Value) {
        if self.found.len() >= MOST {
            return;
        }
        self.path.push(key.to_owned());
        self.value(shape, value);
        self.path.pop();
    }

    fn value(&mut self, shape: Shape, value: &Value) {
        match (shape, value) {
            (_, Value::Null) | (Text, Value::String(_)) | (Flag, Value::Bool(_)) => {}
            (Whole, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
            (Time, Value::String(text)) => {
                if !is_time(text) {
                    self.found.push(Oddity::NotATime { at: self.at(), text: text.clone() });
                }
            }
            (Texts, Value::Array(elements)) => self.each(Text, elements),
            (List(shape), Value::Array(elements)) => self.each(*shape, elements),
            (TextMap, Value::Object(map)) => {
                map.iter().for_each(|(key, value)| self.below(key, Text, value));
            }
            (Set, Value::Object(map)) => {
                map.iter().for_each(|(key, value)| self.below(key, Object(&[]), value));
            }
            (Object(fields), Value::Object(object)) => self.object(fields, object),
            _ => {
                let at = self.at();
                self.found.push(Oddity::WrongType {
                    at,
                    wanted: wanted(shape),
                    found: kind_of(value),
                });
            }
        }
    }

    fn each(&mut self, shape: Shape, elements: &[Value]) {
        for (at, element) in elements.iter().enumerate() {
            self.below(&at.to_string(), shape, element);
        }
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Text => "a string",
        Time => "a time in a string",
        Flag => "true or false",
        Whole => "a whole number",
        Texts => "a list of strings",
        TextMap => "a map of strings",
        Set => "an object whose keys count",
        Object(_) => "an object",
        List(_) => "a list",
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction or too many digits",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether Go reads this as a time (`parseStrictRFC3339` of `time/format_rfc3339.go`, Go 1.26): two
/// digits everywhere, `T` and `Z` in capitals, a point before the fraction.
fn is_time(text: &str) -> bool {
    let digits = |from: usize, to: usize, most: u32| {
        let part = text.get(from..to).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|it| it.parse().ok()).filter(|number| *number <= most)
    };
    let sign = |at: usize, sign: &str| text.get(at..=at) == Some(sign);
    let date = [digits(0, 4, 9999), digits(5, 7, 12), digits(8, 10, 31)];
    let time = [digits(11, 13, 23), digits(14, 16, 59), digits(17, 19, 59)];
    let [Some(year), Some(month @ 1..), Some(day @ 1..)] = date else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let most = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let signs = sign(4, "-") && sign(7, "-") && sign(10, "T") && sign(13, ":") && sign(16, ":");
    if day > most || !signs || time.contains(&None) {
        return false;
    }
    let rest = text.get(19..).unwrap_or_default();
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    let offset = zone.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':'));
    let two = |part: &str, most: u8| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|number| number <= most)
    };
    zone == "Z" || offset.is_some_and(|(hours, minutes)| two(hours, 24) && two(minutes, 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::json;

    fn config(json: &str) -> Vec<String> {
        let found = of_config(&json::parse(json.as_bytes()).unwrap());
        found.iter().map(ToString::to_string).collect()
    }

    fn manifest(media_type: &MediaType, json: &str) -> Vec<Oddity> {
        of_manifest(media_type, &json::parse(json.as_bytes()).unwrap())
    }

    #[test]
    fn fields_of_another_type_are_named() {
        for (json, expected) in [
            (
                r#"{"config":{"Entrypoint":"/app"}}"#,
                "`/config/Entrypoint` is a string, not a list of strings",
            ),
            (
                r#"{"config":{"Env":{"A":"b"}}}"#,
                "`/config/Env` is an object, not a list of strings",
            ),
            (r#"{"config":{"Cmd":[1]}}"#, "`/config/Cmd/0` is a number, not a string"),
            (r#"{"config":{"Labels":{"n":5}}}"#, "`/config/Labels/n` is a number, not a string"),
            (
                r#"{"config":{"Labels":["a=b"]}}"#,
                "`/config/Labels` is a list, not a map of strings",
            ),
            (
                r#"{"config":{"Volumes":["/x"]}}"#,
                "`/config/Volumes` is a list, not an object whose keys count",
            ),
            (r#"{"config":[]}"#, "`/config` is a list, not an object"),
            (r#"{"created":1700000000}"#, "`/created` is a number, not a time in a string"),
            (r#"{"created":""}"#, "`/created` is \"\", not a time (`2026-01-31T12:00:00Z`)"),
            (r#"{"history":{}}"#, "`/history` is an object, not a list"),
            (
                r#"{"history":[{"empty_layer":"true"}]}"#,
                "`/history/0/empty_layer` is a string, not true or false",
            ),
            (
                r#"{"rootfs":{"diff_ids":"x"}}"#,
                "`/rootfs/diff_ids` is a string, not a list of strings",
            ),
            (
                r#"{"Config":{"entrypoint":[1]}}"#,
                "`/Config` is `config` to Go, and an unknown field to others",
            ),
            (r#"{"os":"a","OS":"b"}"#, "it has `os` and `OS`, which are one field to Go"),
            (r#"{"os":"a","os":"b"}"#, "`/os` is in it more than once"),
        ] {
            assert_eq!(config(json).first().map(String::as_str), Some(expected), "{json}");
        }
    }

    #[test]
    fn what_the_specification_allows_is_not_odd() {
        for json in [
            "{}",
            r#"{"config":{"Entrypoint":null,"Cmd":[],"Env":null,"Labels":{"a":null,"A":"x"},
               "ExposedPorts":{"80/tcp":{}},"Volumes":{"/x":null},"Healthcheck":{"Interval":1}},
               "created":null,"history":[null,{"created":"2020-04-21T13:22:10.836777828-07:00"}],
               "os.features":null,"Size":123456789012345678901234567890}"#,
        ] {
            assert_eq!(config(json), Vec::<String>::new(), "{json}");
        }
    }

    #[test]
    fn times_are_those_that_go_reads() {
        for (text, good) in [
            ("2024-05-01T10:00:00Z", true),
            ("0001-01-01T00:00:00Z", true),
            ("2024-05-01T10:00:00.123456789123Z", true),
            ("2020-02-29T00:00:00+14:00", true),
            ("2021-02-29T00:00:00Z", false),
            ("2024-05-01t10:00:00Z", false),
            ("2024-05-01T10:00:00z", false),
            ("2024-05-01T10:00:00,5Z", false),
            ("2024-05-01T10:00:00.Z", false),
            ("2024-05-01T10:00Z", false),
            ("2024-05-01T24:00:00Z", false),
            ("2024-05-01", false),
            ("2016-06-23 23:23:37.198943461 +0000 UTC", false),
            ("2024-05-01T10:00:00+5:00", false),
            ("", false),
        ] {
            assert_eq!(is_time(text), good, "{text}");
        }
    }

    #[test]
    fn a_list_and_image_at_once_is_found() {
        let (index, image) = (MediaType::OciIndex, MediaType::DockerManifest);
        for (media_type, json, odd) in [
            (&index, r#"{"manifests":[],"config":{}}"#, true),
            (&index, r#"{"manifests":[],"layers":[{}]}"#, true),
            (&index, r#"{"manifests":[],"layers":[],"config":null}"#, false),
            (&image, r#"{"config":{},"layers":[],"manifests":[{}]}"#, true),
            (&image, r#"{"config":{},"layers":[],"Manifests":[{}]}"#, true),
            (&image, r#"{"config":{},"layers":[],"manifests":[]}"#, false),
        ] {
            let found = manifest(media_type, json).contains(&Oddity::ListAndImage);
            assert_eq!(found, odd, "{json}");
        }
        let says = "application/vnd.oci.image.manifest.v1+json";
        let json = format!(r#"{{"manifests":[],"mediaType":"{says}"}}"#);
        assert_eq!(manifest(&index, &json), [Oddity::OtherKind { says: says.to_owned() }]);
        assert_eq!(manifest(&MediaType::OciManifest, &json), []);
    }

    #[test]
    fn thousands_of_odd_entries_are_cut_short() {
        let entries = vec![r#"{"size":"1","annotations":{"a":1}}"#; 5_000].join(",");
        let found = manifest(&MediaType::OciIndex, &format!(r#"{{"manifests":[{entries}]}}"#));
        assert_eq!(found.len(), MOST);
    }
}
