//! Who the caller is.

use std::collections::BTreeMap;

use axum::Json;
use serde::Serialize;

use crate::auth::Who;
use crate::problem::ProblemBody;

/// The caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// Name that jobs show.
    name: String,
    /// Districts in scope.
    tenants: Vec<String>,
    /// Letters by tool; `*` is every tool but batch-queue-admin and operations, `**` every tool.
    rights: BTreeMap<String, String>,
    /// Schools in scope; empty is all of them.
    schools: Vec<i32>,
}

/// Who the caller is, tenants, rights.
#[utoipa::path(get, path = "/me", tag = "people", responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
pub async fn me(who: Who) -> Json<Me> {
    let letters = |rights: &std::collections::BTreeSet<_>| rights.iter().map(|r| format!("{r:?}")).collect();
    let rights = who.rights.by_tool().iter().map(|(tool, rights)| (tool.clone(), letters(rights))).collect();
    Json(Me { name: who.name.clone(), tenants: who.tenants.clone(), rights, schools: who.schools.clone() })
}
