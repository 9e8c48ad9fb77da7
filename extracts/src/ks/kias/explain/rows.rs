//! The rows of one student-event: which resolutions were merged, how their days were counted, and each column.

use super::population::{enrollment as enrollment_words, enrollments, resolution as resolution_words};
use crate::kit::cell::{Cell, Type};
use crate::kit::days::{Exact, Hundredths};
use crate::kit::explain::{Finding, span};
use crate::kit::format::text::{SCRATCH, print};
use crate::ks::kias::basis::Basis;
use crate::ks::kias::columns;
use crate::ks::kias::events::StudentEvent;
use crate::ks::kias::groups::{COMPANION, GROUPS, Removal};
use crate::ks::kias::rows::{Maker, Row};
use crate::ks::kias::warnings::Warnings;

/// The chosen enrollment and one line for each row.
pub fn of(basis: &Basis<'_>, of: &StudentEvent, enrollment: u32) -> Vec<Finding> {
    let maker = Maker::of(basis);
    let mut rows = Vec::new();
    maker.rows(of, enrollment, &mut rows, &mut Warnings::default());
    rows.sort_unstable_by_key(|row| row.said.group);
    let chosen = format!("chosen: {}", enrollment_words(basis, enrollment));
    let chosen = Finding::by("P7", chosen).with_all(enrollments(basis, of));
    let lines = rows.iter().map(|row| line(basis, &maker, of, enrollment, row));
    std::iter::once(chosen).chain(lines).collect()
}

fn line(basis: &Basis<'_>, maker: &Maker<'_>, of: &StudentEvent, enrollment: u32, row: &Row) -> Finding {
    let own = basis.events.resolutions(of);
    let in_group =
        |group: u8| own.iter().copied().filter(move |&r| basis.resolutions.group[r as usize] == group);
    let codes: Vec<String> =
        GROUPS[usize::from(row.said.group)].codes.iter().map(|c| format!("{c:03}")).collect();
    let merged = in_group(row.said.group).count();
    let merged =
        if merged == 1 { "1 resolution".to_owned() } else { format!("{merged} resolutions, merged") };
    let mut found = Finding::line(format!("1 row for the codes {}: {merged}", codes.join(" and ")));
    for resolution in in_group(row.said.group) {
        let words = resolution_words(basis, resolution);
        found = found.with(match row.said.removal() {
            Removal::LawEnforcement => Finding::reason(words),
            _ => Finding::reason(format!("{words}, {}", days(basis, maker, enrollment, resolution))),
        });
    }
    for companion in in_group(COMPANION) {
        let words = resolution_words(basis, companion);
        found = found.with(Finding::reason(format!("companion, which fills columns of every row: {words}")));
    }
    let values = columns::printed(basis.tables, row).into_iter().zip(1..);
    found.with_all(
        values.map(|((column, cell), n)| Finding::value(n.to_string(), &column, cell, column.meaning)),
    )
}

/// How the days of a resolution were counted.
fn days(basis: &Basis<'_>, maker: &Maker<'_>, enrollment: u32, resolution: u32) -> String {
    let (table, row) = (&basis.tables.resolution, resolution as usize);
    let length = maker.length(enrollment, resolution);
    let dates = span(table.numbers("startDate").get(row), table.numbers("endDate").get(row));
    let times = table.numbers("startTime").get(row).zip(table.numbers("endTime").get(row));
    let how = match (table.texts("schoolDaysDuration").get(row), times) {
        (Some(typed), _) if !length.negative => format!("the duration {typed} as typed"),
        (_, Some((from, to))) => {
            format!(
                "{dates}, {} to {}: each instructional day with its part of the day's hours",
                clock(from),
                clock(to)
            )
        }
        (_, None) => format!("{dates}: whole instructional days, both ends counted"),
    };
    let negative = if length.negative { "a negative duration is not used; " } else { "" };
    match length.days {
        Some(days) => format!("{negative}{how}: {} days before the sum is rounded once", printed(&days)),
        None => format!("{negative}no duration and a date missing: its days are not known"),
    }
}

fn printed(days: &Exact) -> String {
    let hundredths: Hundredths = days.hundredths();
    let mut scratch = SCRATCH;
    String::from_utf8_lossy(print(Cell::hundredths(&hundredths), Type::Hundredths, &mut scratch)).into_owned()
}

/// `08:30`, from seconds since midnight.
fn clock(seconds: i32) -> String {
    format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
}
