use super::fixture::{Image, platform, program};
use std::sync::Arc;

use super::*;
use crate::model::files::program::{Contents, Executable};
use crate::model::files::{LayerState, LayerView, Layers, Step};

/// What starts, in words: `path@layer` or `path!reason`, with the loader behind `+` or `-`.
fn told(image: &Image) -> Vec<String> {
    let solved = image.solve();
    let mut told: Vec<String> = solved
        .launch
        .programs
        .iter()
        .map(|program| {
            let place = match (&program.contents, program.layer) {
                (Err(why), _) => format!("{}! {why}", program.path),
                (Ok(_), Some(layer)) => format!("{}@{}", program.path, layer + 1),
                (Ok(_), None) => program.path.clone(),
            };
            match &program.loader {
                Some(Loader { found: Some(true), path, .. }) => format!("{place} +{path}"),
                Some(Loader { path, .. }) => format!("{place} -{path}"),
                None => place,
            }
        })
        .collect();
    told.extend(solved.launch.unclear.map(|why| format!("? {why}")));
    told
}

const BASE: &[&str] = &[
    "bin/",
    "bin/busybox linux/amd64",
    "bin/sh -> /bin/busybox",
    "usr/bin/",
    "usr/bin/env -> ../../bin/busybox",
    "etc/",
    "etc/passwd data",
];

#[test]
fn a_program_in_the_top_layer_needs_no_other() {
    let image = Image::new("/app", &[BASE, &["etc/x data"], &["app linux/arm64", "more data"]]);
    assert_eq!(told(&image), ["/app@3"]);
    assert_eq!(image.solve().read, [0, 0, 1], "one entry of one layer");
}

#[test]
fn layers_are_read_downwards_until_it_is_found() {
    let image = Image::new(
        "/app",
        &[BASE, &["a data", "app linux/arm64", "b data"], &["etc/x data", "etc/y data"]],
    );
    assert_eq!(told(&image), ["/app@2"]);
    assert_eq!(image.solve().read, [0, 2, 2]);
}

#[test]
fn a_view_takes_no_more_names_than_its_cap() {
    let mut view = LayerView::default();
    let mut entry = crate::model::files::Entry {
        path: "x".into(),
        kind: crate::model::files::Kind::Folder,
        size: 0,
        mode: 0o755,
        uid: 0,
        gid: 0,
        mtime: 0,
        digest: None,
    };
    for number in 0..LayerView::MOST_NAMES {
        entry.path = number.to_string().as_str().into();
        assert!(view.add(&entry, false).is_some());
    }
    assert!(!view.is_too_large());
    entry.path = "one more".into();
    assert_eq!(view.add(&entry, false), None);
    assert!(view.is_too_large());

    let mut view = LayerView::default();
    let long = "x".repeat(60_000);
    let taken = (0..1000).take_while(|number| {
        entry.path = format!("{number}{long}").as_str().into();
        view.add(&entry, false).is_some()
    });
    assert!((500..600).contains(&taken.count()), "names of 32 MiB");
}

#[test]
fn whiteouts_and_opaque_folders_hide_what_is_below() {
    for above in ["-opt/app", "-opt", "-opt/", "-/", "opt data"] {
        let image = Image::new("/opt/app", &[&["opt/app linux/amd64"], &[above]]);
        assert_eq!(told(&image), ["/opt/app! it is not in the image"], "{above}");
    }
    // What is there again is there.
    let image =
        Image::new("/opt/app", &[&["opt/app linux/amd64"], &["-opt/", "opt/app linux/arm64"]]);
    assert_eq!(told(&image), ["/opt/app@2"]);
}

#[test]
fn links_are_followed_through_the_layers_and_not_for_ever() {
    let image = Image::new(
        "/srv/run",
        &[&["opt/v1/run linux/amd64"], &["opt/now -> v1"], &["srv -> /opt/now"]],
    );
    assert_eq!(told(&image), ["/srv/run@1"]);
    let image = Image::new("/a", &[&["a -> b", "b -> a"]]);
    assert_eq!(told(&image), ["/a! its links lead round in a circle"]);
    let image = Image::new("/a/x", &[&["a -> a/a"]]);
    assert_eq!(told(&image), ["/a/x! its links lead round in a circle"]);
    // A folder that replaces a link is a folder.
    let image =
        Image::new("/opt/now/run", &[&["opt/now -> v1", "opt/v1/run linux/amd64"], &["opt/now/"]]);
    assert_eq!(told(&image), ["/opt/now/run! it is not in the image"]);
    let image = Image::new("/b", &[&["a linux/amd64", "b = a"]]);
    assert_eq!(told(&image), ["/b@1"]);
    let image = Image::new("/b", &[&["b = nowhere"]]);
    assert_eq!(told(&image), ["/b! it is not in the image"]);
}

#[test]
fn names_without_a_slash_are_looked_for_in_path() {
    let layers: &[&[&str]] = &[
        &["usr/bin/app linux/amd64", "usr/local/bin/app data", "srv/app linux/386"],
        &["bin/app linux/arm64"],
    ];
    assert_eq!(told(&Image::new("app", layers)), ["/usr/bin/app@1"], "a file that cannot be run");
    let image = Image::new("app", layers).env("PATH=/bin:/usr/bin");
    assert_eq!(told(&image), ["/bin/app@2"]);
    assert_eq!(image.solve().read[0], 0, "the first folder of PATH has it");
    let image = Image::new("app", layers).env("PATH=/nowhere");
    assert_eq!(told(&image), ["app! it is not in the image"]);
    let mut image = Image::new("./app", layers);
    image.config.working_dir = Some("/srv".to_owned());
    assert_eq!(told(&image), ["/srv/app@1"]);
}

#[test]
fn entrypoint_and_command_are_one_line() {
    let mut image = Image::new("/bin/tini --", &[BASE, &["bin/tini linux/amd64", "app linux/386"]]);
    image.config.cmd = Some(vec!["/app".to_owned()]);
    assert_eq!(told(&image), ["/bin/tini@2", "/app@2"]);
    image.config.entrypoint = None;
    assert_eq!(told(&image), ["/app@2"]);
    image.config.cmd = Some(Vec::new());
    assert!(image.solve().launch.is_empty());
}

#[test]
fn shells_and_wrappers_lead_to_what_they_start() {
    let app: &[&str] = &["app linux/arm64", "usr/local/bin/gosu linux/amd64"];
    let image = Image::new("/bin/sh -c exec_/app_--x", &[BASE, app]);
    assert_eq!(told(&image), ["/bin/sh@1", "/app@2"]);
    let image = Image::new("gosu nobody env A=b sh -c cd_/_&&_./app", &[BASE, app]);
    assert_eq!(told(&image), ["/usr/local/bin/gosu@2", "/usr/bin/env@1", "/bin/sh@1", "/app@2"]);
    let image = Image::new("sh -c $(cat_x)", &[BASE, app]);
    let told_of = told(&image);
    assert_eq!(told_of[0], "/bin/sh@1");
    assert!(told_of[1].starts_with("? which program"), "{told_of:?}");
    let circle = Image::new(&"gosu x ".repeat(40), &[BASE, app]);
    assert!(told(&circle).last().unwrap().contains("too many times"));
}

#[test]
fn scripts_lead_to_their_interpreter_and_to_what_they_are_handed() {
    let top: &[&str] = &[
        "start.sh #!/bin/sh -e",
        "py #!/usr/bin/env -S python3 -u",
        "usr/bin/python3 linux/amd64",
        "lost #!/bin/bash",
        "usr/sbin/nginx linux/arm64",
    ];
    assert_eq!(told(&Image::new("/start.sh", &[BASE, top])), ["/start.sh@2", "/bin/sh@1"]);
    assert_eq!(
        told(&Image::new("/py --verbose", &[BASE, top])),
        ["/py@2", "/usr/bin/env@1", "/usr/bin/python3@2"]
    );
    assert_eq!(
        told(&Image::new("/start.sh nginx -g x", &[BASE, top])),
        ["/start.sh@2", "/bin/sh@1", "/usr/sbin/nginx@2"]
    );
    assert_eq!(told(&Image::new("/start.sh start", &[BASE, top])), ["/start.sh@2", "/bin/sh@1"]);
    assert_eq!(
        told(&Image::new("/lost", &[BASE, top])),
        ["/lost@2", "/bin/bash! it is not in the image"]
    );
    // A script that names itself.
    let itself = Image::new("/me", &[&["me #!/me"]]);
    assert_eq!(told(&itself).len(), 5);
}

#[test]
fn the_loader_is_looked_for() {
    let app = "app linux/amd64+/lib64/ld.so";
    let image = Image::new("/app", &[BASE, &[app]]);
    assert_eq!(told(&image), ["/app@2 -/lib64/ld.so"]);
    let image = Image::new(
        "/app",
        &[&["lib64 -> usr/lib64", "usr/lib64/ld.so linux/amd64", "more data"], &[app]],
    );
    assert_eq!(told(&image), ["/app@2 +/lib64/ld.so"]);
    // As long as a layer is open, the link may still come.
    assert_eq!(image.solve().read, [3, 1]);
}

#[test]
fn windows_paths_are_found() {
    let layers: &[&[&str]] =
        &[&["Files/Windows/System32/cmd.exe windows/amd64"], &["Files/App/Server.exe windows/386"]];
    for command in [r"C:\App\server.exe", r"c:/app/SERVER", r"\App\Server.exe"] {
        let mut image = Image::new(command, layers);
        image.windows = true;
        let solved = image.solve();
        assert_eq!(solved.launch.programs[0].layer, Some(1), "{command}");
    }
    let mut image = Image::new("server.exe", layers);
    image.windows = true;
    image.config.working_dir = Some(r"C:\App\".to_owned());
    assert_eq!(told(&image), [r"C:\App\server.exe@2"]);
    let mut image = Image::new(r"cmd /S /C C:\App\server.exe", layers);
    image.windows = true;
    let told_of = told(&image);
    assert_eq!(told_of.len(), 2, "{told_of:?}");
    assert!(told_of[0].ends_with("cmd.exe@1"), "{told_of:?}");
}

#[test]
fn the_shell_form_of_windows_is_one_command_line() {
    // containerd/containerd#5067, moby/moby#41488: `ArgsEscaped` with the line as one element.
    let layers: &[&[&str]] = &[&[
        "Files/Windows/System32/cmd.exe windows/amd64",
        "Files/Windows/System32/WindowsPowerShell/v1.0/powershell.exe windows/amd64",
        "Files/app.exe windows/386",
    ]];
    let ps = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe@1";
    for (line, expected) in [
        ("cmd /S /C app.exe -x", &[r"C:\Windows\System32\cmd.exe@1", r"C:\app.exe@1"][..]),
        (r#"cmd /S /C ""C:\app.exe" -x""#, &[r"C:\Windows\System32\cmd.exe@1", r"C:\app.exe@1"]),
        (r#""C:\app.exe" --flag"#, &[r"C:\app.exe@1"]),
        (r"powershell -Command $x = 'a b'; C:\app.exe", &[ps, r"C:\app.exe@1"]),
        ("powershell -Command Get-Date", &[ps]),
    ] {
        for cmd in [false, true] {
            let mut image = Image::new("", layers).env(r"PATH=C:\Windows\System32;C:\Windows");
            image.windows = true;
            image.config.args_escaped = true;
            let words = Some(vec![line.to_owned()]);
            if cmd {
                image.config.cmd = words;
            } else {
                image.config.entrypoint = words;
            }
            let mut found = told(&image);
            found.truncate(expected.len());
            assert_eq!(found, expected, "{line}");
        }
    }
    // Without the mark, and on Linux, each element is an argument.
    let mut image = Image::new("", &[&["app linux/amd64"]]);
    image.config.entrypoint = Some(vec!["/app -x".to_owned()]);
    image.config.args_escaped = true;
    assert_eq!(told(&image), ["/app -x! it is not in the image"]);
}

#[test]
fn one_empty_string_is_no_entrypoint() {
    let mut image = Image::new("", &[&["app linux/amd64"]]);
    image.config.entrypoint = Some(vec![String::new()]);
    image.config.cmd = Some(vec!["/app".to_owned()]);
    assert_eq!(told(&image), ["/app@1"]);
    image.config.cmd = None;
    assert!(image.solve().launch.is_empty());
}

#[test]
fn what_may_not_be_executed_is_told() {
    let denied = |image: &Image| {
        let launch = image.solve().launch;
        launch.denied().map(|(path, layer, why)| format!("{path} {layer:?} {why}"))
    };
    let nobody = "nobody may execute it: its mode is 0644";
    for (command, layer, expected) in [
        ("/app", &["app linux/amd64|644"][..], Some("/app Some(0)")),
        ("app", &["bin/app linux/amd64|644"], Some("/bin/app Some(0)")),
        ("/run", &["run #!/bin/sh|644", "bin/sh linux/amd64"], Some("/run Some(0)")),
        ("/run", &["run #!/bin/sh", "bin/sh linux/amd64|644"], Some("/bin/sh Some(0)")),
        ("/app", &["app linux/amd64+/ld.so", "ld.so linux/amd64|644"], Some("/ld.so None")),
        ("sh -c /app", &["app linux/amd64|644", "bin/sh linux/amd64"], Some("/app Some(0)")),
        ("sh /run", &["run #!/bin/sh|644", "bin/sh linux/amd64"], None),
        ("/app", &["app linux/amd64|100"], None),
    ] {
        let image = Image::new(command, &[layer]);
        let expected = expected.map(|it| format!("{it} {nobody}"));
        assert_eq!(denied(&image), expected, "{command} {layer:?}");
    }
    let mut image = Image::new("/app", &[&["app linux/amd64|700"]]);
    image.config.user = Some("1000".to_owned());
    let why = denied(&image).unwrap();
    assert!(why.contains("user 1000 may not execute it: its mode is 0700"), "{why}");
    image.config.user = Some("app".to_owned());
    assert_eq!(denied(&image), None, "the number of app is not known");
    let found = row("linux/amd64", "linux/amd64", &Image::new("/app", &[&["app linux/amd64|644"]]));
    assert_eq!(found.verdict, Verdict::CannotTell);
    assert_eq!(found.reason, format!("/app: {nobody}"));
}

/// Linux `path_resolution(7)`: each folder on the way has to be entered.
#[test]
fn a_folder_that_the_user_may_not_enter_is_told() {
    let why = "user 1000 may not enter /d: its mode is 0700, its owner 0:0";
    let app = "d/b/app linux/amd64";
    for (command, layers, expected) in [
        ("/d/b/app", &[&["d/|700", app][..]][..], Some("/d/b/app")),
        // Where the link leads counts, and where it is reached from.
        ("/run", &[&["d/|700", app, "run -> d/b/app"]], Some("/run")),
        ("/run", &[&["d/|700", app, "run = d/b/app"]], None),
        ("/d/b/app", &[&["d/|711", app]], None),
        ("/d/b/app", &[&["d/|700"], &["d/", app]], None),
        ("/d/b/app", &[&["d/"], &["d/|700", app]], Some("/d/b/app")),
        // What is there without an entry of its own has permissions that nobody wrote down.
        ("/d/b/app", &[&["d/|700"], &[app]], None),
        ("/d/b/app", &[&["d/|700", app], &["-d", app]], None),
    ] {
        let mut image = Image::new(command, layers);
        image.config.user = Some("1000".to_owned());
        let denied = |image: &Image| {
            let launch = image.solve().launch;
            launch.denied().map(|(path, _, why)| format!("{path}: {why}"))
        };
        let expected = expected.map(|path| format!("{path}: {why}"));
        assert_eq!(denied(&image), expected, "{command} {layers:?}");
        image.config.user = None;
        assert_eq!(denied(&image), None, "root enters {command} {layers:?}");
    }
}

#[test]
fn a_layer_that_cannot_be_read_is_named() {
    let image = Image::new("/app", &[&[], &[]]);
    let mut known = Layers::new(2, false);
    let mut empty = LayerView::default();
    empty.complete(None);
    known.layers = vec![
        LayerState::Unreadable("it lies elsewhere".to_owned()),
        LayerState::Read(Arc::new(empty)),
    ];
    match launch(&image.config, &known) {
        Step::Done(launch) => {
            assert_eq!(launch.problem().unwrap().1, "layer 1 cannot be read: it lies elsewhere");
        }
        Step::Ask(ask) => panic!("{ask:?}"),
    }
}

fn row(list: &str, config: &str, image: &Image) -> Row {
    let of = |text: &str| (!text.is_empty()).then(|| platform(text));
    let claim = Claim {
        list: of(list),
        config: of(config),
        created_by: vec![Some("ADD base".to_owned()), Some("COPY app /".to_owned())],
    };
    let all = image.solve().launch.is_empty();
    image.row(claim, all)
}

#[test]
fn rows_say_who_is_wrong() {
    let of = |program: &str| Image::new("/app", &[BASE, &[&format!("app {program}")]]);
    let found = row("linux/arm64", "linux/arm64/v8", &of("linux/arm64"));
    assert_eq!((found.verdict, found.wrong.len()), (Verdict::Agree, 0));

    let found = row("linux/arm64", "linux/arm64", &of("linux/amd64"));
    assert_eq!((found.verdict, found.wrong.as_slice()), (Verdict::Disagree, &[Side::Program][..]));
    assert_eq!(
        found.reason,
        "the label says linux/arm64, /app is amd64 ELF, from layer 2, made by `COPY app /`"
    );
    assert_eq!(found.program().unwrap().path, "/app");

    let found = row("linux/arm64", "linux/amd64", &of("linux/amd64"));
    assert_eq!((found.verdict, found.wrong.as_slice()), (Verdict::Disagree, &[Side::List][..]));
    assert!(found.reason.ends_with("so the config is right"), "{}", found.reason);
    let found = row("linux/arm64", "linux/amd64", &of("linux/arm64"));
    assert_eq!(found.wrong, [Side::Config]);
    let found = row("linux/arm64", "linux/amd64", &of("linux/s390x"));
    assert_eq!(found.wrong, [Side::List, Side::Config, Side::Program]);

    let found = row("linux/amd64", "linux/amd64", &of("linux/386"));
    assert_eq!(found.verdict, Verdict::Disagree);
    assert!(found.runs.unwrap().contains("run i386"), "{found:?}");

    let found = row("linux/arm/v7", "linux/arm/v7", &of("linux/arm/v6"));
    assert_eq!(found.verdict, Verdict::Agree);
    assert!(found.reason.contains("which ARM v7 runs"), "{}", found.reason);
    let found = row("linux/arm/v6", "linux/arm/v6", &of("linux/arm/v7"));
    assert_eq!(found.verdict, Verdict::Disagree);
    assert!(found.reason.contains("it needs ARM v7"), "{}", found.reason);
}

#[test]
fn a_wrong_program_behind_a_right_one_is_found() {
    let image = Image::new("/bin/sh -c /app", &[BASE, &["app linux/arm64"]]);
    let found = row("linux/amd64", "linux/amd64", &image);
    assert_eq!(found.verdict, Verdict::Disagree);
    assert_eq!(found.program().unwrap().path, "/app");
    let image = Image::new("/bin/sh -c /app", &[BASE, &["app linux/amd64"]]);
    assert_eq!(row("linux/amd64", "linux/amd64", &image).verdict, Verdict::Agree);
}

#[test]
fn what_cannot_be_told_says_why() {
    for (image, why) in [
        (Image::new("/lost", &[BASE]), "/lost: it is not in the image"),
        (Image::new("/etc/passwd", &[BASE]), "/etc/passwd is neither a program nor a script"),
        (Image::new("/run", &[&["run #!/bin/bash"]]), "/run is a script for /bin/bash"),
        (Image::new("sh -c $(x)", &[BASE]), "which program the shell starts"),
        (Image::new("", &[&["a data"]]), "it names no entrypoint and no command"),
    ] {
        let found = row("linux/amd64", "linux/amd64", &image);
        assert_eq!(found.verdict, Verdict::CannotTell, "{found:?}");
        assert!(found.reason.starts_with(why), "{}", found.reason);
    }
    let claim = Claim { list: Some(platform("linux/arm64")), ..Claim::default() };
    let found = Row::new(claim, Err("nobody looked".into()));
    assert_eq!((found.verdict, found.reason.as_str()), (Verdict::CannotTell, "nobody looked"));
}

fn all(layers: &[&[&str]]) -> Layers {
    Image::new("", layers).all()
}

#[test]
fn all_programs_are_counted_in_what_the_layers_show() {
    let known = all(&[
        &["bin/a linux/amd64", "bin/b linux/amd64", "opt/c linux/arm64", "etc/x data"],
        &["-bin/a", "bin/d linux/arm/v7", "-opt/", "run #!/bin/sh"],
    ]);
    let others = Others::of(&known, Some(&platform("linux/amd64")));
    let counts: Vec<_> =
        others.counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(counts, [("linux/amd64", 1), ("linux/arm/v7", 1)]);
    assert_eq!(others.differing, [("/bin/d".to_owned(), 1, "arm ELF for v7".to_owned())]);
    assert_eq!(others.total(), 2);
}

#[test]
fn an_image_without_a_command_is_judged_by_all_its_programs() {
    let proof = |layers: &[&[&str]]| Proof {
        others: Some(Others::of(&all(layers), Some(&platform("linux/amd64")))),
        ..Proof::default()
    };
    let claim = Claim { list: Some(platform("linux/amd64")), ..Claim::default() };
    let verdict = |layers: &[&[&str]]| Row::new(claim.clone(), Ok(proof(layers))).verdict;
    assert_eq!(verdict(&[&["a data"]]), Verdict::CannotTell);
    assert_eq!(verdict(&[&["a linux/amd64"]]), Verdict::Agree);
    assert_eq!(verdict(&[&["a linux/amd64", "b linux/arm64"]]), Verdict::Disagree);
}

#[test]
fn code_for_every_machine_tells_nothing() {
    let portable = Executable { portable: true, platforms: Vec::new(), ..program("linux/amd64") };
    let launch = Launch {
        programs: vec![Program {
            role: Role::Entrypoint,
            path: "/app.dll".to_owned(),
            layer: Some(0),
            contents: Ok(Contents::Executable(portable)),
            denied: None,
            loader: None,
        }],
        unclear: None,
    };
    let claim = Claim { list: Some(platform("linux/amd64")), ..Claim::default() };
    let found = Row::new(claim, Ok(Proof { launch, ..Proof::default() }));
    assert_eq!(found.verdict, Verdict::CannotTell);
    assert!(found.reason.contains(".NET"), "{}", found.reason);
}
