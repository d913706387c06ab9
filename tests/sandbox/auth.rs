//! Basic and Bearer authentication.

use std::time::Duration;

use platy::oci::Digest;
use platy::sandbox::{Accounts, Auth, Grant, SandboxOptions, User};
use reqwest::{Method, Response};
use serde_json::Value;

use super::{Lab, header, refusal};

fn accounts() -> Accounts {
    Accounts::only([
        User::new("ann", "secret").with_identity_token("ann's identity"),
        User::new("bob", "hidden").with_grants([Grant::push("team/"), Grant::pull("shared/")]),
    ])
}

async fn lab(auth: Auth) -> Lab {
    let lab = Lab::with(SandboxOptions { auth, ..SandboxOptions::default() }).await;
    for name in ["team/app", "shared/app", "other/app", "public/app"] {
        let image = lab.sandbox.store().repository(name).image("linux", "amd64", "");
        image.layer("content").push_tag("latest");
    }
    lab
}

/// The fields of a `Bearer` challenge.
fn challenge(response: &Response) -> (String, String, String) {
    assert_eq!(response.status(), 401);
    let text = header(response, "www-authenticate").strip_prefix("Bearer ").unwrap();
    let field = |name: &str| {
        let after = text.split_once(&format!("{name}=\"")).map_or("", |(_, rest)| rest);
        after.split_once('"').map_or("", |(value, _)| value).to_owned()
    };
    assert_eq!(field("service"), "platy-sandbox");
    (field("realm"), field("scope"), field("error"))
}

impl Lab {
    /// Asks for a token as Docker does: one `scope` for each scope.
    async fn token(&self, user: Option<(&str, &str)>, scopes: &str) -> Response {
        let mut url = url::Url::parse(&self.url("/token?service=platy-sandbox")).unwrap();
        for scope in scopes.split(' ') {
            url.query_pairs_mut().append_pair("scope", scope);
        }
        let mut request = self.client.get(url);
        if let Some((name, password)) = user {
            request = request.basic_auth(name, Some(password));
        }
        request.send().await.unwrap()
    }

    async fn with_token(&self, method: Method, path: &str, token: &str) -> Response {
        self.request(method, path).bearer_auth(token).send().await.unwrap()
    }
}

async fn token_of(response: Response) -> String {
    assert_eq!(response.status(), 200);
    let reply: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(reply["token"], reply["access_token"]);
    reply["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn basic_credentials_open_what_the_user_may_see() {
    let lab = lab(Auth::Basic(accounts().with_anonymous(Grant::pull("public/")))).await;
    let get = async |user: Option<(&str, &str)>, name: &str| {
        let request = lab.request(Method::GET, &format!("/v2/{name}/manifests/latest"));
        let request = match user {
            Some((name, password)) => request.basic_auth(name, Some(password)),
            None => request,
        };
        request.send().await.unwrap()
    };
    let refused = get(None, "team/app").await;
    assert_eq!(header(&refused, "www-authenticate"), "Basic realm=\"platy-sandbox\"");
    assert_eq!(refusal(refused).await, (401, "UNAUTHORIZED".to_owned()));
    for (user, name, status) in [
        (None, "public/app", 200),
        (Some(("ann", "secret")), "other/app", 200),
        (Some(("ann", "wrong")), "public/app", 401),
        (Some(("bob", "hidden")), "team/app", 200),
        (Some(("bob", "hidden")), "other/app", 403),
    ] {
        assert_eq!(get(user, name).await.status(), status, "{user:?} {name}");
    }
}

#[tokio::test]
async fn a_token_opens_what_it_was_given_for() {
    let lab = lab(Auth::bearer(accounts())).await;
    let team = "/v2/team/app/manifests/latest";
    let (realm, scope, error) = challenge(&lab.get(team).await);
    assert_eq!(realm, lab.url("/token"));
    assert_eq!((scope.as_str(), error.as_str()), ("repository:team/app:pull", ""));

    let token = token_of(lab.token(Some(("bob", "hidden")), &scope).await).await;
    assert_eq!(lab.with_token(Method::GET, team, &token).await.status(), 200);
    assert_eq!(lab.with_token(Method::GET, "/v2/", &token).await.status(), 200);
    let put = lab.with_token(Method::PUT, team, &token).await;
    let (_, scope, error) = challenge(&put);
    assert_eq!(scope, "repository:team/app:pull,push");
    assert_eq!(error, "insufficient_scope");

    // More is asked for than the user may have.
    let wide = "repository:shared/app:pull,push repository:other/app:pull registry:catalog:*";
    let token = token_of(lab.token(Some(("bob", "hidden")), wide).await).await;
    for (method, path, status) in [
        (Method::GET, "/v2/shared/app/manifests/latest", 200),
        (Method::POST, "/v2/shared/app/blobs/uploads/", 401),
        (Method::GET, "/v2/other/app/manifests/latest", 401),
        (Method::GET, "/v2/_catalog", 401),
    ] {
        assert_eq!(lab.with_token(method, path, &token).await.status(), status, "{path}");
    }
    let token = token_of(lab.token(Some(("ann", "secret")), wide).await).await;
    assert_eq!(lab.with_token(Method::GET, "/v2/_catalog", &token).await.status(), 200);
}

#[tokio::test]
async fn wrong_credentials_and_anonymous_askers_get_no_token() {
    let lab = lab(Auth::bearer(accounts())).await;
    for user in [None, Some(("ann", "wrong"))] {
        let refused = lab.token(user, "repository:team/app:pull").await;
        assert_eq!(refusal(refused).await, (401, "UNAUTHORIZED".to_owned()));
    }
    assert_eq!(lab.get("/token?service=other").await.status(), 400);
    let (_, _, error) = challenge(&lab.with_token(Method::GET, "/v2/", "made up").await);
    assert_eq!(error, "invalid_token");
    assert_eq!(self::lab(Auth::Open).await.get("/token").await.status(), 404);
}

#[tokio::test]
async fn anonymous_tokens_open_what_is_public() {
    let lab = lab(Auth::bearer(accounts().with_anonymous(Grant::pull("public/")))).await;
    let scopes = "repository:public/app:pull,push repository:team/app:pull";
    let token = token_of(lab.token(None, scopes).await).await;
    for (path, status) in [
        ("/v2/public/app/manifests/latest", 200),
        ("/v2/team/app/manifests/latest", 401),
        ("/v2/", 200),
    ] {
        assert_eq!(lab.with_token(Method::GET, path, &token).await.status(), status, "{path}");
    }
    let push = lab.with_token(Method::POST, "/v2/public/app/blobs/uploads/", &token).await;
    assert_eq!(push.status(), 401);
}

#[tokio::test]
async fn tokens_expire() {
    let path = "/v2/team/app/manifests/latest";
    let scope = "repository:team/app:pull";
    let lab = lab(Auth::bearer(accounts())).await;
    let token = token_of(lab.token(Some(("ann", "secret")), scope).await).await;
    assert_eq!(lab.with_token(Method::GET, path, &token).await.status(), 200);
    lab.sandbox.expire_tokens();
    let (_, _, error) = challenge(&lab.with_token(Method::GET, path, &token).await);
    assert_eq!(error, "invalid_token");

    let short = Auth::Bearer { accounts: accounts(), lifetime: Duration::ZERO };
    let lab = self::lab(short).await;
    let token = token_of(lab.token(Some(("ann", "secret")), scope).await).await;
    assert_eq!(lab.with_token(Method::GET, path, &token).await.status(), 401);
}

#[tokio::test]
async fn refresh_tokens_and_passwords_are_taken_as_oauth_sends_them() {
    let lab = lab(Auth::bearer(accounts())).await;
    let post = async |fields: &[(&str, &str)]| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("service", "platy-sandbox");
        form.append_pair("scope", "repository:team/app:pull repository:shared/app:pull");
        form.extend_pairs(fields);
        let request = lab.request(Method::POST, "/token").body(form.finish());
        request.send().await.unwrap()
    };
    let works = async |token: &str| {
        let path = "/v2/shared/app/manifests/latest";
        assert_eq!(lab.with_token(Method::GET, path, token).await.status(), 200);
    };
    let identity = [("grant_type", "refresh_token"), ("refresh_token", "ann's identity")];
    works(&token_of(post(&identity).await).await).await;

    let password = [
        ("grant_type", "password"),
        ("username", "bob"),
        ("password", "hidden"),
        ("access_type", "offline"),
    ];
    let reply = post(&password).await.bytes().await.unwrap();
    let reply: Value = serde_json::from_slice(&reply).unwrap();
    works(reply["access_token"].as_str().unwrap()).await;
    let refresh = reply["refresh_token"].as_str().unwrap();
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    works(&token_of(post(&refreshed).await).await).await;

    for wrong in [
        vec![("grant_type", "refresh_token"), ("refresh_token", "made up")],
        vec![("grant_type", "password"), ("username", "bob"), ("password", "wrong")],
        vec![],
    ] {
        assert_eq!(post(&wrong).await.status(), 401, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_mount_needs_a_right_to_the_source() {
    let lab = lab(Auth::bearer(accounts())).await;
    let digest = Digest::sha256(b"content");
    let path = format!("/v2/team/new/blobs/uploads/?mount={digest}&from=shared/app");
    let push = "repository:team/new:pull,push";
    let token = token_of(lab.token(Some(("bob", "hidden")), push).await).await;
    let (_, scope, _) = challenge(&lab.with_token(Method::POST, &path, &token).await);
    assert_eq!(scope, format!("repository:shared/app:pull {push}"));
    let token = token_of(lab.token(Some(("bob", "hidden")), &scope).await).await;
    assert_eq!(lab.with_token(Method::POST, &path, &token).await.status(), 201);
}
