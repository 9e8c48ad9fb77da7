//! The columns of the snapshot that LEAD reads, loaded once for all reports of a job.

use crate::kit::tables;

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
