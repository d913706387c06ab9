//! `platy schema COMMAND`: the JSON schema of what a command prints with `--json`.

mod args;
mod table;

pub(super) use args::SchemaArgs;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::complain::complain;
use super::output::{print, print_json};
use super::{DONE, TROUBLE};
use table::{DEFINITIONS, SCHEMAS, Schema};

/// The dialect that the schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// How a schema refers to what several of them use.
const DEFINED: &str = "#/$defs/";

/// Runs the command.
pub(super) fn run(wish: &SchemaArgs) -> u8 {
    let named = |name: &String| SCHEMAS.iter().find(|schema| schema.name == name);
    let Some(schema) = wish.name.as_ref().and_then(named) else {
        let lines = SCHEMAS.iter().map(|it| format!("{}  {}\n", it.name, it.version));
        print(lines.collect::<String>().as_bytes());
        return DONE;
    };
    match whole(schema) {
        Ok(whole) => {
            print_json(&whole);
            DONE
        }
        Err(error) => {
            complain(&format!("the schema of {}: {error}", schema.name));
            TROUBLE
        }
    }
}

/// What prints a document.
fn title(name: &str) -> String {
    match name {
        "self" => "platy self check --json".to_owned(),
        "timings" => "platy --timings=json".to_owned(),
        command => format!("platy {command} --json"),
    }
}

/// The schema with its name, its version and the definitions that it uses.
fn whole(schema: &Schema) -> serde_json::Result<Value> {
    let definitions: Map<String, Value> = serde_json::from_str(DEFINITIONS)?;
    let own: Map<String, Value> = serde_json::from_str(schema.text)?;
    let mut used = BTreeSet::new();
    for value in own.values() {
        uses(value, &definitions, &mut used);
    }
    let mut all = Map::new();
    all.insert("$schema".to_owned(), json!(DIALECT));
    let id = format!("urn:platy:schema:{}:{}", schema.name, schema.version);
    all.insert("$id".to_owned(), json!(id));
    all.insert("title".to_owned(), json!(title(schema.name)));
    all.insert("description".to_owned(), json!("`platy help json` says what each field means."));
    all.extend(own);
    let used: Map<String, Value> =
        definitions.into_iter().filter(|(name, _)| used.contains(name)).collect();
    if !used.is_empty() {
        all.insert("$defs".to_owned(), Value::Object(used));
    }
    Ok(Value::Object(all))
}

/// The names of the definitions that a part of a schema uses, and that those use.
fn uses(part: &Value, definitions: &Map<String, Value>, used: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(|name| name.strip_prefix(DEFINED))
                && used.insert(name.to_owned())
                && let Some(definition) = definitions.get(name)
            {
                uses(definition, definitions, used);
            }
            fields.values().for_each(|value| uses(value, definitions, used));
        }
        Value::Array(parts) => parts.iter().for_each(|value| uses(value, definitions, used)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_with_json_has_a_schema_and_every_schema_is_used() {
        let prints = |command: &clap::Command| {
            let own = command.get_arguments().any(|it| it.get_long() == Some("json"));
            own || command
                .get_subcommands()
                .any(|it| it.get_arguments().any(|it| it.get_long() == Some("json")))
        };
        let program = crate::cli::whole();
        let mut commands: Vec<&str> = program
            .get_subcommands()
            .filter(|command| prints(command))
            .map(clap::Command::get_name)
            .collect();
        commands.push("timings");
        let names: Vec<&str> = SCHEMAS.iter().map(|schema| schema.name).collect();
        assert_eq!(names, commands);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schemas");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), SCHEMAS.len() + 1);
    }

    #[test]
    fn a_schema_has_the_definitions_that_it_uses_and_every_definition_is_used() {
        let mut seen = BTreeSet::new();
        for schema in SCHEMAS {
            let whole = whole(schema).unwrap();
            let defined = whole.get("$defs").and_then(Value::as_object);
            let names: BTreeSet<String> =
                defined.into_iter().flatten().map(|(name, _)| name.clone()).collect();
            let mut used = BTreeSet::new();
            uses(&whole, &Map::new(), &mut used);
            assert_eq!(names, used, "{}", schema.name);
            seen.extend(names);
        }
        let all: Map<String, Value> = serde_json::from_str(DEFINITIONS).unwrap();
        assert_eq!(seen, all.keys().cloned().collect());
    }
}
