//! How long things take, by a clock that is turned: every number of the manual's "How long things may
//! take", and nobody waits for it.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use platy::oci::{Class, Descriptor, Digest, Failure, MediaType, Repository};
use platy::sandbox::{Chunks, Fault, Rule, SandboxOptions};
use platy::source::{COMMAND, Limits, Options, Registry};
use reqwest::Method;
use tokio::time::{Instant, sleep};

use super::fakes::Fake;
use super::pushing::Pair;
use super::{Lab, assert_failure, at, registry};

/// How far the clock goes at once if nobody has anything to do. What is on its way between two
/// sockets arrives within far fewer steps than the shortest limit has.
const STEP: Duration = Duration::from_millis(10);
/// How often it is looked whether something has arrived, before the next step.
const LOOKS: usize = 8;

/// Runs with a clock that is turned.
fn turned<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        tokio::spawn(async {
            loop {
                sleep(STEP).await;
                for _ in 0..LOOKS {
                    tokio::task::yield_now().await;
                }
            }
        });
        run.await
    })
}

/// How long something takes, in seconds.
async fn timed<T>(run: impl Future<Output = T>) -> (T, f64) {
    let began = Instant::now();
    let done = run.await;
    (done, began.elapsed().as_secs_f64())
}

/// Asserts on how long something took; a connection and an answer take a few steps.
#[track_caller]
fn assert_took(took: f64, seconds: f64) {
    let is_right = (seconds - 0.05..seconds + 1.0).contains(&took);
    assert!(is_right, "it took {took} s, not {seconds} s");
}

/// The limits of a command, and its waits between repeats.
fn options() -> Options {
    Options { retries: Options::default().retries, limits: Limits::default(), ..super::options() }
}

async fn lab(limits: Limits) -> Lab {
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(1);
    lab
}

async fn document(lab: &Lab) -> (Result<Digest, Failure>, f64) {
    let (document, took) = timed(lab.registry.document(&lab.latest(), None)).await;
    (document.map(|document| document.digest), took)
}

#[test]
fn a_wait_that_is_asked_for_is_waited_up_to_ten_seconds() {
    turned(async {
        for (status, class) in [(429, Class::RateLimited), (503, Class::Server)] {
            // Seconds, how often, how long it takes, and whether it succeeds then.
            for (asked, times, seconds, succeeds) in [
                (2, 1, 2.0, true),
                (2, 3, 6.0, true),
                // The fourth answer is the last one.
                (2, 9, 6.0, false),
                (10, 1, 10.0, true),
                // All waits of a request count together.
                (6, 2, 6.0, false),
                (10, 2, 10.0, false),
                (11, 1, 0.0, false),
                (60, 1, 0.0, false),
                (86_400, 1, 0.0, false),
            ] {
                let lab = lab(Limits::default()).await;
                lab.fault(Rule::new(Fault::retry_after(status, asked)).times(times));
                let (found, took) = document(&lab).await;
                assert_took(took, seconds);
                assert_eq!(
                    found.is_ok(),
                    succeeds,
                    "{status}, {asked} s, {times} times: {found:?}"
                );
                let Err(failure) = found else { continue };
                assert_eq!(failure.class, class);
                let is_said = failure.to_string().contains("--wait-for-limits");
                assert_eq!(is_said, times < 9, "{failure}");
            }
        }
    });
}

#[test]
fn whoever_waits_for_limits_waits_for_as_long_as_is_asked() {
    turned(async {
        let lab = lab(Limits { asked_wait: None, ..Limits::default() }).await;
        lab.fault(Rule::new(Fault::retry_after(429, 60)).times(2));
        lab.fault(Rule::new(Fault::retry_after(429, 600)).times(2));
        let (found, took) = document(&lab).await;
        assert_took(took, 2.0 * 60.0 + 2.0 * 600.0);
        found.unwrap();
    });
}

#[test]
fn a_connection_has_five_seconds_tls_included() {
    turned(async {
        let silent = Fake::silent().await;
        let lab = lab(Limits::default()).await;
        lab.fault(Rule::new(Fault::Redirect(format!("https://{}/blob", silent.host))));
        let (found, took) = document(&lab).await;
        assert_failure(&found.unwrap_err(), Class::TimedOut, &["no connection to", "within 5s"]);
        assert_took(took, 5.0);
    });
}

#[test]
fn an_answer_has_ten_seconds_and_is_asked_for_again_after_three() {
    turned(async {
        let lab = lab(Limits::default()).await;
        lab.fault(Rule::new(Fault::Hang));
        let (found, took) = document(&lab).await;
        assert_failure(&found.unwrap_err(), Class::TimedOut, &["no answer", "10s"]);
        assert_took(took, 10.0);
        assert_eq!(lab.sandbox.requests().count(), 2);
    });
    turned(async {
        let lab = lab(Limits::default()).await;
        lab.fault(Rule::new(Fault::Hang).once());
        let (found, took) = document(&lab).await;
        found.unwrap();
        assert_took(took, 3.0);
    });
    // A host that counts requests is not asked twice.
    turned(async {
        let lab = lab(Limits::default()).await;
        let headers = vec![("RateLimit-Limit".to_owned(), "100;w=21600".to_owned())];
        lab.fault(Rule::new(Fault::Answer { status: 404, headers, body: Vec::new() }).once());
        document(&lab).await.0.unwrap_err();
        lab.sandbox.requests().clear();
        lab.fault(Rule::new(Fault::Hang));
        let (_, took) = document(&lab).await;
        assert_took(took, 10.0);
        assert_eq!(lab.sandbox.requests().count(), 1);
    });
}

#[test]
fn a_timeout_raises_them() {
    turned(async {
        let lab = lab(Limits::default().at_least(Duration::from_secs(100))).await;
        lab.fault(Rule::new(Fault::Delay(Duration::from_secs(99))));
        let (found, took) = document(&lab).await;
        found.unwrap();
        assert_took(took, 99.0);
        lab.sandbox.faults().clear();
        lab.fault(Rule::new(Fault::Hang));
        let (found, took) = document(&lab).await;
        assert_failure(&found.unwrap_err(), Class::TimedOut, &["100s"]);
        assert_took(took, 100.0);
    });
}

#[test]
fn a_document_has_fifteen_seconds() {
    turned(async {
        for (size, seconds, is_whole) in [(14, 14.0, true), (30, 15.0, false)] {
            let body = format!("{{{}}}", " ".repeat(size * 1_100 - 2));
            let fake = Fake::paced(body.into_bytes(), 1_100).await;
            let (found, took) = timed(registry(options()).document(&at(&fake.host), None)).await;
            assert_took(took, seconds);
            match found {
                Ok(_) => assert!(is_whole),
                Err(failure) => {
                    assert!(!is_whole, "{failure}");
                    assert_failure(&failure, Class::TimedOut, &["not whole within 15s"]);
                }
            }
        }
    });
}

#[test]
fn every_body_brings_a_thousand_bytes_a_second() {
    turned(async {
        // A layer may take for ever at this rate.
        for (rate, seconds, is_whole) in [(1_100, 600.0, true), (900, 10.0, false)] {
            let bytes = vec![1; 600 * rate];
            let layer = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
            let layer = Descriptor::new(layer, Digest::sha256(&bytes), bytes.len() as u64);
            let fake = Fake::paced(bytes, rate).await;
            let repository = Repository { host: fake.host.clone(), path: "team/app".to_owned() };
            let registry = registry(options());
            let (found, took) = timed(async {
                let stream = registry.blob_stream(&repository, &layer, None).await?;
                stream.try_fold(0, async |sum, piece| Ok(sum + piece.len())).await
            })
            .await;
            assert_took(took, seconds);
            match found {
                Ok(sum) => assert_eq!((sum, is_whole), (600 * rate, true)),
                Err(failure) => assert_failure(&failure, Class::TimedOut, &["less than 1 kB/s"]),
            }
        }
    });
}

#[test]
fn a_command_that_reads_documents_has_sixty_seconds() {
    turned(async {
        let lab = lab(Limits { command: Some(COMMAND), ..Limits::default() }).await;
        let began = Instant::now();
        lab.fault(Rule::new(Fault::Delay(Duration::from_secs(9))));
        let failure = loop {
            match document(&lab).await.0 {
                Ok(_) => {}
                Err(failure) => break failure,
            }
        };
        assert_failure(&failure, Class::TimedOut, &["the command has used its 60s"]);
        assert_took(began.elapsed().as_secs_f64(), 60.0);
    });
}

#[test]
fn nothing_of_a_host_is_begun_after_it_took_too_long() {
    turned(async {
        let lab = lab(Limits { command: Some(COMMAND), ..Limits::default() }).await;
        lab.fault(Rule::new(Fault::Hang));
        document(&lab).await.0.unwrap_err();
        lab.sandbox.requests().clear();
        let (found, took) = document(&lab).await;
        assert_failure(&found.unwrap_err(), Class::TimedOut, &["no answer"]);
        assert_took(took, 0.0);
        assert_eq!(lab.sandbox.requests().count(), 0);
    });
}

/// On 9305aee this took 1,215 s.
#[test]
fn an_upload_that_hangs_ends() {
    // What went out a long way is taken up once, in pieces: what then stops, the look at what
    // is there too, has what is left of 15 s.
    for (methods, seconds, requests) in [
        (&[Method::POST][..], 10.0, &[1][..]),
        (&[Method::PUT], 13.0, &[2]),
        (&[Method::PUT, Method::PATCH], 13.0, &[1, 1]),
        (&[Method::PUT, Method::GET], 13.0, &[1, 1]),
    ] {
        turned(async {
            let mut pair = Pair::new(SandboxOptions::default()).await;
            pair.lab.registry = registry(options());
            let hang = |method: &Method| Rule::new(Fault::Hang).method(method.clone());
            let rules: Vec<_> = methods.iter().map(|it| pair.lab.fault(hang(it))).collect();
            let (found, took) = timed(pair.push()).await;
            assert_failure(&found.unwrap_err(), Class::TimedOut, &["no answer from"]);
            assert_took(took, seconds);
            let met: Vec<_> =
                rules.into_iter().map(|rule| pair.lab.sandbox.faults().met(rule)).collect();
            assert_eq!(met, requests, "{methods:?}");
        });
    }
    // One that moves again is not hurried.
    turned(async {
        let mut pair = Pair::new(SandboxOptions::default()).await;
        pair.lab.registry = registry(options());
        pair.lab.fault(Rule::new(Fault::Hang).method(Method::PUT).once());
        pair.lab.fault(Rule::new(Fault::Delay(Duration::from_secs(2))).method(Method::PATCH));
        let (sent, took) = timed(pair.push()).await;
        sent.unwrap();
        assert_took(took, 14.0);
    });
    // An upload that the registry closed, and did not say so.
    turned(async {
        let options = SandboxOptions { chunks: Chunks::Only, ..SandboxOptions::default() };
        let mut pair = Pair::new(options).await;
        pair.lab.registry = registry(self::options());
        pair.lab.fault(Rule::new(Fault::Hang).method(Method::PUT).skip(1));
        let (store, bytes) = (pair.lab.sandbox.store().clone(), pair.bytes.clone());
        tokio::spawn(async move {
            sleep(Duration::from_secs(9)).await;
            store.repository("team/copy").put_blob(bytes);
        });
        let (sent, took) = timed(pair.push()).await;
        sent.unwrap();
        assert_took(took, 10.0);
    });
}

#[test]
fn a_token_service_has_the_same_limits() {
    for (fault, class, seconds) in [
        (Fault::Hang, Class::TimedOut, 10.0),
        (Fault::Drip(Duration::from_secs(1)), Class::TimedOut, 10.0),
        (Fault::Drip(Duration::from_secs(29)), Class::TimedOut, 10.0),
        (Fault::retry_after(429, 60), Class::RateLimited, 0.0),
    ] {
        turned(async {
            let guarded = super::login::bearer_lab().await;
            let options =
                Options { limits: Limits::default(), ..guarded.registry.options().clone() };
            let registry = Registry::new(options, platy::source::Activity::default()).unwrap();
            guarded.fault(Rule::new(fault.clone()).prefix("/token"));
            let (found, took) = timed(registry.document(&guarded.latest(), None)).await;
            assert_eq!(found.unwrap_err().class, class);
            assert_took(took, seconds);
        });
    }
}
