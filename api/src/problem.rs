//! Errors as `application/problem+json` (RFC 9457; api, "Errors").

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::clock;
use shared::{files, store};

/// One problem of one field.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The field, or query parameter.
    pub field: String,
    /// Stable word.
    pub code: String,
    /// One sentence.
    pub message: String,
}

impl FieldError {
    /// A problem of a field.
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> FieldError {
        FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

/// The body of an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// A page of the documentation.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// One sentence.
    pub detail: String,
    /// The request id, also in the logs.
    pub instance: String,
    /// Problems of single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// An error.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of a status and one sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem { status, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// 400 with all problems.
    pub fn malformed(errors: Vec<FieldError>) -> Problem {
        Problem { errors, ..Problem::new(StatusCode::BAD_REQUEST, "The request cannot be read.") }
    }

    /// 422 with all problems.
    pub fn unprocessable(errors: Vec<FieldError>) -> Problem {
        let detail = match errors.as_slice() {
            [one] => one.message.clone(),
            more => format!("The request has {} problems.", more.len()),
        };
        Problem { errors, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// 404.
    pub fn missing(what: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, format!("There is no such {what}."))
    }

    /// 403: which right is missing.
    pub fn right(right: &str, tool: &str) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, format!("This needs the right {right} on {tool}."))
    }

    /// With a time to try again.
    pub fn retry(mut self, seconds: u64) -> Problem {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        Problem::from(&error)
    }
}

impl From<&store::Error> for Problem {
    fn from(error: &store::Error) -> Problem {
        match error {
            store::Error::KeyReused => Problem::unprocessable(vec![FieldError::new(
                "Idempotency-Key",
                "reused",
                "The idempotency key was used with another body in the last 24 hours.",
            )]),
            error if error.away() => {
                tracing::warn!(%error, "the database is away");
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The database is away.").retry(5)
            }
            error => {
                tracing::error!(%error, "the database failed");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "The database failed; the logs say how.")
            }
        }
    }
}

impl From<files::Error> for Problem {
    fn from(error: files::Error) -> Problem {
        match error {
            files::Error::TooLarge { limit } => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body has more than {limit} bytes."))
            }
            files::Error::Source { .. } => {
                Problem::new(StatusCode::BAD_REQUEST, "The upload ended before its last byte.")
            }
            error => {
                tracing::warn!(%error, "storage failed");
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Storage is away.").retry(5)
            }
        }
    }
}

/// A problem on its way to the layer that knows the request's id.
#[derive(Clone, Debug)]
struct Pending {
    detail: String,
    errors: Vec<FieldError>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Pending { detail: self.detail, errors: self.errors });
        response
    }
}

/// 404 of an address that is none.
pub async fn no_such_address() -> Problem {
    Problem::missing("address")
}

/// 405.
pub async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The address does not take this method.")
}

/// Gives each request an id and each error its body.
pub async fn instance(request: Request, next: Next) -> Response {
    let id = clock::new_id();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let Pending { detail, errors } = match response.extensions_mut().remove::<Pending>() {
        Some(pending) => pending,
        // An error of the framework's own: a body over the limit, a path that is no id.
        None if response
            .headers()
            .get(CONTENT_TYPE)
            .is_none_or(|t| !t.as_bytes().starts_with(b"application/")) =>
        {
            let detail = match status {
                StatusCode::PAYLOAD_TOO_LARGE => "The body is over the limit.".to_owned(),
                _ => format!("{}.", status.canonical_reason().unwrap_or("The request failed")),
            };
            Pending { detail, errors: Vec::new() }
        }
        None => return response,
    };
    tracing::info!(%id, status = status.as_u16(), detail, "a request was refused");
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let body = ProblemBody {
        r#type: format!("https://registrar.example/problems/{}", status.as_u16()),
        title,
        status: status.as_u16(),
        detail,
        instance: id.to_string(),
        errors,
    };
    let mut answer = (status, axum::Json(body)).into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    for name in [RETRY_AFTER, WWW_AUTHENTICATE, axum::http::header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
