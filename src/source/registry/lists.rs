//! Lists of names: tags of a repository, repositories of a registry.

use serde_json::Value;

use super::call::Call;
use super::{Registry, link};
use crate::oci::{Class, Failure, Host, Repository};
use crate::source::Page;

/// The largest page that is read, in bytes (8 MiB).
const MAX_PAGE: u64 = 8 << 20;
/// How many names are asked for at once. Registries may give fewer.
const PAGE_LENGTH: usize = 1000;

impl Registry {
    /// One page of a repository's tags: the first, or the one that an earlier page's
    /// [`next`](Page::next) names.
    ///
    /// # Errors
    /// `NotFound` where there is no such repository, `Malformed` where the answer is no such
    /// list or the next page is said to be on another host, and what the network and the
    /// registry come up with.
    pub async fn tags(&self, repository: &Repository, page: Option<&str>) -> Result<Page, Failure> {
        let call = Call::get(repository, "tags/list", repository.to_string());
        self.page(call, page, "tags").await.map_err(|mut failure| {
            if failure.class == Class::NotFound {
                failure.detail = format!("there is no repository {}", repository.familiar());
                failure.next = Some("look at the name".to_owned());
            }
            failure
        })
    }

    /// One page of a registry's repositories, as [`Registry::tags`]. Many registries do not allow
    /// this, Docker Hub among them.
    ///
    /// # Errors
    /// As [`Registry::tags`]'s; `NotFound`, `Forbidden` or `Unsupported` where the registry does
    /// not list its repositories.
    pub async fn repositories(&self, host: &Host, page: Option<&str>) -> Result<Page, Failure> {
        self.page(Call::catalog(host), page, "repositories").await.map_err(|mut failure| {
            let class = failure.class;
            if matches!(class, Class::NotFound | Class::Forbidden | Class::Unsupported) {
                failure.detail = format!("{host} does not list its repositories");
                failure.next = Some("name a repository".to_owned());
            }
            failure
        })
    }

    async fn page(&self, call: Call, page: Option<&str>, key: &str) -> Result<Page, Failure> {
        let target = match page {
            Some(page) => page.to_owned(),
            None => format!("{}?n={PAGE_LENGTH}", call.target),
        };
        let call = Call { target, ..call };
        let whole = self.ask_whole(&call, MAX_PAGE).await?;
        let malformed = |detail: String| Failure::new(Class::Malformed, &call.subject, detail);
        let names = names(&whole.bytes, key).map_err(malformed)?;
        let next = link::next(&whole.headers, &whole.url)
            .map_err(|host| malformed(format!("the next page is said to be on {host}")))?;
        Ok(Page { names, next })
    }
}

/// The names of a list; `null` is an empty one (as Go writes it).
fn names(bytes: &[u8], key: &str) -> Result<Vec<String>, String> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| format!("the list of {key} is not valid JSON: {error}"))?;
    match value.get(key) {
        Some(Value::Array(names)) => {
            Ok(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Some(Value::Null) => Ok(Vec::new()),
        _ => Err(format!("the answer has no list of {key}")),
    }
}
