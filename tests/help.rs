//! `platy help`, `platy man` and `platy completions`.

use crate::support::command::{PLATY, command, platy, run};
use tempfile::TempDir;

/// A home whose history holds two references.
fn home() -> TempDir {
    let home = TempDir::new().unwrap();
    let state = home.path().join("state/platy");
    std::fs::create_dir_all(&state).unwrap();
    std::fs::write(state.join("history"), "alpine:3.20\nghcr.io/team/app:1.4\n").unwrap();
    home
}

#[test]
fn help_prints_options_and_topics() {
    let home = home();
    let of = |words: &[&str]| {
        let ran = platy(home.path(), words);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
        ran.text()
    };
    assert_eq!(of(&["help", "why"]), of(&["why", "--help"]));
    assert_eq!(of(&["help", "cache", "info"]), of(&["cache", "info", "--help"]));
    let all = of(&["help"]);
    assert!(all.starts_with(&of(&["--help"])), "{all}");
    assert!(all.contains("  selection    Who gets what: why and matrix\n"), "{all}");
    let page = of(&["help", "registries"]);
    assert!(page.starts_with("Registries, credentials and the cache\n\n  "), "{page}");
    assert!(page.contains("  `--plain-http HOST`"), "{page}");
    // What a topic's page says of keys is what the README's said.
    assert!(
        of(&["help", "keys"])
            .contains("\n  `y`                 copy the node's full digest; name: `copy-digest`\n")
    );
}

#[test]
fn an_unknown_word_is_answered_with_the_nearest() {
    let home = home();
    for (words, said) in [
        (&["help", "registry"][..], "did you mean `platy help registries`?"),
        (&["help", "insect"], "did you mean `platy help inspect`?"),
        (&["help", "why", "not"], "'why not'; did you mean `platy help why`?"),
        (&["help", "zebra"], "'zebra'; `platy help` lists all"),
        (&["man", "insect"], "did you mean `platy man inspect`?"),
        (&["man", "toaster"], "no topic 'toaster'; `platy help` lists all"),
    ] {
        let ran = platy(home.path(), words);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{words:?}");
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn there_is_a_man_page_for_each_command_and_topic() {
    let home = home();
    let folder = home.path().join("man");
    let ran = platy(home.path(), &["man", "--folder", folder.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for (file, of) in [
        ("man1/platy.1", ""),
        ("man1/platy-why.1", "why"),
        ("man1/platy-tag-cp.1", "tag cp"),
        ("man7/platy-keys.7", "keys"),
    ] {
        let written = std::fs::read(folder.join(file)).unwrap();
        let words: Vec<&str> = ["man"].into_iter().chain(of.split_whitespace()).collect();
        assert_eq!(platy(home.path(), &words).stdout, written, "{file}");
        assert!(String::from_utf8(written).unwrap().contains(".SH NAME\n"), "{file}");
    }
    let pages: usize = ["man1", "man7"]
        .iter()
        .map(|section| std::fs::read_dir(folder.join(section)).unwrap().count())
        .sum();
    let topics = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/manual")).unwrap();
    assert!(pages > topics.count() + 15, "{pages}");
}

/// What the shell's script asks at a tab after these words, as fish asks it.
fn offered(home: &TempDir, words: &[&str]) -> String {
    let ran =
        run(command(PLATY, home.path()).env("COMPLETE", "fish").args(["--", "platy"]).args(words));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.text()
}

#[test]
fn references_engines_and_machines_are_completed() {
    let home = home();
    for words in [&["a"][..], &["why", "a"], &["diff", "x:1", "a"], &["create", "t:1", "a"]] {
        assert!(offered(&home, words).lines().any(|line| line == "alpine:3.20"), "{words:?}");
    }
    let offers = offered(&home, &["why", "x", "--engine", "pod"]);
    assert!(offers.lines().any(|line| line.starts_with("podman\t")), "{offers}");
    let offers = offered(&home, &["why", "x", "--host", "pi-z"]);
    assert!(offers.lines().any(|line| line.starts_with("pi-zero\t")), "{offers}");
    for (words, page) in [(&["help", "reg"][..], "registries\t"), (&["man", "wh"], "why\t")] {
        let offers = offered(&home, words);
        assert!(offers.lines().any(|line| line.starts_with(page)), "{offers}");
    }
    assert_eq!(offered(&home, &["login", "gh"]).trim(), "ghcr.io");
    let offers = offered(&home, &["ins"]);
    assert!(offers.lines().any(|line| line.starts_with("inspect\t")), "{offers}");
}

#[test]
fn every_shell_has_a_script() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = platy(home.path(), &["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        assert!(ran.text().contains("COMPLETE"), "{shell}");
        // As a file in zsh's `fpath` it answers the first tab, too.
        let at_once = r#"[[ ${funcstack[1]} != _platy ]] || _clap_dynamic_completer_platy "$@""#;
        assert_eq!(ran.text().trim_end().ends_with(at_once), shell == "zsh", "{shell}");
    }
    assert_eq!(platy(home.path(), &["completions", "toaster"]).code, 2);
}

/// Bash splits at colons; the script must put the words together and leave out what is typed.
#[test]
#[ignore = "needs bash"]
fn bash_completes_references_with_colons() {
    let home = home();
    let folder = std::path::Path::new(PLATY).parent().unwrap().display();
    for (typed, split, expected) in [
        ("platy al", "platy al", "alpine:3.20"),
        ("platy alpine:3", "platy alpine : 3", "3.20"),
        ("platy why ghcr.io/team/app:", "platy why ghcr.io/team/app :", "1.4"),
        ("platy why x --host=pi-z", "platy why x --host = pi-z", "pi-zero"),
    ] {
        let script = format!(
            "PATH={folder}:$PATH; source <(platy completions bash)\n\
             COMP_LINE='{typed}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({split})\n\
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_TYPE=9\n\
             _platy platy \"${{COMP_WORDS[COMP_CWORD]}}\" x; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let ran = run(command("bash", home.path()).args(["-c", &script]));
        assert_eq!((ran.text().trim(), ran.stderr.as_str()), (expected, ""), "{typed}");
    }
}
