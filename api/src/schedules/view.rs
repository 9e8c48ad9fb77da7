//! The shape of a schedule.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::job::{Schedule, Time};
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::Api;
use crate::view::moment;

/// A schedule. A key is always there; what does not apply is null.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ScheduleView {
    /// Id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Code of the extract, or `lead-refresh`.
    pub extract: String,
    /// The request of its jobs.
    #[schema(value_type = Object)]
    pub request: Map<String, Value>,
    /// Free text of its jobs.
    pub label: Option<String>,
    /// Its jobs go before others.
    pub high_priority: bool,
    /// Its results do not expire.
    pub keep_until_deleted: bool,
    /// Who submits its jobs: whoever changed it last.
    pub owner: String,
    /// Cron line of five fields; null when it follows a job.
    pub cron: Option<String>,
    /// IANA time zone of the line.
    pub time_zone: Option<String>,
    /// The job that it follows: `lead-refresh`.
    pub after: Option<String>,
    /// Fire times that nobody saw in time: `skip`, `once` or `all`.
    #[schema(example = "once")]
    pub missed: String,
    /// Fire times while a job is not finished: `skip` or `queue`.
    #[schema(example = "skip")]
    pub overlap: String,
    /// Its jobs start up to so many seconds later.
    pub jitter: i64,
    /// It fires.
    pub enabled: bool,
    /// The next fire time.
    pub next_fire_at: Option<String>,
    /// Why it does not fire although its time has come; it does as soon as there is room.
    pub held: Option<String>,
    /// The last fire time that came.
    pub last_fire_at: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// When it was changed last.
    pub changed_at: String,
}

impl ScheduleView {
    /// A schedule as the API shows it.
    pub(crate) fn of(schedule: &Schedule, api: &Api) -> ScheduleView {
        let tenants = || api.settings.zone(&schedule.tenant).name().to_owned();
        ScheduleView {
            id: schedule.id,
            tenant: schedule.tenant.clone(),
            extract: schedule.extract.clone(),
            request: schedule.request.clone(),
            label: schedule.label.clone(),
            high_priority: schedule.high_priority,
            keep_until_deleted: schedule.keep_until_deleted,
            owner: schedule.owner.clone(),
            cron: schedule.cron.clone(),
            time_zone: schedule.cron.as_ref().map(|_| schedule.time_zone.clone().unwrap_or_else(tenants)),
            after: schedule.after.clone(),
            missed: schedule.missed.word().to_owned(),
            overlap: schedule.overlap.word().to_owned(),
            jitter: schedule.jitter,
            enabled: schedule.enabled,
            next_fire_at: schedule.next_fire_at.map(moment),
            held: None,
            last_fire_at: schedule.last_fire_at.map(moment),
            made_at: moment(schedule.made_at),
            changed_at: moment(schedule.changed_at),
        }
    }
}

/// How long a due schedule may go unseen before it is asked why.
const UNSEEN: chrono::Duration = chrono::Duration::seconds(3);

/// Schedules as the API shows them, with why they are held.
pub(super) async fn all(schedules: &[Schedule], api: &Api) -> Result<Vec<ScheduleView>, Problem> {
    let most = api.settings.limits.tenant_waiting;
    let now = api.store.now().await?;
    let mut views = Vec::with_capacity(schedules.len());
    for schedule in schedules {
        let mut view = ScheduleView::of(schedule, api);
        let late = schedule.enabled && schedule.next_fire_at.is_some_and(|at| at < now - UNSEEN);
        if late && most > 0 && api.store.waiting(&schedule.tenant, most).await? >= most {
            view.held = Some(format!("The limit of {most} waiting jobs of a tenant is reached."));
        }
        views.push(view);
    }
    Ok(views)
}

/// All schedules in scope.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ScheduleList {
    /// The oldest first.
    pub schedules: Vec<ScheduleView>,
}

/// Fire times to come.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NextTimes {
    /// In order.
    pub next: Vec<String>,
}

impl NextTimes {
    pub(super) fn of(times: &[Time]) -> NextTimes {
        NextTimes { next: times.iter().map(|at| moment(*at)).collect() }
    }
}
