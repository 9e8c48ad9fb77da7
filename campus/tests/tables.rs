//! The declared tables against the copy of `campus-tables.csv`.

use campus::csv::Reader;
use campus::tables::{Kind, TABLES};

#[test]
fn declarations_are_those_of_campus_tables_csv() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/campus-tables.csv")).expect("the copy");
    let mut reader = Reader::new(&text);
    let mut fields = Vec::new();
    reader.next_row(&mut fields).expect("readable").expect("a header");
    let mut stated = Vec::new();
    while reader.next_row(&mut fields).expect("readable").is_some() {
        stated.push(fields[..6].iter().map(|f| f.text.to_string()).collect::<Vec<_>>().join(","));
    }
    let declared: Vec<String> = TABLES
        .iter()
        .flat_map(|t| t.columns.iter().map(move |c| (t, c)))
        .map(|(t, c)| {
            let kind = match c.kind {
                Kind::Int => "int",
                Kind::Text => "text",
                Kind::Bool => "bool",
                Kind::Date => "date",
                Kind::Time => "time",
                Kind::DateTime => "datetime",
                Kind::Decimal => "decimal",
            };
            let (key, required) = (if c.key { "key" } else { "" }, if c.required { "required" } else { "" });
            format!("{},{},{kind},{key},{required},{}", t.name, c.name, c.references.unwrap_or(""))
        })
        .collect();
    assert_eq!(declared, stated);
    assert_eq!(TABLES.len(), 52);
    let spine: Vec<&str> = TABLES.iter().filter(|t| t.spine).map(|t| t.name).collect();
    let expected = "District School SchoolYear Calendar ScheduleStructure Trial Person Identity Enrollment";
    assert_eq!(spine.join(" "), expected);
}
