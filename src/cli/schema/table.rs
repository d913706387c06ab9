//! Which documents have a schema.

/// The schema of what a command prints as JSON.
pub(super) struct Schema {
    /// The command, or what else prints it.
    pub(super) name: &'static str,
    /// Counts up when a field goes, or its meaning or type changes; not when one is added.
    pub(super) version: u32,
    /// The schema, without what is said of all of them.
    pub(super) text: &'static str,
}

/// What several schemas use.
pub(super) const DEFINITIONS: &str = include_str!("../../../assets/schemas/defs.json");

macro_rules! schemas {
    ($($name:literal $version:literal),* $(,)?) => {
        /// All of them, in the order of the commands.
        pub(super) const SCHEMAS: &[Schema] = &[$(Schema {
            name: $name,
            version: $version,
            text: include_str!(concat!("../../../assets/schemas/", $name, ".json")),
        }),*];
    };
}

schemas![
    "inspect" 1,
    "why" 1,
    "check" 1,
    "matrix" 1,
    "diff" 1,
    "tags" 1,
    "tag" 1,
    "repos" 1,
    "evidence" 1,
    "config" 1,
    "blame" 1,
    "files" 1,
    "extract" 1,
    "create" 1,
    "copy" 1,
    "edit" 1,
    "push" 1,
    "export" 1,
    "undo" 1,
    "wait" 1,
    "watch" 1,
    "fleet" 1,
    "self" 1,
    "timings" 1,
];
