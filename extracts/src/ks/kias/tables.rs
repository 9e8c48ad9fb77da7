//! The columns of the snapshot that KIAS and its validation report read.

use campus::snapshot::read::{Error, Snapshot};

use crate::kit::tables;

impl Tables {
    /// Reads what the extract prints from: names and local codes are for the validation report and for explanations.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn of_extract(snapshot: &Snapshot) -> Result<Tables, Error> {
        Tables::load_where(snapshot, |table, column| match table {
            "Identity" => false,
            "BehaviorEvent" | "BehaviorResolution" => !matches!(column, "code" | "name"),
            "Person" => column != "currentIdentityID",
            _ => true,
        })
    }
}

tables! {
    /// Schools.
    school: "School" ["schoolID", "number", "name", "exclude"],
    /// School years.
    school_year: "SchoolYear" ["endYear", "startDate", "endDate"],
    /// Calendars.
    calendar: "Calendar" ["calendarID", "schoolID", "endYear", "startDate", "endDate", "exclude"],
    /// Bell schedules.
    period_schedule: "PeriodSchedule" ["periodScheduleID"],
    /// Periods.
    period: "Period" ["periodScheduleID", "startTime", "endTime", "nonInstructional"],
    /// Days.
    day: "Day" ["dayID", "calendarID", "structureID", "periodScheduleID", "date", "schoolDay", "instruction", "startTime",
        "endTime"],
    /// Grade levels.
    grade_level: "GradeLevel" ["calendarID", "structureID", "name", "stateGrade", "stateExclude"],
    /// Persons.
    person: "Person" ["personID", "currentIdentityID", "stateID"],
    /// Identities.
    identity: "Identity" ["identityID", "personID", "lastName", "firstName"],
    /// Enrollments.
    enrollment: "Enrollment" ["enrollmentID", "personID", "calendarID", "structureID", "grade", "serviceType", "startDate",
        "endDate", "noShow", "stateExclude"],
    /// Plan types.
    plan_type: "PlanType" ["typeID", "module"],
    /// Plans.
    plan: "Plan" ["personID", "typeID", "startDate", "endDate", "locked"],
    /// Gifted.
    gifted: "Gifted" ["personID", "startDate", "endDate"],
    /// 504 plans.
    section504: "Section504" ["personID", "startDate", "endDate"],
    /// Foster care.
    foster_care: "FosterCare" ["personID", "startDate", "endDate"],
    /// Incidents.
    incident: "BehaviorIncident" ["incidentID", "calendarID", "timestamp", "status", "location", "context"],
    /// Events.
    event: "BehaviorEvent" ["eventID", "incidentID", "code", "name", "incidentType"],
    /// Roles.
    role: "BehaviorRole" ["roleID", "eventID", "personID", "injury"],
    /// Resolutions.
    resolution: "BehaviorResolution" ["resolutionID", "roleID", "name", "stateResCode", "startDate", "startTime", "endDate",
        "endTime", "schoolDaysDuration", "lawEnforcement", "altPlacement", "auxiliaryCode"],
    /// Weapons.
    weapon: "BehaviorWeapon" ["weaponID", "eventID", "weaponType"],
}
