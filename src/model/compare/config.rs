//! Two image configs, field by field. The environment is a map from name to value; the layers and
//! the history are compared beside, as sequences.

use serde_json::{Map, Value};

use super::field::objects;
use super::thin::object_without;
use super::{FieldChange, Pointer};

/// The fields in which two configs differ, but for `history` and `rootfs.diff_ids`.
pub(super) fn changes(a: &[u8], b: &[u8]) -> Vec<FieldChange> {
    let (Some((first, env_a)), Some((second, env_b))) = (readable(a), readable(b)) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    objects(&Pointer::default(), &first, &second, &mut out);
    // The same variables in another order are a difference of the bytes and of nothing else.
    let env = Pointer::of(&["config", "Env"]);
    if let (Some(a), Some(b)) = (env_a, env_b)
        && a != b
        && !out.iter().any(|it| it.pointer.is_within(&env))
    {
        out.push(FieldChange::new(env, Some(a), Some(b)));
    }
    out
}

/// The config with its environment as a map, without what is compared beside; and the environment
/// as it is.
fn readable(config: &[u8]) -> Option<(Map<String, Value>, Option<Value>)> {
    let mut config = object_without(config, &["history"])?;
    if let Some(rootfs) = config.get_mut("rootfs").and_then(Value::as_object_mut) {
        rootfs.shift_remove("diff_ids");
        if rootfs.is_empty() {
            config.shift_remove("rootfs");
        }
    }
    let runtime = config.get_mut("config").and_then(Value::as_object_mut);
    let env = runtime.and_then(|runtime| runtime.get_mut("Env"));
    let Some(env) = env else { return Some((config, None)) };
    let by_name = env.as_array().and_then(|it| map(it));
    let listed = by_name.map(|by_name| std::mem::replace(env, Value::Object(by_name)));
    Some((config, listed))
}

/// From how many variables on an environment is compared as a plain list: each takes ten times as
/// much room as a field. No system starts a program with so many.
const MOST_VARIABLES: usize = 20_000;

/// The environment by name; a name that comes again gets its number behind it. `None` if an
/// element is not text, or there are too many: such a list is compared as it is.
fn map(env: &[Value]) -> Option<Map<String, Value>> {
    if env.len() > MOST_VARIABLES {
        return None;
    }
    let mut out = Map::new();
    for element in env {
        let text = element.as_str()?;
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let mut key = name.to_owned();
        let mut number = 1;
        while out.contains_key(&key) {
            number += 1;
            // Whoever lists one name thousands of times gets a plain list.
            if number > 64 {
                return None;
            }
            key = format!("{name} ({number})");
        }
        out.insert(key, Value::String(value.to_owned()));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(a: &Value, b: &Value) -> Vec<FieldChange> {
        super::changes(a.to_string().as_bytes(), b.to_string().as_bytes())
    }

    #[test]
    fn env_and_labels_are_maps_and_commands_are_lists() {
        let a = json!({"architecture": "arm64", "history": [1], "config": {
            "Env": ["PATH=/bin", "LOG=info", "OLD=1"], "Labels": {"org.x": "1"},
            "Entrypoint": ["/app"], "Cmd": ["a", "b"], "Healthcheck": {"Test": ["CMD", "x"]}}});
        let b = json!({"architecture": "arm64", "history": [2], "config": {
            "Env": ["LOG=warn", "PATH=/bin"], "Labels": {"org.x": "2", "org.y": "3"},
            "Entrypoint": ["/app"], "Cmd": ["a"], "Healthcheck": {"Test": ["CMD", "y"]}}});
        let found: Vec<(String, Option<Value>, Option<Value>)> =
            changes(&a, &b).into_iter().map(|it| (it.path(), it.a, it.b)).collect();
        let expected = [
            ("config.Env.LOG", Some(json!("info")), Some(json!("warn"))),
            ("config.Env.OLD", Some(json!("1")), None),
            ("config.Labels.org.x", Some(json!("1")), Some(json!("2"))),
            ("config.Labels.org.y", None, Some(json!("3"))),
            ("config.Cmd", Some(json!(["a", "b"])), Some(json!(["a"]))),
            ("config.Healthcheck.Test", Some(json!(["CMD", "x"])), Some(json!(["CMD", "y"]))),
        ]
        .map(|(path, a, b)| (path.to_owned(), a, b));
        assert_eq!(found, expected);
    }

    #[test]
    fn variables_in_another_order_are_one_difference() {
        let env = |env: Value| json!({"config": {"Env": env}});
        let found = changes(&env(json!(["A=1", "B=2"])), &env(json!(["B=2", "A=1"])));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path(), "config.Env");
        let again = changes(&env(json!(["A=1", "A=2"])), &env(json!(["A=1", "A=3"])));
        assert_eq!(again[0].path(), "config.Env.A (2)");
        assert!(changes(&env(json!(["A=1"])), &env(json!(["A=1"]))).is_empty());
        let many = |value: &str| {
            let all = (0..=MOST_VARIABLES).map(|at| format!("A{at}={value}"));
            env(all.collect::<Vec<_>>().into())
        };
        let found = changes(&many("1"), &many("2"));
        assert_eq!((found.len(), found[0].path().as_str()), (1, "config.Env"));
    }
}
