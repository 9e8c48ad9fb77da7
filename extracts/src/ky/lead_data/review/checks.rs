//! The named checks: every suggested use of the quick reference card (lead-data, section 4).

use super::filter::Test::*;
use super::filter::{Condition, Sum, Test};
use crate::ky::kecs_lead::codes::{CORE_CONTENT_REQUIRED, PLACEHOLDER_COURSES};
use crate::ky::lead_data::request::Report;

/// One check: a filter over the printed columns of a report.
#[derive(Debug)]
pub struct Check {
    /// Its short name.
    pub check: &'static str,
    /// The report it looks at.
    pub report: Report,
    /// Its name in words.
    pub name: &'static str,
    /// Conditions that must all hold; none: every line.
    pub filter: &'static [Condition],
    /// What Students Counted adds up.
    pub sum: Sum,
    /// What It Means.
    pub means: &'static str,
    /// What To Do.
    pub todo: &'static str,
}

const fn is(column: &'static str, test: Test) -> Condition {
    Condition { column, test }
}

/// All checks, in the order of the Review sheet.
#[rustfmt::skip]
pub const CHECKS: &[Check] = &[
    Check {
        check: "CLS1", report: Report::Classes, name: "Teacher without a staff record", sum: Sum::Nothing,
        filter: &[is("Primary Teacher Person ID", NotBlank), is("Primary Teacher Last Name", Blank)],
        means: "LEAD reports: No staff record found. The teacher has no active District Employment with an active District Assignment for this school.",
        todo: "If the teacher no longer teaches the section, update the primary teacher in its Staff History. Else correct or add, by person ID, the District Employment (no end date while employed) and the District Assignment for this school.",
    },
    Check {
        check: "CLS2", report: Report::Classes, name: "No primary teacher", sum: Sum::Nothing,
        filter: &[is("Primary Teacher Person ID", Blank)],
        means: "The section has no primary teacher.",
        todo: "Assign one. For a vacant position assign the vacancy placeholder of the staff data standard.",
    },
    Check {
        check: "CLS3", report: Report::Classes, name: "Placeholder course without teacher", sum: Sum::Nothing,
        filter: &[is("Primary Teacher Person ID", Blank), is("State Course Code", OneOf(PLACEHOLDER_COURSES))],
        means: "A placeholder course has no primary teacher.",
        todo: "The guidance counselor may be the right primary teacher.",
    },
    Check {
        check: "CLS4", report: Report::Classes, name: "College dual credit without teacher", sum: Sum::Nothing,
        filter: &[is("Primary Teacher Person ID", Blank), is("Teaching Method", OneOf(&["12"]))],
        means: "A college-taught dual credit course has no primary teacher.",
        todo: "Assign the college professor placeholder of the staff data standard.",
    },
    Check {
        check: "CLS5", report: Report::Classes, name: "No students", sum: Sum::Nothing,
        filter: &[is("Total", Zero)],
        means: "No student is scheduled on the section's last day; there may have been some earlier.",
        todo: "If no student was or will be in it this year, clear its Active box; it leaves LEAD with the next refresh.",
    },
    Check {
        check: "CLS6", report: Report::Classes, name: "Course code that requires core content", sum: Sum::Nothing,
        filter: &[is("State Course Code", OneOf(CORE_CONTENT_REQUIRED))],
        means: "LEAD checks the teacher's certificate against the section's core content.",
        todo: "See that the core content is what the section teaches; sections of one course may differ.",
    },
    Check {
        check: "CLS7", report: Report::Classes, name: "Core content missing", sum: Sum::Nothing,
        filter: &[is("State Course Code", OneOf(CORE_CONTENT_REQUIRED)), is("Core Content", Blank)],
        means: "LEAD reports: Content required for course code: Not provided.",
        todo: "Select the core content on the section.",
    },
    Check {
        check: "CLS8", report: Report::Classes, name: "Core content 507", sum: Sum::Nothing,
        filter: &[is("Core Content", OneOf(&["507"]))],
        means: "Non-instructional content matches no certificate.",
        todo: "For a roster only (activities, clubs, sports, testing, planning) use course code 909995 and a primary teacher with a valid EPSB ID.",
    },
    Check {
        check: "CLS9", report: Report::Classes, name: "Core content 509", sum: Sum::Nothing,
        filter: &[is("Core Content", OneOf(&["509"]))],
        means: "Varying content matches no certificate.",
        todo: "Select the content that the section teaches.",
    },
    Check {
        check: "CLS10", report: Report::Classes, name: "General population in special education", sum: Sum::Of("General"),
        filter: &[is("Section Special Type", OneOf(&["05"])), is("General", Positive)],
        means: "Students of a special education section report as general population.",
        todo: "For a general education course set Special Type to 01. Else run Detail for the section and work with the Director of Special Education on the QA SPED Error report.",
    },
    Check {
        check: "CLS11", report: Report::Classes, name: "More than 25 percent general population", sum: Sum::Of("General"),
        filter: &[is("Section Special Type", OneOf(&["05"])), is("General", OverQuarterOfTotal)],
        means: "LEAD reports: More than 25% of students for the special education course are general population.",
        todo: "As CLS10. Up to 25 percent is allowed, so that the special education process of new students can be completed.",
    },
    Check {
        check: "CLS12", report: Report::Classes, name: "On-site alternative classes", sum: Sum::Of("Total"),
        filter: &[is("Section Special Type", OneOf(&["02"])), is("State Classification", NoneOf(&["A5", "A6"]))],
        means: "These sections report as alternative classrooms of an on-site program.",
        todo: "If one is not an alternative classroom, correct its Special Type. If one is missing here, set its Special Type to 02.",
    },
    Check {
        check: "CLS13", report: Report::Classes, name: "On-site alternative students without ILPA", sum: Sum::TotalLess("Alternative Education ILPA Count"),
        filter: &[is("Section Special Type", OneOf(&["02"])), is("State Classification", NoneOf(&["A5", "A6"])), is("Alternative Education ILPA Count", BelowTotal)],
        means: "Fewer students have an active ILPA than sit in the section.",
        todo: "An ILPA is required for a long-term placement of more than 10 consecutive school days; an IEP can fulfill it. Add the missing ones.",
    },
    Check {
        check: "STF1", report: Report::Staff, name: "Certified type without EPSB ID", sum: Sum::Nothing,
        filter: &[is("EPSB ID", Blank), is("Type", OneOf(&["01", "02", "03", "06"]))],
        means: "Types 01, 02, 03 and 06 are for EPSB certified staff and placeholder records.",
        todo: "If certified, add the EPSB ID as License Number of the active District Employment. Else correct the type on the District Assignment.",
    },
    Check {
        check: "STF2", report: Report::Staff, name: "Speech therapists", sum: Sum::Nothing,
        filter: &[is("Type", OneOf(&["05"]))],
        means: "All staff reported as speech therapists.",
        todo: "If one is missing, set the type on the District Assignment to 05.",
    },
    Check {
        check: "STF3", report: Report::Staff, name: "Speech therapists without EPSB ID", sum: Sum::Nothing,
        filter: &[is("Type", OneOf(&["05"])), is("EPSB ID", Blank)],
        means: "Acceptable when the therapist is not EPSB certified.",
        todo: "If certified, add the EPSB ID as License Number of the active District Employment.",
    },
    Check {
        check: "STF4", report: Report::Staff, name: "Teacher role with a non-certified type", sum: Sum::Nothing,
        filter: &[is("Type", OneOf(&["04", "07"])), is("Teacher Role", True)],
        means: "Types 04 and 07 are for staff who need no EPSB certification.",
        todo: "For a certified teacher, a college professor or a placeholder set the type to 01. For instructional assistants and the like nothing changes.",
    },
    Check {
        check: "CAS1", report: Report::Caseload, name: "Case manager without a staff record", sum: Sum::Of("Total"),
        filter: &[is("Case Manager Person ID", NotBlankNotZero), is("Case Manager Last Name", Blank)],
        means: "LEAD reports: No staff record found. The case manager has no active District Employment with an active District Assignment.",
        todo: "Correct or add, by person ID, the District Employment (no end date while employed) and a District Assignment for each school.",
    },
    Check {
        check: "CAS2", report: Report::Caseload, name: "Students without a case manager", sum: Sum::Of("Total"),
        filter: &[is("Case Manager Person ID", ZeroOrBlank)],
        means: "Students with a disability and no special education case manager.",
        todo: "Work with the Director of Special Education to assign one; the QA SPED Error report names the students.",
    },
    Check {
        check: "CAS3", report: Report::Caseload, name: "On a caseload without a disability", sum: Sum::Of("General"),
        filter: &[is("General", Positive)],
        means: "Students who have a case manager and report without a disability.",
        todo: "Let the case manager look in the Special Ed Caseload for unlocked or expired IEPs and missing primary disabilities.",
    },
    Check {
        check: "CAS4", report: Report::Caseload, name: "Caseload sizes", sum: Sum::Of("Total"),
        filter: &[is("Case Manager Person ID", NotBlankNotZero)],
        means: "The number of students of each case manager and their primary disabilities.",
        todo: "Review the counts.",
    },
    Check {
        check: "SCH1", report: Report::Schoolwide, name: "Counts by school", sum: Sum::Of("Total"),
        filter: &[],
        means: "Distinct students scheduled in one or more classes, by disability, group, race/ethnicity and grade.",
        todo: "Review the counts.",
    },
    Check {
        check: "SCH2", report: Report::Schoolwide, name: "English learners", sum: Sum::Of("English Learner Count"),
        filter: &[is("English Learner Count", Positive)],
        means: "Schools with English learners.",
        todo: "Review the counts.",
    },
    Check {
        check: "SCH3", report: Report::Schoolwide, name: "Gifted and talented", sum: Sum::Of("Gifted Count"),
        filter: &[is("Gifted Count", Positive)],
        means: "Schools with gifted and talented students.",
        todo: "Review the counts.",
    },
    Check {
        check: "SCH4", report: Report::Schoolwide, name: "Alternative schools", sum: Sum::Of("Total"),
        filter: &[is("State Classification", OneOf(&["A5", "A6"]))],
        means: "Off-site alternative programs and their students.",
        todo: "Compare Total with Alternative Education ILPA Count.",
    },
    Check {
        check: "SCH5", report: Report::Schoolwide, name: "Alternative students without ILPA", sum: Sum::TotalLess("Alternative Education ILPA Count"),
        filter: &[is("State Classification", OneOf(&["A5", "A6"])), is("Alternative Education ILPA Count", BelowTotal)],
        means: "Fewer students have an active ILPA than attend the program.",
        todo: "An ILPA is required for a long-term placement of more than 10 consecutive school days; an IEP can fulfill it. Add the missing ones.",
    },
    Check {
        check: "DET1", report: Report::Detail, name: "General population of the section", sum: Sum::Lines,
        filter: &[is("Student Person ID", NotBlank), is("Primary Disability in Section", Blank)],
        means: "The students who report as general population in this section.",
        todo: "Work with the Director of Special Education to correct their special education records.",
    },
    Check {
        check: "DET2", report: Report::Detail, name: "Students of the section", sum: Sum::Lines,
        filter: &[is("Student Person ID", NotBlank)],
        means: "The student data as last delivered, from the LEAD snapshot.",
        todo: "Review the lines.",
    },
];
