//! The pages of the manual.

/// A page of the manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Topic {
    /// What `platy help` calls it: the name of its file.
    pub(in crate::cli) name: &'static str,
    /// The page, in Markdown.
    pub(in crate::cli) markdown: &'static str,
}

macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        /// All pages, in the order in which they are worth reading. No page has a command's name.
        pub(in crate::cli) const TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            markdown: include_str!(concat!("../../../assets/manual/", $name, ".md")),
        }),*];
    };
}

topics![
    "references",
    "explorer",
    "keys",
    "settings",
    "editor",
    "commands",
    "selection",
    "differences",
    "labels",
    "attestations",
    "fleets",
    "lists",
    "copies",
    "findings",
    "json",
    "registries",
    "speed",
];

impl Topic {
    /// The topic with this name.
    pub(in crate::cli) fn find(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// What the page is about: its first heading, without the marks of code.
    pub(in crate::cli) fn title(&self) -> String {
        let first = self.markdown.lines().next().unwrap_or_default();
        first.trim_start_matches(['#', ' ']).replace('`', "")
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Args;

    #[test]
    fn every_page_is_a_topic_and_no_topic_is_a_command() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut topics: Vec<String> =
            TOPICS.iter().map(|topic| format!("{}.md", topic.name)).collect();
        topics.sort();
        assert_eq!(topics, files);
        let command = Args::command();
        for topic in TOPICS {
            assert!(command.find_subcommand(topic.name).is_none(), "{}", topic.name);
            assert!(topic.markdown.starts_with("# "), "{}", topic.name);
        }
    }
}
