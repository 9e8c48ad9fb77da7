//! The OpenAPI document, made from the code.

use axum::Json;
use serde_json::Value;
use utoipa::OpenApi;

/// Collects all calls.
#[derive(OpenApi)]
#[openapi(
    info(title = "Registrar", description = "State reports for school districts as a queue."),
    servers((url = "/api/v1")),
    paths(
        crate::jobs::submit::submit,
        crate::jobs::list::list,
        crate::jobs::bulk::bulk,
        crate::jobs::one::get,
        crate::jobs::one::patch,
        crate::jobs::act::cancel,
        crate::jobs::act::restart,
        crate::jobs::act::delete,
        crate::jobs::files::file,
        crate::jobs::files::zip,
        crate::jobs::explain::explain,
        crate::jobs::events::job_events,
        crate::jobs::events::list_events,
        crate::catalogue::list,
        crate::catalogue::one,
        crate::bundles::upload,
        crate::snapshots::list,
        crate::snapshots::one,
        crate::snapshots::findings,
        crate::schedules::list,
        crate::schedules::edit::add,
        crate::schedules::one,
        crate::schedules::edit::patch,
        crate::schedules::delete,
        crate::schedules::run,
        crate::schedules::next,
        crate::operations::queue,
        crate::operations::pause,
        crate::operations::resume,
        crate::operations::drain,
        crate::audit::audit,
        crate::notices::list,
        crate::notices::read,
        crate::webhooks::list,
        crate::webhooks::add,
        crate::webhooks::delete,
        crate::webhooks::test,
        crate::webhooks::deliveries,
        crate::people::me,
    ),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_with(Default::default)
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The document.
pub fn document() -> Value {
    serde_json::to_value(Document::openapi()).unwrap_or_default()
}

/// Serves the document.
pub async fn serve() -> Json<Value> {
    Json(document())
}
