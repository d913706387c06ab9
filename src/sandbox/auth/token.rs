//! The token endpoint: GET with Basic credentials (distribution, `docs/spec/auth/token.md`) and
//! POST as OAuth 2 has it (`docs/spec/auth/oauth.md`).

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::accounts::{Accounts, Auth, Grant, User};
use super::credentials::Shown;
use super::gate::{Gate, SERVICE, unauthorized};
use super::scope::Scope;
use crate::sandbox::answer::Answer;
use crate::sandbox::api::collect;
use crate::sandbox::error::ApiError;

/// The largest form that is read, in bytes (64 KiB).
const MAX_FORM: usize = 64 << 10;

/// The fields of a query or form.
struct Fields(Vec<(String, String)>);

/// Who asks for a token.
enum Asker<'a> {
    Anonymous(&'a [Grant]),
    User(&'a User),
}

/// Answers a request for a token; `None` if the registry gives out none.
pub(in crate::sandbox) async fn token(gate: &Gate, request: Request) -> Option<Answer> {
    let Auth::Bearer { accounts, lifetime } = &gate.auth else {
        return None;
    };
    let (head, body) = request.into_parts();
    let answer = async {
        let (fields, asker) = match head.method {
            Method::GET => {
                let fields = Fields::parse(head.uri.query().unwrap_or_default().as_bytes());
                let asker = from_header(accounts, Shown::in_headers(&head.headers));
                (fields, asker)
            }
            Method::POST => {
                let fields = Fields::parse(&collect(body, MAX_FORM).await?);
                let asker = from_form(gate, accounts, &fields);
                (fields, asker)
            }
            _ => return Err(ApiError::method_not_allowed("GET, POST").into()),
        };
        if fields.get("service").is_some_and(|service| service != SERVICE) {
            let message = "this server gives out no tokens for that service";
            return Err(
                ApiError::new(StatusCode::BAD_REQUEST, "DENIED", message, Value::Null).into()
            );
        }
        let Some(asker) = asker else {
            return Err(unauthorized(&[])
                .with_header(header::WWW_AUTHENTICATE, &format!("Basic realm=\"{SERVICE}\""))
                .into());
        };
        let grants = match &asker {
            Asker::Anonymous(grants) => grants,
            Asker::User(user) => user.grants.as_slice(),
        };
        let scopes = fields.scopes().map(|scope| scope.limited(grants)).collect();
        let token = gate.tokens.issue(scopes, *lifetime);
        let mut reply = json!({
            "token": token,
            "access_token": token,
            "expires_in": lifetime.as_secs(),
            "issued_at": jiff::Timestamp::now().to_string(),
        });
        if let (Some(reply), Asker::User(user), true) =
            (reply.as_object_mut(), &asker, fields.wants_refresh_token())
        {
            let refresh = gate.tokens.issue_refresh(&user.name);
            reply.insert("refresh_token".to_owned(), json!(refresh));
        }
        let mut response = Response::new(Body::from(reply.to_string()));
        let json = header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(response)
    };
    Some(answer.await)
}

fn from_header(accounts: &Accounts, shown: Shown) -> Option<Asker<'_>> {
    match shown {
        Shown::Nothing => anonymous(accounts),
        Shown::Basic(name, password) => accounts.user(&name, &password).map(Asker::User),
        Shown::Bearer(_) | Shown::Odd => None,
    }
}

fn from_form<'a>(gate: &Gate, accounts: &'a Accounts, fields: &Fields) -> Option<Asker<'a>> {
    let user = match fields.get("grant_type")? {
        "password" => accounts.user(fields.get("username")?, fields.get("password")?),
        "refresh_token" => {
            let token = fields.get("refresh_token")?;
            let given_out = gate.tokens.refresh_user(token);
            accounts.users.iter().find(|user| {
                user.identity_token.as_deref() == Some(token)
                    || given_out.as_deref() == Some(&user.name)
            })
        }
        _ => None,
    };
    user.map(Asker::User)
}

fn anonymous(accounts: &Accounts) -> Option<Asker<'_>> {
    (!accounts.anonymous.is_empty()).then_some(Asker::Anonymous(&accounts.anonymous))
}

impl Fields {
    fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// All scopes: several fields, or several scopes in one.
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.0
            .iter()
            .filter(|(field, _)| field == "scope")
            .flat_map(|(_, value)| value.split(' '))
            .filter_map(Scope::parse)
    }

    fn wants_refresh_token(&self) -> bool {
        self.get("offline_token") == Some("true") || self.get("access_type") == Some("offline")
    }
}
