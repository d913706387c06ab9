//! The embedded registry over real HTTP.

mod auth;
mod client;
mod faults;
mod pushing;
mod reading;
mod referrers;
mod samples;

use platy::sandbox::{Sandbox, SandboxOptions};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// A sandbox and a client that talks to it.
struct Lab {
    sandbox: Sandbox,
    client: Client,
}

impl Lab {
    async fn new() -> Self {
        Self::with(SandboxOptions::default()).await
    }

    async fn with(options: SandboxOptions) -> Self {
        // Fails where another test of this process was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { sandbox: Sandbox::start(options).await.unwrap(), client }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.host())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn head(&self, path: &str) -> Response {
        self.request(Method::HEAD, path).send().await.unwrap()
    }
}

/// A header's value; empty if there is none.
fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The status and the code of the first error in the body.
async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    (status, body["errors"][0]["code"].as_str().unwrap().to_owned())
}
