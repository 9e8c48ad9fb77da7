//! The catalogue: what can be asked for, and what a tenant may choose.

use axum::Json;
use axum::extract::{Path, RawQuery, State as Shared};
use extracts::catalogue;
use extracts::kit::choices::Choices;
use extracts::kit::dictionary::numbered;
use extracts::kit::{extract::Extract, option};
use serde_json::{Value, json};

use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;

fn brief(extract: &dyn Extract) -> Value {
    json!({
        "code": extract.code(),
        "title": extract.title(),
        "state": extract.state(),
        "formats": extract.formats(),
        "reports": extract.reports().iter().map(|r| json!({"code": r.code, "title": r.title})).collect::<Vec<_>>(),
        "href": format!("/api/v1/extracts/{}", extract.code()),
    })
}

/// All extracts.
#[utoipa::path(get, path = "/extracts", tag = "catalogue", responses((status = 200, body = Object)))]
pub async fn list(Shared(api): Shared<Api>, _: Who) -> Json<Value> {
    let mut extracts: Vec<Value> = catalogue::ALL.iter().map(|e| brief(*e)).collect();
    if api.settings.catalogue.probe {
        extracts.push(json!({"code": extracts::probe::CODE, "title": extracts::probe::TITLE, "state": null,
            "formats": [], "reports": [], "href": "/api/v1/extracts/probe"}));
    }
    Json(json!({"extracts": extracts}))
}

/// One extract: JSON Schema of the request, defaults, help texts, the tenant's choices, reports, columns, rules.
#[utoipa::path(get, path = "/extracts/{code}", tag = "catalogue",
    params(("code" = String, Path), ("tenant" = Option<String>, Query)),
    responses((status = 200, body = Object), (status = 404, body = ProblemBody)))]
pub async fn one(
    Shared(api): Shared<Api>,
    who: Who,
    Path(code): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(raw.as_deref(), &["tenant"]);
    query.done()?;
    if code == extracts::probe::CODE && api.settings.catalogue.probe {
        return Ok(Json(
            json!({"code": code, "title": extracts::probe::TITLE, "state": null, "reports": []}),
        ));
    }
    let extract = catalogue::find(&code).ok_or_else(|| Problem::missing("extract"))?;
    let choices = match (query.text("tenant"), who.tenants.as_slice()) {
        (None, [_, _, ..]) => None,
        (named, _) => choices(&api, &who.tenant(named.as_deref())?, extract).await?,
    };
    let mut answer = brief(extract);
    answer["schema"] = option::schema(extract.title(), extract.options());
    answer["defaults"] = option::defaults(extract.options()).into();
    answer["options"] = extract
        .options()
        .iter()
        .map(|o| json!({"field": o.field, "label": o.label, "help": o.help, "required": o.required}))
        .collect();
    answer["choices"] = choices.unwrap_or_default();
    answer["reports"] = extract
        .reports()
        .iter()
        .map(|report| {
            json!({
                "code": report.code,
                "title": report.title,
                "columns": numbered(report).iter()
                    .map(|(number, c)| json!({"number": number, "header": c.header, "kind": format!("{:?}", c.kind),
                        "section": c.section, "source": c.source, "meaning": c.meaning})).collect::<Vec<_>>(),
                "rules": report.rules.iter().chain(report.uncounted)
                    .map(|r| json!({"rule": r.rule, "section": r.section, "words": r.words,
                        "counted": Some(r.counted).filter(|c| !c.is_empty())})).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(Json(answer))
}

async fn choices(api: &Api, tenant: &str, extract: &dyn Extract) -> Result<Option<Value>, Problem> {
    let Some(current) = api.store.snapshot_named(tenant, "current").await? else { return Ok(None) };
    let lead = api.store.snapshot_named(tenant, "lead").await?;
    let Some(choices) = api.choices(tenant, current.id).await? else { return Ok(None) };
    let choices: &Choices = &choices;
    Ok(Some(json!({
        "tenant": tenant,
        "snapshots": {"current": {"id": current.id, "as_of": current.as_of},
            "lead": lead.map(|l| json!({"id": l.id, "as_of": l.as_of}))},
        "district": {"number": choices.district.number, "name": choices.district.name, "state": choices.district.state,
            "cross_site": choices.district.cross_site},
        "active_year": choices.active_year(),
        "form": extract.form(choices),
        "schools": choices.schools.iter()
            .map(|s| json!({"id": s.id, "number": s.number, "name": s.name})).collect::<Vec<_>>(),
        "calendars": choices.calendars.iter()
            .map(|c| json!({"id": c.id, "name": c.name, "school": c.school, "end_year": c.end_year})).collect::<Vec<_>>(),
        "grades": choices.grades,
        "ad_hoc_filters": choices.filters.iter().map(|f| json!({"id": f.id, "name": f.name})).collect::<Vec<_>>(),
    })))
}
