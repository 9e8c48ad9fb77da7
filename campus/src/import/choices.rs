//! What the manifest says of the new snapshot.

use std::path::Path;

use super::scanned::{All, Kept};
use super::{Error, io};
use crate::snapshot::MANIFEST;
use crate::snapshot::manifest::{Calendar, CalendarRows, Choices, District, Filter, Manifest, School, Year};
use crate::snapshot::read::Snapshot;

/// Writes `manifest.json`.
pub fn save(manifest: &Manifest, folder: &Path) -> Result<(), Error> {
    let path = folder.join(MANIFEST);
    let bytes = serde_json::to_vec_pretty(manifest).map_err(|e| io(&path)(e.into()))?;
    std::fs::write(&path, bytes).map_err(io(&path))
}

/// Counts the rows of each calendar.
pub fn calendar_rows(all: &All) -> Vec<CalendarRows> {
    let (calendars, courses, sections) =
        (All::place("Calendar"), All::place("Course"), All::place("Section"));
    let ids = all.scans[calendars].ints("calendarID");
    let mut counts = vec![[0u64; 3]; ids.len()];
    let mut count = |calendar: i32, what: usize| {
        if let Some(row) = all.kept_row(calendars, calendar) {
            counts[row][what] += 1;
        }
    };
    let column = |table: &str, name: &str| -> Vec<i32> {
        let scanned = all.get(table);
        let Some(Kept::Int(ids)) = scanned.table.index_of(name).map(|i| &scanned.columns[i]) else {
            return Vec::new();
        };
        scanned.kept().map(|row| ids[row]).collect()
    };
    column("Enrollment", "calendarID").into_iter().for_each(|calendar| count(calendar, 0));
    let of_course = all.scans[courses].ints("calendarID");
    let of_section = all.scans[sections].ints("courseID");
    let calendar = |course: i32| all.kept_row(courses, course).map(|row| of_course[row]);
    for course in column("Section", "courseID") {
        calendar(course).into_iter().for_each(|c| count(c, 1));
    }
    let roster = all.get("Roster");
    let of_roster = roster.ints("sectionID");
    for row in roster.kept() {
        let section = all.kept_row(sections, of_roster[row]);
        section.and_then(|s| calendar(of_section[s])).into_iter().for_each(|c| count(c, 2));
    }
    let mut rows: Vec<CalendarRows> = all.scans[calendars]
        .kept()
        .map(|row| CalendarRows {
            calendar_id: ids[row],
            enrollments: counts[row][0],
            sections: counts[row][1],
            rosters: counts[row][2],
        })
        .collect();
    rows.sort_by_key(|r| r.calendar_id);
    rows
}

/// Reads what a request may name from the new snapshot.
pub fn choices(folder: &Path) -> Result<Choices, Error> {
    let snapshot = Snapshot::open(folder)?;
    let district = snapshot.load("District", &["number", "name", "state", "crossSite"])?;
    let text = |column: &str| district.texts(column).or_empty(0).to_owned();
    let cross_site = district.flags("crossSite").value(0);
    let district = District { number: text("number"), name: text("name"), state: text("state"), cross_site };

    let batch = snapshot.load("School", &["schoolID", "number", "name"])?;
    let (ids, numbers, names) = (batch.numbers("schoolID"), batch.texts("number"), batch.texts("name"));
    let school = |row| School {
        id: ids.get_or(row, 0),
        number: numbers.or_empty(row).to_owned(),
        name: names.or_empty(row).to_owned(),
    };
    let mut schools: Vec<School> = (0..batch.rows()).map(school).collect();
    schools.sort_by_key(|s| s.id);

    let batch = snapshot.load("Calendar", &["calendarID", "schoolID", "endYear", "name"])?;
    let (ids, of, ends) = (batch.numbers("calendarID"), batch.numbers("schoolID"), batch.numbers("endYear"));
    let names = batch.texts("name");
    let calendar = |row| Calendar {
        id: ids.get_or(row, 0),
        school: of.get_or(row, 0),
        end_year: ends.get_or(row, 0),
        name: names.or_empty(row).to_owned(),
    };
    let mut calendars: Vec<Calendar> = (0..batch.rows()).map(calendar).collect();
    calendars.sort_by_key(|c| c.id);

    let batch = snapshot.load("GradeLevel", &["stateGrade"])?;
    let texts = batch.texts("stateGrade");
    let mut grades: Vec<String> = (0..batch.rows()).filter_map(|r| texts.get(r)).map(str::to_owned).collect();
    // Text order (campus-data, convention 9); texts that differ in case only stay apart.
    grades.sort_by_cached_key(|g| (g.to_uppercase(), g.clone()));
    grades.dedup();

    let batch = snapshot.load("AdHocFilter", &["filterID", "name"])?;
    let (ids, names) = (batch.numbers("filterID"), batch.texts("name"));
    let filter = |row| Filter { id: ids.get_or(row, 0), name: names.or_empty(row).to_owned() };
    let mut filters: Vec<Filter> = (0..batch.rows()).map(filter).collect();
    filters.sort_by_key(|f| f.id);
    Ok(Choices {
        district,
        schools,
        years: years(&snapshot)?,
        calendars,
        grades,
        filters,
        lead_sections: None,
        lead_calendars: Vec::new(),
    })
}

/// The school years, exactly one of them active when there is any.
fn years(snapshot: &Snapshot) -> Result<Vec<Year>, Error> {
    let batch = snapshot.load("SchoolYear", &["endYear", "startDate", "endDate", "active"])?;
    let (ids, starts, ends) =
        (batch.numbers("endYear"), batch.numbers("startDate"), batch.numbers("endDate"));
    let flags = batch.flags("active");
    let year = |row| Year {
        end_year: ids.get_or(row, 0),
        start: starts.get_or(row, 0),
        end: ends.get_or(row, 0),
        active: flags.value(row),
    };
    let mut years: Vec<Year> = (0..batch.rows()).map(year).collect();
    years.sort_by_key(|y| y.end_year);
    let active = years.iter().rposition(|y| y.active).or(years.len().checked_sub(1));
    years.iter_mut().enumerate().for_each(|(i, y)| y.active = Some(i) == active);
    Ok(years)
}
