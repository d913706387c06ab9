//! Every form of file.

use proptest::prelude::*;

use super::*;
use crate::model::fleet::Unresolved;

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
    assert_eq!(reading.mentions[2].pod, None);
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
