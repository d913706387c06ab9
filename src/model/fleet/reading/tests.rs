//! Every form of file.

use proptest::prelude::*;

use super::*;
use crate::model::fleet::{Served, Unresolved};

fn names(name: &str, text: &str) -> Vec<(usize, String)> {
    let reading = read(name, text, &[]);
    assert_eq!(reading.problems, []);
    reading
        .mentions
        .into_iter()
        .map(|it| {
            let name = match it.named {
                Named::Image(image) => image.familiar(),
                Named::Unresolved { text, why } => format!("? {text}: {}", why.words()),
            };
            (it.line, name)
        })
        .collect()
}

fn plainly(found: &[(usize, String)]) -> Vec<(usize, &str)> {
    found.iter().map(|(line, name)| (*line, name.as_str())).collect()
}

#[test]
fn compose_with_anchors_defaults_and_a_fixed_platform() {
    let text = "x-base: &base\n  image: redis:7\nservices:\n  a:\n    <<: *base\n  b:\n    \
                image: ghcr.io/o/b:${TAG:-1}\n    platform: linux/amd64\n  c:\n    image: o/c:$TAG\n  \
                d:\n    build: .\n";
    let found = names("compose.yaml", text);
    assert_eq!(
        plainly(&found),
        [
            (2, "redis:7"),
            (7, "ghcr.io/o/b:1"),
            (10, "? o/c:$TAG: the variable TAG has no value here")
        ]
    );
    let reading = read("compose.yaml", text, &[]);
    assert!(matches!(reading.mentions[1].served, Served::Only(_)));
}

#[test]
fn kubernetes_objects_of_every_depth() {
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j, namespace: n}\nspec:\n  \
                jobTemplate:\n    spec:\n      template:\n        spec:\n          initContainers:\n          \
                - name: i\n            image: busybox:1\n          containers:\n          - name: c\n            \
                image: nginx:1\n            env: [{name: A, value: 'x/y:1'}]\n          volumes:\n          \
                - name: v\n            image: {reference: 'o/model:2', pullPolicy: Always}\n\
                ---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec:\n  \
                sidecarImage: o/side:3\n  image:\n    repository: o/main\n    tag: '4'\n";
    let found = names("all.yaml", text);
    assert_eq!(
        plainly(&found),
        [(11, "busybox:1"), (14, "nginx:1"), (18, "o/model:2"), (24, "o/side:3"), (26, "o/main:4")]
    );
    let reading = read("all.yaml", text, &[]);
    assert_eq!(reading.mentions[0].owner, "CronJob n/j, container i");
    assert_eq!(reading.mentions[0].pod, reading.mentions[1].pod);
    assert_eq!(reading.mentions[2].pod, Some(1), "an image volume is of the pod");
}

#[test]
fn pods_as_kubectl_prints_them() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let text = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[
        {{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"p","namespace":"n"}},
          "spec":{{"containers":[{{"name":"c","image":"alpine:3"}}]}},
          "status":{{"containerStatuses":[{{"name":"c","image":"alpine:3",
            "imageID":"docker.io/library/alpine@{digest}"}}]}}}}]}}"#
    );
    let reading = read("-", &text, &[]);
    assert_eq!(reading.mentions.len(), 1);
    assert_eq!(reading.mentions[0].running.as_ref().unwrap().as_str(), digest);
    assert_eq!(reading.mentions[0].line, 3);
}

#[test]
fn workflows_of_github_and_gitlab() {
    let github = "on: push\njobs:\n  t:\n    container: node:20\n    services:\n      db:\n        \
                  image: postgres:16\n    steps:\n    - uses: actions/checkout@v4\n    - uses: \
                  docker://alpine:3\n    - run: echo image\n  u:\n    container:\n      image: \
                  ${{ matrix.image }}\n";
    let found = names(".github/workflows/ci.yml", github);
    assert_eq!(
        plainly(&found),
        [
            (4, "node:20"),
            (7, "postgres:16"),
            (10, "alpine:3"),
            (14, "? ${{ matrix.image }}: a template that was not rendered; render the files first")
        ]
    );
    let gitlab = "variables:\n  V: '3'\ndefault:\n  image: ruby:$V\nstages: [a]\na:\n  image:\n    \
                  name: o/a:1\n    docker: {platform: linux/arm64}\n  services:\n  - redis:7\n  \
                  - name: o/b:2\n  script: [x]\n";
    let found = names(".gitlab-ci.yml", gitlab);
    assert_eq!(plainly(&found), [(4, "ruby:3"), (8, "o/a:1"), (11, "redis:7"), (12, "o/b:2")]);
}

#[test]
fn templates_are_named_with_their_line_and_the_rest_is_read() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: {{ \
                .Values.image }}:{{ .Values.tag }}\n---\napiVersion: v1\nkind: Pod\nspec:\n  \
                containers:\n  - {name: b, image: 'alpine:3'}\n";
    let reading = read("t.yaml", text, &[]);
    assert_eq!(reading.problems, []);
    assert_eq!(reading.mentions.len(), 2);
    assert_eq!(reading.mentions[0].line, 6);
    assert!(matches!(
        &reading.mentions[0].named,
        Named::Unresolved { why: Unresolved::Template, text } if text.contains(".Values.image")
    ));
    assert_eq!(reading.mentions[1].line, 12);
    let alone = read("t.yaml", "kind: Pod\nspec:\n  image: {{ .Values.image }}\n", &[]);
    assert_eq!(alone.mentions.len(), 1);
    assert_eq!((alone.mentions[0].line, alone.problems.len()), (3, 0));
}

#[test]
fn what_a_broken_file_names_is_named_all_the_same() {
    // A chart's template: control structures are not YAML, and one image is written out.
    let template = "{{- if .Values.on }}\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: \
                    nginx:1 # fixed\n  - name: b\n    image: \"{{ .Values.b }}\"\n{{- end }}\n";
    let reading = read("templates/pod.yaml", template, &[]);
    assert_eq!(reading.problems, []);
    let lines: Vec<usize> = reading.mentions.iter().map(|it| it.line).collect();
    assert_eq!(lines, [6, 8]);
    // Tabs.
    let reading = read("pod.yaml", "kind: Pod\nspec:\n\timage: nginx:1\n---\nimage: a/b:2\n", &[]);
    assert_eq!((reading.problems.len(), reading.mentions.len()), (1, 2));
    assert_eq!(reading.problems[0].line, Some(3));
}

#[test]
fn a_key_that_is_there_twice_is_a_problem_and_the_last_one_counts() {
    let text = "services:\n  a:\n    image: one:1\n    image: two:2\n";
    let reading = read("compose.yaml", text, &[]);
    assert_eq!(reading.problems.len(), 1);
    assert_eq!(reading.problems[0].line, Some(4));
    assert_eq!(reading.mentions.len(), 1);
    assert!(matches!(&reading.mentions[0].named, Named::Image(it) if it.familiar() == "two:2"));
}

#[test]
fn containers_whose_image_a_merge_brings_are_in_their_pod() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nx: &x {image: alpine}\nspec:\n  \
                containers:\n  - name: a\n    <<: *x\n  - {name: b, image: busybox}\n";
    let reading = read("p.yaml", text, &[]);
    let owners: Vec<(&str, Option<usize>)> =
        reading.mentions.iter().map(|it| (it.owner.as_str(), it.pod)).collect();
    assert!(owners.contains(&("Pod p, container a", Some(1))), "{owners:?}");
    assert!(owners.contains(&("Pod p, container b", Some(1))), "{owners:?}");
}

#[test]
fn fields_of_custom_resources_by_their_names() {
    let text = "apiVersion: x/v1\nkind: Thing\nmetadata: {name: t}\nspec:\n  image: alpine\n  \
                initImage: o/init:1\n  backgroundImage: logo.png\n  runnerImage: word\n  logo:\n    \
                image: /static/logo.svg\n  template:\n    script: {image: python}\n  main:\n    \
                image: {repository: o/main, tag: ''}\n  other:\n    image: {repository: o/x, tag: '', \
                digest: ''}\n  env_image: {image: 'o/a:${TAG}'}\n";
    assert_eq!(
        plainly(&names("thing.yaml", text)),
        [
            (5, "alpine:latest"),
            (6, "o/init:1"),
            (12, "python:latest"),
            (14, "? o/main: the tag is empty; render the files first"),
            (16, "? o/x: the tag is empty; render the files first"),
            (17, "? o/a:${TAG}: the variable TAG has no value here"),
        ]
    );
}

#[test]
fn kustomizations_composite_actions_and_compose_s_other_places() {
    let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: \
                nginx\n  newTag: '1.27'\n- name: app\n  newName: ghcr.io/o/app\n  newTag: v2\n";
    assert_eq!(
        plainly(&names("kustomization.yaml", text)),
        [(4, "nginx:1.27"), (7, "ghcr.io/o/app:v2")]
    );
    let text = "name: x\nruns:\n  using: composite\n  steps:\n  - uses: docker://alpine:3\n  \
                - uses: actions/checkout@v4\n";
    assert_eq!(plainly(&names("action.yml", text)), [(5, "alpine:3")]);
    let text = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM golang:1 AS b\n        \
                FROM b\n    volumes:\n    - {type: image, source: 'o/data:1', target: /d}\n    \
                - data:/x\n";
    assert_eq!(plainly(&names("compose.yml", text)), [(5, "golang:1"), (8, "o/data:1")]);
}

#[test]
fn gitlab_s_variables_in_variables_and_references() {
    let text = "variables:\n  HOST: reg.example\n  IMAGE: $HOST/o/a\n.base:\n  image: ruby:3\na:\n  \
                image: $IMAGE:$V\n  variables: {V: '2'}\n  script: [x]\nb:\n  image: !reference \
                [.base, image]\n  script: [x]\n";
    assert_eq!(
        plainly(&names(".gitlab-ci.yml", text)),
        [
            (5, "ruby:3"),
            (7, "reg.example/o/a:2"),
            (11, "? !reference [.base, image]: it is taken from elsewhere; expand the file first"),
        ]
    );
}

#[test]
fn that_something_was_left_out_is_told_before_a_thousand_other_problems() {
    let twice = "---\na: 1\na: 2\n".repeat(2_000);
    let list = "- o/a:1\n".repeat(MAX_MENTIONS + 1);
    let too_many = format!("{twice}---\n{list}");
    let nested = format!("{twice}---\n{}{}\n", "[".repeat(200), "]".repeat(200));
    for (text, said) in [(&too_many, "was left out"), (&nested, "nested deeper")] {
        let mut reading = read("x.yaml", text, &[]);
        for _ in 0..2 {
            let told: Vec<&str> = reading.problems.iter().map(|it| it.text.as_str()).collect();
            assert!(told[0].contains(said), "{:?}", &told[..2]);
            assert_eq!(told.iter().filter(|it| it.contains(said)).count(), 1);
            assert_eq!(told.iter().filter(|it| it.contains("are not told")).count(), 1);
            assert!(told.len() <= MAX_PROBLEMS + 1);
            // As a fleet keeps what other files left room for.
            reading.keep(10);
        }
    }
}

#[test]
fn more_images_than_are_read_are_left_out_whatever_the_form() {
    let many = |line: &str| -> String {
        (0..MAX_MENTIONS + 10).map(|at| line.replace('N', &at.to_string())).collect()
    };
    for (name, text) in [
        ("Dockerfile", many("FROM o/a:1\n")),
        ("images.txt", many("o/a:1\n")),
        ("list.yaml", many("- o/a:1\n")),
        ("compose.yaml", format!("services:\n{}", many("  aN: {image: 'o/a:1'}\n"))),
        ("ci.yaml", format!("jobs:\n{}", many("  aN: {container: 'o/a:1'}\n"))),
        (".gitlab-ci.yml", many("aN: {script: x, image: 'o/a:1'}\n")),
        ("crd.yaml", format!("apiVersion: v1\nkind: A\na:\n{}", many("- {image: 'o/a:1'}\n"))),
        ("broken.yaml", format!("{}a: [\n", many("aN: {image: o/a:1}\n"))),
    ] {
        let reading = read(name, &text, &[]);
        assert_eq!(reading.mentions.len(), MAX_MENTIONS, "{name}: {:?}", reading.problems);
        assert!(reading.problems[0].text.contains("was left out"), "{name}");
    }
}

#[test]
fn a_million_aliases_and_ten_megabytes_end() {
    for (aliases, problem) in [(250_000, "25000 images"), (1_000_000, "300000 values")] {
        let list = "  - *a\n".repeat(aliases);
        let text = format!("a: &a {{image: 'o/a:1'}}\nlist:\n{list}");
        let reading = read("aliases.yaml", &text, &[]);
        assert!(!reading.mentions.is_empty());
        let told: Vec<&str> = reading.problems.iter().map(|it| it.text.as_str()).collect();
        assert!(told.iter().any(|it| it.contains(problem)), "{told:?}");
    }
    let filler = "# a line of a long file\n".repeat(400_000);
    let text = format!("{filler}kind: Pod\nspec:\n  image: o/a:1\n");
    assert_eq!(plainly(&names("long.yaml", &text)), [(400_003, "o/a:1")]);
}

/// What a rendered chart has, in the ways in which charts write it: an object, and its images.
fn object(random: &mut fastrand::Rng, number: usize) -> (String, Vec<String>) {
    let mut images = Vec::new();
    let mut image = |random: &mut fastrand::Rng| {
        let host = ["", "ghcr.io/team/", "quay.io/o/deep/", "localhost:5000/", "k8s.gcr.io/"];
        let host = host[random.usize(..host.len())];
        let tail = match random.u8(..4) {
            0 => ":1.2.3".to_owned(),
            1 => format!("@sha256:{}", "a".repeat(64)),
            2 => format!(":v1@sha256:{}", "b".repeat(64)),
            _ => ":2-alpine".to_owned(),
        };
        let name = format!("{host}app{number}x{}{tail}", images.len());
        images.push(name.clone());
        match random.u8(..3) {
            0 => format!("\"{name}\""),
            1 => format!("'{name}'"),
            _ => name,
        }
    };
    let kind = random.u8(..6);
    let mut containers = |random: &mut fastrand::Rng, indent: &str| {
        let mut text = String::new();
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            if list == "containers" || random.bool() {
                text.push_str(&format!("{indent}{list}:\n"));
                // Helm writes items with and without indentation, and fields in any order.
                let dash =
                    if random.bool() { format!("{indent}- ") } else { format!("{indent}  - ") };
                for at in 0..random.usize(1..4) {
                    let inner = dash.replace('-', " ");
                    let line = format!("image: {}\n", image(random));
                    let rest =
                        format!("{inner}env:\n{inner}- {{name: IMAGE, value: not/an:image}}\n");
                    text.push_str(&match random.bool() {
                        true => format!("{dash}name: c{at}\n{inner}{line}{rest}"),
                        false => format!("{dash}{line}{inner}name: c{at}\n{rest}"),
                    });
                }
            }
        }
        text
    };
    let head = |version: &str, kind: &str| {
        format!(
            "# Source: chart/templates/{number}.yaml\napiVersion: {version}\nkind: {kind}\nmetadata:\n  \
             name: o{number}\n  annotations:\n    image: not/an:image\n"
        )
    };
    let text = match kind {
        0 => format!("{}spec:\n{}", head("v1", "Pod"), containers(random, "  ")),
        1 => format!(
            "{}spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n{}",
            head("batch/v1", "CronJob"),
            containers(random, "          ")
        ),
        2 => format!(
            "{}spec:\n  image: {}\n  sidecar:\n    initImage: {}\n",
            head("example.com/v1", "Widget"),
            image(random),
            image(random)
        ),
        3 => format!("{}data:\n  pod.yaml: |\n    image: not/an:image\n", head("v1", "ConfigMap")),
        _ => format!(
            "{}spec:\n  template:\n    metadata:\n      annotations: {{image: 'not/an:image'}}\n    \
             spec:\n{}",
            head("apps/v1", ["Deployment", "DaemonSet", "StatefulSet"][random.usize(..3)]),
            containers(random, "      ")
        ),
    };
    (text, images)
}

#[test]
fn fifty_rendered_charts_lose_no_image() {
    for chart in 0..50 {
        let mut random = fastrand::Rng::with_seed(chart);
        let objects: Vec<(String, Vec<String>)> =
            (0..random.usize(1..12)).map(|number| object(&mut random, number)).collect();
        let text: String = objects.iter().map(|(text, _)| format!("---\n{text}")).collect();
        let reading = read("-", &text, &[]);
        assert_eq!(reading.problems, [], "chart {chart}:\n{text}");
        let mut found: Vec<String> = reading
            .mentions
            .iter()
            .map(|it| match &it.named {
                Named::Image(image) => image.to_string(),
                Named::Unresolved { text, .. } => format!("? {text}"),
            })
            .collect();
        let mut expected: Vec<String> = objects
            .iter()
            .flat_map(|(_, images)| images)
            .map(|it| it.parse::<crate::oci::Reference>().unwrap().to_string())
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "chart {chart}:\n{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert!(reading.mentions.iter().all(|it| lines[it.line - 1].contains("mage:")));
    }
}

#[test]
fn a_template_in_flow_style_is_named_too() {
    let text = "{{- if .Values.on }}\nspec: {containers: [{name: a, image: {{ .Values.image }}}, \
                {image: 'o/b:{{ .v }}'}]}\n{{- end }}\n";
    let found = names("x.yaml", text);
    let template = "a template that was not rendered; render the files first";
    assert_eq!(
        found,
        [
            (2, format!("? {{{{ .Values.image }}}}: {template}")),
            (2, format!("? o/b:{{{{ .v }}}}: {template}"))
        ]
    );
    let found = names("x.yaml", "x: {image: {{ .Values.image }}}\n");
    assert_eq!(found, [(1, format!("? {{{{ .Values.image }}}}: {template}"))]);
}

/// `docker buildx build` 0.38 pulls such contexts; `$$` is a dollar sign in Compose files.
#[test]
fn contexts_and_dollars_of_compose() {
    let text = "services:\n  a:\n    build:\n      additional_contexts:\n        base: \
                docker-image://o/ctx:1\n        src: ../src\n  b:\n    image: o/b:$$x\n  c:\n    \
                build: {additional_contexts: ['x=docker-image://o/ctx:2']}\n  d:\n    image: \
                o/d:${V%.*}\n";
    let found = names("compose.yaml", text);
    assert_eq!(found[0], (5, "o/ctx:1".to_owned()));
    assert!(found[1].1.starts_with("? o/b:$x: \"o/b:$x\" is not an image reference"), "{found:?}");
    assert_eq!(found[2], (10, "o/ctx:2".to_owned()));
    assert!(found[3].1.contains("`${V%.*}` is not understood"), "{found:?}");
}

/// Kubernetes 1.36: the terms of an affinity are alternatives, their expressions and the selector
/// hold together.
#[test]
fn pods_run_on_the_nodes_that_they_name() {
    let nodes = |spec: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{{image: o/a:1}}]\n  volumes: \
             [{{name: v, image: {{reference: o/v:1}}}}]\n{spec}"
        );
        let reading = read("pod.yaml", &text, &[]);
        let pods: Vec<_> = reading.mentions.iter().map(|it| it.pod).collect();
        assert_eq!(pods, [Some(1), Some(1)], "a volume is of the pod");
        reading.mentions[0].served.clone()
    };
    let hosts = |served: &Served| match served {
        Served::Nodes(nodes) => ["linux/amd64", "linux/arm64", "linux/s390x", "windows/amd64"]
            .into_iter()
            .filter(|host| nodes.has(&host.parse().unwrap()))
            .collect::<Vec<_>>(),
        _ => vec!["all"],
    };
    let affinity = |terms: &str| {
        format!(
            "  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             {{nodeSelectorTerms: [{terms}]}}}}}}\n"
        )
    };
    let arch = |operator: &str, values: &str| {
        format!("{{key: kubernetes.io/arch, operator: {operator}, values: [{values}]}}")
    };
    for (spec, expected) in [
        (String::new(), vec!["all"]),
        ("  nodeSelector: {disk: ssd}\n".to_owned(), vec!["all"]),
        ("  nodeSelector: {kubernetes.io/arch: arm64}\n".to_owned(), vec!["linux/arm64"]),
        ("  os: {name: windows}\n".to_owned(), vec!["windows/amd64"]),
        (
            format!(
                "  nodeSelector: {{beta.kubernetes.io/os: linux}}\n{}",
                affinity(&format!("{{matchExpressions: [{}]}}", arch("NotIn", "arm64")))
            ),
            vec!["linux/amd64", "linux/s390x"],
        ),
        (
            affinity(&format!(
                "{{matchExpressions: [{}]}}, {{matchExpressions: [{}]}}",
                arch("In", "arm64, s390x"),
                arch("In", "amd64")
            )),
            vec!["linux/amd64", "linux/arm64", "linux/s390x", "windows/amd64"],
        ),
        (
            affinity(&format!(
                "{{matchExpressions: [{}]}}, {{matchFields: []}}",
                arch("In", "arm64")
            )),
            vec!["all"],
        ),
    ] {
        assert_eq!(hosts(&nodes(&spec)), expected, "{spec}");
    }
}

#[test]
fn a_file_that_is_not_yaml_is_a_problem() {
    let reading = read("x.yaml", "a: [\n", &[]);
    assert_eq!(reading.mentions, []);
    assert_eq!(reading.problems.len(), 1);
}

#[test]
fn plain_lists() {
    let found = names("images.txt", "# ours\nalpine:3\n\nghcr.io/o/x@sha256:12 # odd\n- redis:7\n");
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], (2, "alpine:3".to_owned()));
    assert!(found[1].1.starts_with("? ghcr.io/o/x@sha256:12"));
    assert_eq!(found[2], (5, "redis:7".to_owned()));
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[ -~\n\t]{0,300}", name in "(Dockerfile|x\\.yaml|-)") {
        let reading = read(&name, &text, &[]);
        let lines = text.lines().count().max(1);
        prop_assert!(reading.mentions.iter().all(|it| (1..=lines).contains(&it.line)));
    }
}
