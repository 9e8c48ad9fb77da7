use std::io::Cursor;

use super::super::samples::{ALL, day, line};
use super::*;

const CREATED: (i32, u32, u32) = (2026, 2, 1);

fn begun() -> Xlsx {
    Xlsx::new(None, (day(CREATED.0, CREATED.1, CREATED.2), 510)).unwrap()
}

fn put(xlsx: &mut Xlsx, line: &[Cell<'_>]) {
    for &cell in line {
        xlsx.cell(cell).unwrap();
    }
    xlsx.end_line().unwrap();
}

fn packed(xlsx: Xlsx) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    xlsx.finish(&mut file).unwrap();
    file.into_inner()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let make = || {
        let mut xlsx = begun();
        xlsx.begin_sheet("Detail", &ALL).unwrap();
        put(&mut xlsx, &line());
        xlsx.begin_sheet("Review", &ALL[..1]).unwrap();
        packed(xlsx)
    };
    let first = make();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(first, make());
    assert!(first.starts_with(b"PK"));
}

#[test]
fn full_sheets_are_split() {
    let mut xlsx = begun();
    xlsx.sheet_rows = 2;
    xlsx.begin_sheet("Detail", &ALL).unwrap();
    for _ in 0..5 {
        put(&mut xlsx, &line());
    }
    assert_eq!(xlsx.rows(), 5);
    xlsx.begin_sheet("Staff", &ALL).unwrap();
    for _ in 0..2 {
        put(&mut xlsx, &line());
    }
    xlsx.end_sheet().unwrap();
    let names: Vec<String> = xlsx.workbook.worksheets().iter().map(|s| s.name()).collect();
    assert_eq!(names, ["Detail", "Detail 2", "Detail 3", "Staff"]);
    packed(xlsx);
}

#[test]
fn a_sheet_holds_what_excel_holds() {
    assert_eq!(SHEET_ROWS, 1_048_575);
    assert_eq!(begun().sheet_rows, SHEET_ROWS);
}

#[test]
fn values_a_workbook_cannot_hold_are_text() {
    let mut xlsx = begun();
    xlsx.begin_sheet("Detail", &ALL).unwrap();
    let long = "é".repeat(40_000);
    let mut line = line();
    line[0] = Cell::Text(&long);
    line[4] = Cell::Number(i64::MAX);
    line[6] = Cell::Date(day(1899, 12, 31));
    line[7] = Cell::Stamp(day(33, 1, 1), 0);
    put(&mut xlsx, &line);
    put(&mut xlsx, &[Cell::Empty; 9]);
    packed(xlsx);
}

#[test]
fn long_text_is_cut_between_characters() {
    let fits = "a".repeat(32_767);
    assert_eq!(cut(&fits), fits);
    assert_eq!(cut(&format!("{fits}b")), fits);
    let wide = "\u{1f600}".repeat(16_384);
    assert_eq!(cut(&wide).chars().count(), 16_383);
    let accents = "é".repeat(32_767);
    assert_eq!(cut(&accents), accents);
}

#[test]
fn dates_begin_in_1900() {
    assert!(moment(day(1899, 12, 31), 0).is_none());
    assert!(moment(day(1900, 1, 1), 0).is_some());
    assert!(moment(day(9999, 12, 31), 1439).is_some());
    assert!(moment(day(2026, 1, 1), 1440).is_none());
}

#[test]
fn wrong_use_is_refused() {
    let mut xlsx = begun();
    assert!(xlsx.cell(Cell::Empty).is_err());
    assert!(xlsx.end_line().is_err());
    assert!(xlsx.begin_sheet("a/b", &ALL).is_err());
    xlsx.begin_sheet("Detail", &ALL[..2]).unwrap();
    xlsx.cell(Cell::Empty).unwrap();
    assert!(xlsx.end_line().is_err());
    xlsx.cell(Cell::Empty).unwrap();
    assert!(xlsx.cell(Cell::Empty).is_err());
    assert!(xlsx.finish(Cursor::new(Vec::new())).is_err());
    assert!(begun().finish(Cursor::new(Vec::new())).is_err());
}

#[test]
fn widths_have_room_for_header_and_values() {
    let of = |header, kind| width(&Heading { header, kind });
    assert_eq!(of("Id", Type::Id), 10.0);
    assert_eq!(of("Certification", Type::Flag), 16.0);
    assert_eq!(of("A", Type::Text), 20.0);
}

/// Writes a workbook for a look by other programs when a path is given.
#[test]
fn sample_file() {
    let Some(path) = std::env::var_os("REGISTRAR_XLSX_SAMPLE") else { return };
    let mut xlsx = begun();
    xlsx.sheet_rows = 2;
    xlsx.begin_sheet("Detail", &ALL).unwrap();
    for _ in 0..3 {
        put(&mut xlsx, &line());
    }
    xlsx.begin_sheet("Empty", &ALL).unwrap();
    std::fs::write(path, packed(xlsx)).unwrap();
}

#[test]
fn a_link_leads_to_the_line_on_the_sheet_that_holds_it() {
    for (line, place) in [
        (0, "internal:'Classes'!A1"),
        (1, "internal:'Classes'!A2"),
        (SHEET_ROWS, "internal:'Classes'!A1048576"),
        (SHEET_ROWS + 1, "internal:'Classes 2'!A2"),
        (2 * SHEET_ROWS + 1, "internal:'Classes 3'!A2"),
    ] {
        assert_eq!(address("Classes", line), place);
    }
}

#[test]
fn a_header_is_as_high_as_its_words_need() {
    let lines = |header, kind| header_lines(&Heading { header, kind });
    assert_eq!(lines("Grade", Type::Code), 1);
    assert_eq!(lines("District Number", Type::Num3), 2);
    assert_eq!(lines("Schedule Structure Name", Type::Code), 3);
    assert_eq!(lines("Schedule Structure Name", Type::Text), 2);
    assert_eq!(lines("", Type::Text), 1);
}
