//! Reports as pages: written by each command, read and pictured in a real browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::command::{Ran, platy};
use platy::sandbox::{Sandbox, SandboxOptions, samples};
use tempfile::TempDir;

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
        let lab =
            Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() };
        let host = lab.sandbox.host();
        let list = samples()
            .iter()
            .take(8)
            .map(|sample| format!("{host}/{}\n", sample.reference))
            .collect::<String>();
        let odd = "{{ .Values.image }}\nnot a name <b>\n";
        std::fs::write(lab.home.path().join("images.txt"), list + odd).unwrap();
        lab
    }

    /// Runs a command that writes `NAME.html`.
    async fn page(&self, name: &str, arguments: &[&str]) -> (Ran, PathBuf) {
        let file = self.home.path().join(format!("{name}.html"));
        let host = self.sandbox.host().to_string();
        let arguments = arguments.iter().map(|it| it.replace("HOST", &host));
        let mut arguments: Vec<String> = arguments.collect();
        arguments.extend(["--html".to_owned(), file.to_str().unwrap().to_owned()]);
        let home = self.home.path().to_owned();
        let ran = tokio::task::spawn_blocking(move || {
            platy(&home, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
        });
        (ran.await.unwrap(), file)
    }

    async fn pages(&self) -> Vec<(&'static str, PathBuf)> {
        let ten = "HOST/demo/ten-platforms:latest";
        let all: [(&str, &[&str]); 4] = [
            ("fleet", &["fleet", "images.txt"]),
            ("matrix", &["matrix", ten]),
            ("check", &["check", ten, "HOST/demo/liar:latest", "--no-binaries"]),
            ("diff", &["diff", ten, "HOST/demo/liar:latest"]),
        ];
        let mut pages = Vec::new();
        for (name, arguments) in all {
            let (ran, file) = self.page(name, arguments).await;
            assert!(file.exists(), "{name}: {} {}", ran.code, ran.stderr);
            pages.push((name, file));
        }
        pages
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_whole_and_needs_nothing_from_elsewhere() {
    let lab = Lab::start().await;
    for (name, file) in lab.pages().await {
        let page = std::fs::read_to_string(file).unwrap();
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{name}");
        for outside in ["src=", "href=", "@import", "url("] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        assert!(page.matches("<tr>").count() > 2, "{name}: {page}");
        assert!(!page.contains("not a name <b>"), "{name}: text stays text");
    }
    let (ran, _) = lab.page("no/such/folder/x", &["fleet", "images.txt"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("could not be written"), "{}", ran.stderr);
}

/// Runs Chromium without a window on a page, and gives what it prints.
fn chromium(home: &Path, page: &Path, options: &[&str]) -> String {
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .arg(format!("--user-data-dir={}", home.join("chromium").display()))
        .args(options)
        .arg(format!("file://{}", page.display()))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{options:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Width and height of a picture in PNG.
fn size(file: &Path) -> (u32, u32) {
    let bytes = std::fs::read(file).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// The pictures stay in the folder that PLATY_PICTURES_OF_REPORTS names, if it does.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_browser_reads_sorts_and_pictures_them() {
    let lab = Lab::start().await;
    let pages = lab.pages().await;
    let home = lab.home.path().to_owned();
    let keep = std::env::var_os("PLATY_PICTURES_OF_REPORTS").map(PathBuf::from);
    tokio::task::spawn_blocking(move || {
        for (name, file) in pages {
            let page = std::fs::read_to_string(&file).unwrap();
            // What a reader would do, and what is seen then, as the title of the page.
            let script = "const t = document.querySelector('table'); const of = () => \
                          [...t.tBodies[0].rows].map((r) => r.cells[0].textContent); \
                          const before = of(); t.tHead.rows[0].cells[0].firstElementChild.click(); \
                          const sorted = [...before].sort(new Intl.Collator(undefined, \
                          {numeric: true}).compare); \
                          document.title = JSON.stringify({ rows: before.length, \
                          first: t.tBodies[0].rows.length, sort: \
                          t.tHead.rows[0].cells[0].getAttribute('aria-sort'), \
                          wide: document.documentElement.scrollWidth > innerWidth });";
            let tried = file.with_extension("tried.html");
            let with = page.replace("</body>", &format!("<script>{script}</script></body>"));
            std::fs::write(&tried, with).unwrap();
            for (width, height) in [(1280, 900), (390, 844)] {
                let window = format!("--window-size={width},{height}");
                let dom = chromium(&home, &tried, &[&window, "--dump-dom"]);
                let title = dom.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
                let seen: serde_json::Value = serde_json::from_str(title).unwrap();
                assert!(seen["rows"].as_u64().unwrap() > 1, "{name}: {title}");
                assert_eq!(seen["rows"], seen["first"], "{name}: {title}");
                assert_eq!(seen["sort"], "ascending", "{name}: {title}");
                assert_eq!(seen["wide"], false, "{name} at {width}: {title}");
                let folder = keep.clone().unwrap_or_else(|| home.clone());
                let picture = folder.join(format!("{name}-{width}.png"));
                let shot = format!("--screenshot={}", picture.display());
                chromium(&home, &file, &[&window, &shot]);
                assert_eq!(size(&picture), (width, height), "{name}");
            }
        }
    })
    .await
    .unwrap();
}
