//! Each kind of fault, and which requests it meets.

use std::time::Duration;

use platy::oci::Digest;
use platy::sandbox::{Fault, Rule};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::{Lab, header, refusal};

const BODY: &str = "0123456789";

async fn lab() -> (Lab, String) {
    let lab = Lab::new().await;
    let digest = lab.sandbox.store().repository("app").put_blob(BODY);
    (lab, format!("/v2/app/blobs/{digest}"))
}

#[tokio::test]
async fn a_status_with_headers_and_body() {
    let (lab, path) = lab().await;
    for status in [401, 403, 404, 429, 500, 503] {
        lab.sandbox.faults().add(Rule::new(Fault::retry_after(status, 7)).once());
        let response = lab.get(&path).await;
        assert_eq!(header(&response, "retry-after"), "7");
        assert_eq!(refusal(response).await.0, status);
    }
    lab.sandbox.faults().add(Rule::new(Fault::html(502, "<h1>Bad gateway</h1>")).once());
    let html = lab.get(&path).await;
    assert_eq!(html.status(), 502);
    assert_eq!(header(&html, "content-type"), "text/html; charset=utf-8");
    assert_eq!(html.text().await.unwrap(), "<h1>Bad gateway</h1>");
    assert_eq!(lab.get(&path).await.text().await.unwrap(), BODY);
}

#[tokio::test]
async fn rules_choose_by_method_path_and_number() {
    let (lab, path) = lab().await;
    let faults = lab.sandbox.faults();
    let teapot = || Rule::new(Fault::status(418));
    let statuses = async |count: usize| {
        let mut found = Vec::new();
        for _ in 0..count {
            found.push(lab.get(&path).await.status().as_u16());
        }
        found
    };
    let id = faults.add(teapot().contains("/blobs/").skip(1).times(2));
    assert_eq!(statuses(4).await, [200, 418, 418, 200]);
    assert_eq!(faults.met(id), 2);
    assert!(faults.remove(id));
    assert!(!faults.remove(id));

    for (rule, expected) in [
        (teapot().method(Method::HEAD), 200),
        (teapot().method(Method::GET), 418),
        (teapot().prefix("/v2/app/"), 418),
        (teapot().prefix("/v2/other/"), 200),
        (teapot().exact(&path), 418),
        (teapot().exact("/v2/app/blobs/"), 200),
    ] {
        let id = faults.add(rule.clone());
        assert_eq!(statuses(1).await, [expected], "{rule:?}");
        faults.remove(id);
    }
    faults.add(teapot());
    faults.clear();
    assert_eq!(statuses(1).await, [200]);
}

#[tokio::test]
async fn a_truncated_body_promises_more_than_it_has() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Truncate(4)));
    let mut response = lab.get(&path).await;
    assert_eq!(header(&response, "content-length"), "10");
    let mut received = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(piece)) => received.extend_from_slice(&piece),
            Ok(None) => panic!("the body ended in peace"),
            Err(error) => break error,
        }
    };
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    assert_eq!(received, b"0123");
}

#[tokio::test]
async fn a_connection_is_reset_in_the_body() {
    use std::error::Error as _;
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Reset(4)));
    // The reset may come before the head was read.
    let failed = match lab.request(Method::GET, &path).send().await {
        Ok(response) => response.bytes().await.unwrap_err(),
        Err(error) => error,
    };
    let mut source = failed.source();
    let mut kinds = Vec::new();
    while let Some(error) = source {
        kinds.extend(error.downcast_ref::<std::io::Error>().map(std::io::Error::kind));
        source = error.source();
    }
    assert!(kinds.contains(&std::io::ErrorKind::ConnectionReset), "{failed:?}");
}

#[tokio::test]
async fn interim_answers_come_before_the_true_one() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Early(2)));
    assert_eq!(lab.get(&path).await.text().await.unwrap(), BODY);
    let mut stream = tokio::net::TcpStream::connect(lab.sandbox.address()).await.unwrap();
    let asks = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(asks.as_bytes()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    let heads: Vec<&str> = said.lines().filter(|line| line.starts_with("HTTP/1.1 ")).collect();
    let early = "HTTP/1.1 103 Early Hints";
    assert_eq!(heads, [early, early, "HTTP/1.1 200 OK"]);
}

#[tokio::test]
async fn a_stalled_body_stops_without_an_end() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Stall(4)));
    let mut response = lab.get(&path).await;
    assert_eq!(response.chunk().await.unwrap().unwrap(), "0123");
    assert!(futures_util::poll!(Box::pin(response.chunk())).is_pending());
}

#[tokio::test]
async fn one_byte_is_corrupted() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Corrupt(2)).once());
    lab.sandbox.faults().add(Rule::new(Fault::Corrupt(99)).once());
    assert_eq!(lab.get(&path).await.text().await.unwrap(), "0133456789");
    assert_eq!(lab.get(&path).await.text().await.unwrap(), "0123456788");
}

#[tokio::test]
async fn headers_lie_or_are_missing() {
    let (lab, path) = lab().await;
    let lie = Digest::sha256(b"something else");
    for (fault, name, expected) in [
        (Fault::DigestHeader(Some(lie.to_string())), "docker-content-digest", lie.as_str()),
        (Fault::DigestHeader(None), "docker-content-digest", ""),
        (Fault::Headers(vec![(CONTENT_TYPE, "text/html".into())]), "content-type", "text/html"),
    ] {
        lab.sandbox.faults().add(Rule::new(fault).times(2));
        assert_eq!(header(&lab.head(&path).await, name), expected);
        let response = lab.get(&path).await;
        assert_eq!(header(&response, name), expected);
        assert_eq!(response.text().await.unwrap(), BODY);
    }
}

#[tokio::test]
async fn an_endless_body_has_no_end() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::EndlessBody));
    let mut response = lab.get(&path).await;
    assert_eq!(response.content_length(), None);
    let mut received = 0;
    while received < 4 << 20 {
        received += response.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn a_redirect_leads_elsewhere() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Redirect("http://elsewhere.test/x".into())));
    let response = lab.get(&path).await;
    assert_eq!(response.status(), 307);
    assert_eq!(header(&response, "location"), "http://elsewhere.test/x");
}

#[tokio::test]
async fn a_connection_is_dropped_before_the_answer() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::DropConnection));
    // The client may try again by itself where the connection was used before; this one is new.
    let error = lab.request(Method::GET, &path).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(lab.sandbox.requests().all()[0].status, None);
}

#[tokio::test]
async fn hanging_requests_go_on_when_the_rule_is_removed() {
    let (lab, path) = lab().await;
    let id = lab.sandbox.faults().add(Rule::new(Fault::Hang));
    let both = async { tokio::join!(lab.get(&path), lab.get(&path)) };
    let release = async {
        lab.sandbox.requests().wait_for(|log| log.count() == 2).await;
        assert_eq!(lab.sandbox.requests().in_flight(), 2);
        lab.sandbox.faults().remove(id);
    };
    let ((one, two), ()) = tokio::join!(both, release);
    assert_eq!((one.status().as_u16(), two.status().as_u16()), (200, 200));
    assert_eq!(lab.sandbox.requests().max_in_flight(), 2);
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_no_request_behind() {
    let (lab, path) = lab().await;
    lab.sandbox.faults().add(Rule::new(Fault::Hang));
    let request = tokio::spawn(lab.request(Method::GET, &path).send());
    lab.sandbox.requests().wait_for(|log| log.count() == 1).await;
    request.abort();
    let requests = lab.sandbox.requests();
    requests.wait_for(|log| log.in_flight() == 0).await;
    assert_eq!(requests.all()[0].status, None);
}

#[tokio::test]
async fn delays_add_up_and_leave_other_faults_alone() {
    let (lab, path) = lab().await;
    let delay = Duration::from_millis(20);
    lab.sandbox.faults().set_delay(delay);
    lab.sandbox.faults().add(Rule::new(Fault::Delay(delay)));
    lab.sandbox.faults().add(Rule::new(Fault::status(500)));
    let begin = std::time::Instant::now();
    let (one, two) = tokio::join!(lab.get(&path), lab.get(&path));
    assert!(begin.elapsed() >= 2 * delay);
    assert_eq!((one.status().as_u16(), two.status().as_u16()), (500, 500));
    assert_eq!(lab.sandbox.requests().max_in_flight(), 2);
}
