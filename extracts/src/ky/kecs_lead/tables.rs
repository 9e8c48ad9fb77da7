//! The columns of the snapshot that LEAD reads, loaded once for all reports of a job.

use campus::snapshot::read::{Batch, Error, Snapshot};

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $table:literal [$($column:literal),+ $(,)?]),+ $(,)?) => {
        /// Whole columns by table.
        #[derive(Debug)]
        pub struct Tables { $($(#[$doc])* pub $field: Batch),+ }

        impl Tables {
            /// Reads them.
            pub fn load(snapshot: &Snapshot) -> Result<Tables, Error> {
                Ok(Tables { $($field: snapshot.load($table, &[$($column),+])?),+ })
            }

            /// Reads some of the tables; the others are as if they had no row.
            pub fn load_only(snapshot: &Snapshot, wanted: &[&str]) -> Result<Tables, Error> {
                Ok(Tables { $($field: if wanted.contains(&$table) {
                    snapshot.load($table, &[$($column),+])?
                } else {
                    Batch::without_rows($table, &[$($column),+])
                }),+ })
            }
        }
    };
}

tables! {
    /// Schools.
    school: "School" ["schoolID", "number", "name", "stateClassification", "exclude"],
    /// Calendars.
    calendar: "Calendar" ["calendarID", "schoolID", "endYear", "name", "endDate", "summerSchool"],
    /// Schedule structures.
    structure: "ScheduleStructure" ["structureID", "calendarID", "name"],
    /// Trials.
    trial: "Trial" ["trialID", "structureID", "calendarID", "active"],
    /// Terms.
    term: "Term" ["termID", "name", "startDate", "endDate"],
    /// Days.
    day: "Day" ["dayID", "structureID", "date", "schoolDay", "instruction"],
    /// Grade levels.
    grade_level: "GradeLevel" ["calendarID", "structureID", "name", "stateGrade"],
    /// Courses.
    course: "Course" ["courseID", "calendarID", "number", "name", "stateCode", "active", "homeroom", "teachingMethod",
        "responsive", "ktsExchange"],
    /// Sections.
    section: "Section" ["sectionID", "courseID", "trialID", "number", "homeroomSection", "specialType", "coreContent",
        "instructionalSetting"],
    /// Placements.
    placement: "SectionPlacement" ["sectionID", "trialID", "termID"],
    /// Staff histories.
    staff_history: "SectionStaffHistory" ["historyID", "sectionID", "trialID", "personID", "staffType", "startDate",
        "endDate"],
    /// Persons.
    person: "Person" ["personID", "currentIdentityID", "stateID"],
    /// Identities.
    identity: "Identity" ["identityID", "personID", "lastName", "firstName", "raceEthnicityFed"],
    /// Enrollments.
    enrollment: "Enrollment" ["enrollmentID", "personID", "calendarID", "structureID", "grade", "serviceType",
        "startDate", "endDate", "noShow", "crossSiteEnrollment", "disability1"],
    /// Plan types.
    plan_type: "PlanType" ["typeID", "module"],
    /// Plans.
    plan: "Plan" ["planID", "personID", "typeID", "startDate", "endDate", "locked", "disability1"],
    /// Plan states.
    plan_state: "PlanState" ["planID", "specialEdStatus", "specialEdSetting"],
    /// Team members.
    team_member: "TeamMember" ["teamMemberID", "personID", "staffPersonID", "module", "role", "startDate", "endDate"],
    /// English learners.
    lep: "Lep" ["personID", "programStatus", "identifiedDate", "exitDate"],
    /// Gifted.
    gifted: "Gifted" ["personID", "category", "startDate", "endDate"],
    /// Employments.
    employment: "Employment" ["employmentID", "personID", "startDate", "endDate", "licenseNumber"],
    /// Assignments.
    assignment: "EmploymentAssignment" ["personID", "schoolID", "startDate", "endDate", "type", "altType", "teacher"],
}
