//! What requests may name, computed once at import.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::check::at;
use super::load::Loaded;
use crate::snapshot::manifest::{Calendar, CalendarRows, Choices, District, Filter, School, Year};

fn rows(table: &Loaded) -> impl Iterator<Item = usize> {
    (0..table.rows()).filter(|&r| table.kept[r])
}

fn number(table: &Loaded, column: &str, row: usize) -> i32 {
    table.column(column).number(row).expect("a required number of a kept row")
}

fn text(table: &Loaded, column: &str, row: usize) -> String {
    table.column(column).text(row).unwrap_or_default().to_owned()
}

/// The choices of a snapshot.
pub fn choices(tables: &[Loaded]) -> Choices {
    let of = |name: &str| &tables[at(name)];
    let (district, school, year) = (of("District"), of("School"), of("SchoolYear"));
    let (calendar, level, filter) = (of("Calendar"), of("GradeLevel"), of("AdHocFilter"));
    let active = {
        let marked =
            rows(year).filter(|&r| year.column("active").flag(r)).map(|r| number(year, "endYear", r)).max();
        marked.or_else(|| rows(year).map(|r| number(year, "endYear", r)).max())
    };
    let mut found = Choices {
        district: rows(district).next().map_or_else(District::default, |r| District {
            number: text(district, "number", r),
            name: text(district, "name", r),
            state: text(district, "state", r),
            cross_site: district.column("crossSite").flag(r),
        }),
        schools: rows(school)
            .map(|r| School {
                id: number(school, "schoolID", r),
                number: text(school, "number", r),
                name: text(school, "name", r),
            })
            .collect(),
        years: rows(year)
            .map(|r| Year {
                end_year: number(year, "endYear", r),
                start: number(year, "startDate", r),
                end: number(year, "endDate", r),
                active: Some(number(year, "endYear", r)) == active,
            })
            .collect(),
        calendars: rows(calendar)
            .map(|r| Calendar {
                id: number(calendar, "calendarID", r),
                school: number(calendar, "schoolID", r),
                end_year: number(calendar, "endYear", r),
                name: text(calendar, "name", r),
            })
            .collect(),
        grades: Vec::new(),
        filters: rows(filter)
            .map(|r| Filter { id: number(filter, "filterID", r), name: text(filter, "name", r) })
            .collect(),
    };
    let grades: BTreeSet<(String, String)> =
        rows(level).map(|r| text(level, "stateGrade", r)).map(|g| (g.to_uppercase(), g)).collect();
    found.grades = grades.into_iter().map(|(_, g)| g).collect();
    found.schools.sort_by_key(|s| s.id);
    found.years.sort_by_key(|y| y.end_year);
    found.calendars.sort_by_key(|c| c.id);
    found.filters.sort_by_key(|f| f.id);
    found
}

/// Rows per calendar.
pub fn calendar_rows(tables: &[Loaded]) -> Vec<CalendarRows> {
    let of = |name: &str| &tables[at(name)];
    let mut counts: BTreeMap<i32, CalendarRows> = rows(of("Calendar"))
        .map(|r| number(of("Calendar"), "calendarID", r))
        .map(|id| (id, CalendarRows { calendar_id: id, enrollments: 0, sections: 0, rosters: 0 }))
        .collect();
    let ids = |name: &str, key: &str, value: &str| -> HashMap<i32, i32> {
        rows(of(name)).map(|r| (number(of(name), key, r), number(of(name), value, r))).collect()
    };
    let course = ids("Course", "courseID", "calendarID");
    let section: HashMap<i32, i32> = ids("Section", "sectionID", "courseID")
        .into_iter()
        .filter_map(|(section, c)| Some((section, *course.get(&c)?)))
        .collect();
    let mut add = |calendar: Option<i32>, count: fn(&mut CalendarRows) -> &mut u64| {
        if let Some(entry) = calendar.and_then(|c| counts.get_mut(&c)) {
            *count(entry) += 1;
        }
    };
    for row in rows(of("Enrollment")) {
        add(Some(number(of("Enrollment"), "calendarID", row)), |c| &mut c.enrollments);
    }
    section.values().for_each(|&calendar| add(Some(calendar), |c| &mut c.sections));
    for row in rows(of("Roster")) {
        add(section.get(&number(of("Roster"), "sectionID", row)).copied(), |c| &mut c.rosters);
    }
    counts.into_values().collect()
}
