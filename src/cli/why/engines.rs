//! The engines that are asked about.

use crate::model::select::{ENGINES, Engine};

/// The engines of these names, each once; without any, those that run on the system.
pub(in crate::cli) fn asked(names: &[String], os: &str) -> Result<Vec<&'static Engine>, String> {
    if names.is_empty() {
        let engines: Vec<_> = ENGINES.iter().filter(|engine| engine.runs_on(os)).collect();
        return if engines.is_empty() {
            Err(format!("no engine that platy knows runs on {os}"))
        } else {
            Ok(engines)
        };
    }
    let mut engines: Vec<&'static Engine> = Vec::new();
    for name in names {
        let engine = named(name)?;
        if !engine.runs_on(os) {
            return Err(format!(
                "{} does not run on {os}, only on {}",
                engine.title,
                engine.systems.join(", ")
            ));
        }
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    Ok(engines)
}

/// The engine of a name, or a sentence with the nearest names.
pub(in crate::cli) fn named(name: &str) -> Result<&'static Engine, String> {
    Engine::find(name).ok_or_else(|| unknown(name))
}

/// How many names a message gives: the nearest.
const NAMED: usize = 6;

fn unknown(name: &str) -> String {
    let nearest = nearest(name);
    let named = nearest.get(..NAMED).unwrap_or(&nearest).join(", ");
    format!(
        "{name:?} is not an engine that platy knows; the nearest names are {named}; \
         `platy why --help` lists all"
    )
}

/// Every name, the most similar first; engines that are alike keep their order.
fn nearest(name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase();
    let mut names: Vec<&str> = ENGINES
        .iter()
        // Of the versions the engine's own name is enough.
        .flat_map(|engine| {
            let others = engine.aliases.iter().filter(|alias| !alias.contains('.'));
            std::iter::once(&engine.id).chain(others).copied()
        })
        .collect();
    names.sort_by(|a, b| {
        let (a, b) = (strsim::jaro_winkler(&name, a), strsim::jaro_winkler(&name, b));
        b.total_cmp(&a)
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first() {
        assert_eq!(nearest("podmann").first(), Some(&"podman"));
        assert_eq!(nearest("kubernets").first(), Some(&"kubernetes"));
        assert_eq!(nearest("Dcoker").first(), Some(&"docker"));
    }

    #[test]
    fn an_engine_is_asked_once_and_only_where_it_runs() {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let both = asked(&names(&["docker", "Docker 29.7", "crane"]), "linux").unwrap();
        assert_eq!(both.iter().map(|it| it.id).collect::<Vec<_>>(), ["docker-c8d", "ggcr"]);
        assert!(asked(&names(&["docker-windowsfilter"]), "linux").is_err());
        assert!(asked(&[], "plan9").is_err());
    }
}
