//! What a snapshot says of itself, and the choices that requests are checked with.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this layout.
    pub format: u32,
    /// Unique name of the snapshot, passed in by the importer.
    pub id: String,
    /// As-of time, `YYYY-MM-DDTHH:MM`.
    pub as_of: String,
    /// One entry per table, in declared order.
    pub tables: Vec<TableEntry>,
    /// Rows per calendar.
    pub calendar_rows: Vec<CalendarRows>,
    /// How many findings of each kind the import had.
    pub findings: Vec<FindingCount>,
    /// What a request may name.
    pub choices: Choices,
}

/// A table's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableEntry {
    /// Campus's table name.
    pub table: String,
    /// Rows in the file.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

/// Size of one calendar, for estimates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarRows {
    /// `Calendar.calendarID`.
    #[serde(rename = "calendarID")]
    pub calendar_id: i32,
    /// Enrollment rows of the calendar.
    pub enrollments: u64,
    /// Section rows whose course is of the calendar.
    pub sections: u64,
    /// Roster rows of those sections.
    pub rosters: u64,
}

/// Number of findings of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindingCount {
    /// Stable word of the rule, such as `missing_reference`.
    pub rule: String,
    /// `error` or `warning`.
    pub severity: String,
    /// How many.
    pub count: u64,
}

/// What a request may name: stored as a row, so that a request is checked without opening a snapshot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choices {
    /// The one district.
    pub district: District,
    /// `School` rows, by id.
    pub schools: Vec<School>,
    /// `SchoolYear` rows, by end year.
    pub years: Vec<Year>,
    /// `Calendar` rows, by id.
    pub calendars: Vec<Calendar>,
    /// Distinct `GradeLevel.stateGrade`, in text order.
    pub grades: Vec<String>,
    /// `AdHocFilter` rows, by id.
    pub filters: Vec<Filter>,
    /// `Section.sectionID`s of the LEAD data, ascending; none where the import was not told how to find them.
    #[serde(default)]
    pub lead_sections: Option<Vec<i32>>,
    /// `Calendar.calendarID` of each of them, in their order; empty where the import was of a program that kept none.
    #[serde(default)]
    pub lead_calendars: Vec<i32>,
}

/// The District row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct District {
    /// `District.number` as stored.
    pub number: String,
    /// `District.name`.
    pub name: String,
    /// `District.state` as stored.
    pub state: String,
    /// `District.crossSite`.
    pub cross_site: bool,
}

/// A School row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct School {
    /// `School.schoolID`.
    pub id: i32,
    /// `School.number`.
    pub number: String,
    /// `School.name`.
    pub name: String,
}

/// A SchoolYear row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Year {
    /// `SchoolYear.endYear`.
    pub end_year: i32,
    /// First day, days since 1970-01-01.
    pub start: i32,
    /// Last day, days since 1970-01-01.
    pub end: i32,
    /// This is the one active year (campus-data: none marked, the latest; several, the latest of them).
    pub active: bool,
}

/// A Calendar row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    /// `Calendar.calendarID`.
    pub id: i32,
    /// `Calendar.schoolID`.
    pub school: i32,
    /// `Calendar.endYear`.
    pub end_year: i32,
    /// `Calendar.name`.
    pub name: String,
}

/// An AdHocFilter row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// `AdHocFilter.filterID`.
    pub id: i32,
    /// `AdHocFilter.name`.
    pub name: String,
}

impl Choices {
    /// The end year of the active school year.
    pub fn active_year(&self) -> Option<i32> {
        self.years.iter().find(|y| y.active).map(|y| y.end_year)
    }

    /// The year with this end year.
    pub fn year(&self, end_year: i32) -> Option<&Year> {
        self.years.iter().find(|y| y.end_year == end_year)
    }
}

impl Manifest {
    /// Reads `manifest.json` of a snapshot's folder.
    pub fn open(folder: &Path) -> Result<Manifest, super::read::Error> {
        let path = folder.join(super::MANIFEST);
        let bytes =
            std::fs::read(&path).map_err(|source| super::read::Error::Open { path: path.clone(), source })?;
        serde_json::from_slice(&bytes).map_err(|source| super::read::Error::Manifest { path, source })
    }

    /// The date part of the as-of time: what extracts call today (campus-data, convention 8).
    pub fn as_of_date(&self) -> Option<Date> {
        Date::parse_iso(self.as_of.get(..10)?)
    }
}
