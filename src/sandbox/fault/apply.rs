//! How each fault changes an exchange.

use std::io;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{Fault, Faults, RuleId};
use crate::sandbox::answer::{Cut, DIGEST_HEADER};
use crate::sandbox::connection::Order;

/// What a fault leaves of a request.
pub(in crate::sandbox) enum Passed {
    /// The request goes on, perhaps with another body.
    On(Request),
    /// This is the answer already.
    Answered(Response),
}

/// The part of a fault that comes before the request is worked on.
pub(in crate::sandbox) async fn before(
    faults: &Faults,
    fault: Option<&(RuleId, Fault)>,
    request: Request,
) -> Result<Passed, Cut> {
    let Some((id, fault)) = fault else {
        return Ok(Passed::On(request));
    };
    match fault {
        Fault::SizeLimit(most) => {
            let length = request.headers().get(header::CONTENT_LENGTH);
            let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
            if length.is_none_or(|length| length <= *most) {
                return Ok(Passed::On(request));
            }
            drain(request).await;
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            Ok(Passed::Answered(response))
        }
        Fault::Answer { status, headers, body } => {
            drain(request).await;
            let mut response = Response::new(Body::from(body.clone()));
            *response.status_mut() =
                StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                    response.headers_mut().append(name, value);
                }
            }
            Ok(Passed::Answered(response))
        }
        Fault::Pages { media_type, page } => {
            let uri = request.uri();
            let number = uri.query().and_then(|query| query.strip_prefix("page=")?.parse().ok());
            let next =
                format!("<{}?page={}>; rel=\"next\"", uri.path(), number.unwrap_or(0_u64) + 1);
            let mut response = Response::new(Body::from(page.clone()));
            for (name, value) in [(header::CONTENT_TYPE, media_type), (header::LINK, &next)] {
                if let Ok(value) = value.parse() {
                    response.headers_mut().insert(name, value);
                }
            }
            Ok(Passed::Answered(response))
        }
        Fault::Redirect(url) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            if let Ok(url) = HeaderValue::from_str(url) {
                response.headers_mut().insert(header::LOCATION, url);
            }
            Ok(Passed::Answered(response))
        }
        Fault::DropConnection => Err(Cut),
        Fault::Hang => {
            faults.until_removed(*id).await;
            Ok(Passed::On(request))
        }
        Fault::CutRequest(bytes) => Ok(Passed::On(cut_request(request, *bytes))),
        _ => Ok(Passed::On(request)),
    }
}

/// Reads what the client goes on sending, as servers do that want their answer to be heard: a
/// connection that is closed before may take the answer with it.
async fn drain(request: Request) {
    let mut pieces = request.into_body().into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}

/// The part of a fault that changes the answer.
pub(in crate::sandbox) async fn after(fault: &Fault, mut response: Response) -> Response {
    match fault {
        Fault::DigestHeader(value) => {
            response.headers_mut().remove(DIGEST_HEADER);
            if let Some(Ok(value)) = value.as_ref().map(|value| value.parse()) {
                response.headers_mut().insert(DIGEST_HEADER, value);
            }
            response
        }
        Fault::Headers(all) => {
            for (name, value) in all {
                if let Ok(value) = value.parse() {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        Fault::Reset(at) => {
            let mut response = Box::pin(after(&Fault::Truncate(*at), response)).await;
            response.extensions_mut().insert(Order::Reset);
            response
        }
        Fault::Early(answers) => {
            response.extensions_mut().insert(Order::Early(*answers));
            response
        }
        Fault::Truncate(at) => {
            let end = stream::once(async {
                // One turn of waiting, in which the server sends what it has.
                tokio::task::yield_now().await;
                Err(io::Error::other("cut by a fault"))
            });
            with_body(response, |body| {
                stream::iter([Ok(body.slice(..body.len().min(*at)))]).chain(end)
            })
            .await
        }
        Fault::Stall(at) => {
            with_body(response, |body| {
                stream::iter([Ok(body.slice(..body.len().min(*at)))]).chain(stream::pending())
            })
            .await
        }
        Fault::Drip(wait) => {
            let wait = *wait;
            with_body(response, |body| {
                stream::iter(body).then(move |byte| async move {
                    tokio::time::sleep(wait).await;
                    Ok(Bytes::from(vec![byte]))
                })
            })
            .await
        }
        Fault::Belie(status) => match Fault::status(*status) {
            Fault::Answer { status, headers, body } => {
                let mut response = Response::new(Body::from(body));
                *response.status_mut() =
                    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                for (name, value) in headers {
                    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                        response.headers_mut().append(name, value);
                    }
                }
                response
            }
            _ => response,
        },
        Fault::Corrupt(at) => {
            with_body(response, |body| {
                let mut bytes = body.to_vec();
                let last = bytes.len().saturating_sub(1);
                if let Some(byte) = bytes.get_mut((*at).min(last)) {
                    *byte ^= 1;
                }
                stream::iter([Ok(Bytes::from(bytes))])
            })
            .await
        }
        Fault::EndlessBody => {
            let mut response = with_body(response, |body| {
                let blanks = Bytes::from(vec![b' '; 64 << 10]);
                stream::iter([Ok(body)]).chain(stream::repeat_with(move || Ok(blanks.clone())))
            })
            .await;
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response
        }
        _ => response,
    }
}

/// The response with the same head, `Content-Length` included, and another body.
async fn with_body<S>(response: Response, change: impl FnOnce(Bytes) -> S) -> Response
where
    S: futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static,
{
    let (mut head, body) = response.into_parts();
    // Bodies of true answers are in memory, so that collecting them neither fails nor grows.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if !head.headers.contains_key(header::CONTENT_LENGTH) {
        head.headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    }
    Response::from_parts(head, Body::from_stream(change(bytes)))
}

/// The request with a body that breaks off.
fn cut_request(request: Request, mut left: usize) -> Request {
    request.map(|body| {
        let pieces = body.into_data_stream().map_err(io::Error::other).flat_map(move |piece| {
            let mut cut = |piece: Bytes| {
                let kept = piece.slice(..piece.len().min(left));
                let over = piece.len() >= left;
                left -= kept.len();
                let end = over.then(|| Err(io::Error::other("cut by a fault")));
                [Some(Ok(kept)), end]
            };
            match piece {
                Ok(piece) => stream::iter(cut(piece)),
                Err(error) => stream::iter([Some(Err(error)), None]),
            }
            .filter_map(std::future::ready)
        });
        Body::from_stream(pieces)
    })
}
