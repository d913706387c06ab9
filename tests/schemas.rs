//! The schemas of `--json`. What commands print is held against them wherever a test runs one
//! (`support::command::schema`); here are the schemas themselves.

use serde_json::{Value, json};

use crate::support::command::schema::{printed, problems};
use crate::support::command::{PLATY, command, run};

fn lines(home: &std::path::Path) -> Vec<String> {
    let ran = run(command(PLATY, home).arg("schema"));
    assert_eq!(ran.code, 0);
    ran.text().lines().map(str::to_owned).collect()
}

#[test]
fn a_schema_says_what_it_is_of_and_its_version() {
    let home = tempfile::tempdir().unwrap();
    let all = lines(home.path());
    assert!(all.contains(&"inspect  1".to_owned()), "{all:?}");
    for line in &all {
        let (name, version) = line.split_once("  ").unwrap();
        let schema = printed(name);
        assert_eq!(schema["$id"], format!("urn:platy:schema:{name}:{version}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["title"].as_str().unwrap().starts_with("platy "), "{line}");
    }
    let ran = run(command(PLATY, home.path()).args(["schema", "demo"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("invalid value 'demo'"), "{}", ran.stderr);
}

/// Later versions add fields: what is written to today's schema has to take them.
#[test]
fn a_schema_leaves_room_for_fields_of_later_versions() {
    fn look(schema: &Value, at: &str) {
        match schema {
            Value::Object(fields) => {
                let named = fields.get("properties").is_some_and(Value::is_object);
                let closed = fields.get("additionalProperties") == Some(&Value::Bool(false));
                assert!(!(named && closed), "{at}");
                fields.iter().for_each(|(key, value)| look(value, &format!("{at}/{key}")));
            }
            Value::Array(parts) => parts.iter().for_each(|part| look(part, at)),
            _ => {}
        }
    }
    let home = tempfile::tempdir().unwrap();
    for line in lines(home.path()) {
        let name = line.split_once(' ').unwrap().0;
        look(&printed(name), name);
    }
}

/// The page of the manual and the schemas name the same fields.
#[test]
fn the_manual_says_what_each_field_of_a_schema_means() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("assets/manual/json.md")).unwrap();
    let home = tempfile::tempdir().unwrap();
    for line in lines(home.path()) {
        let name = line.split_once(' ').unwrap().0;
        let schema = printed(name);
        let ways = schema.get("anyOf").and_then(Value::as_array);
        let mut ways = ways.map_or(vec![&*schema], |ways| ways.iter().collect());
        for way in &mut ways {
            let name = way["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/"));
            *way = name.map_or(*way, |name| &schema["$defs"][name]);
        }
        let fields = ways.iter().filter_map(|way| way.get("properties"));
        for field in fields.filter_map(Value::as_object).flatten() {
            assert!(page.contains(&format!("`{}", field.0)), "{name}: {}", field.0);
        }
    }
}

/// The reader finds each kind of fault, so that a document that passes is as the schema says.
#[test]
fn what_is_not_as_the_schema_says_is_found() {
    let schema = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "size": { "type": ["integer", "null"], "minimum": 0 },
            "kind": { "enum": ["a", "b"] },
            "parts": { "type": "array", "items": { "$ref": "#/$defs/part" } },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        },
        "required": ["name"],
        "$defs": { "part": { "anyOf": [{ "type": "boolean" }, { "enum": ["none"] }] } },
    });
    let good = json!({ "name": "x", "size": null, "kind": "b", "parts": [true, "none"],
                       "labels": { "k": "v" } });
    assert_eq!(problems(&schema, &good), [""; 0]);
    for (document, place) in [
        (json!([]), ": [] is not of type"),
        (json!({}), ": name is missing"),
        (json!({ "name": 1 }), "/name: 1 is not of type"),
        (json!({ "name": "x", "size": 1.5 }), "/size: 1.5 is not of type"),
        (json!({ "name": "x", "size": -1 }), "/size: -1 is less than 0"),
        (json!({ "name": "x", "kind": "c" }), "/kind: \"c\" is none of"),
        (json!({ "name": "x", "parts": [true, 1] }), "/parts/1: 1 is"),
        (json!({ "name": "x", "labels": { "k": 1 } }), "/labels/k: 1 is not of type"),
        (json!({ "name": "x", "more": 1 }), "/more: the schema does not name it"),
    ] {
        let found = problems(&schema, &document);
        assert!(found.iter().any(|it| it.starts_with(place)), "{document}: {found:?}");
    }
}
