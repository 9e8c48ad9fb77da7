//! The declared tables against `campus-tables.csv`.

use campus::csv::{Reader, Record};
use campus::tables::TABLES;
use campus::value::kind_name;

const SPINE: [&str; 9] = [
    "District",
    "School",
    "SchoolYear",
    "Calendar",
    "ScheduleStructure",
    "Trial",
    "Person",
    "Identity",
    "Enrollment",
];

#[test]
fn declared_tables_are_those_of_the_file() {
    let text = include_bytes!("../campus-tables.csv");
    let (mut reader, mut record, mut want) = (Reader::new(&text[..]), Record::default(), Vec::new());
    assert!(reader.read(&mut record).expect("a header"));
    while reader.read(&mut record).expect("readable") {
        want.push((0..6).map(|i| record.field(i).0.to_owned()).collect::<Vec<_>>());
    }
    let mut got = Vec::new();
    for table in TABLES {
        assert_eq!(table.spine, SPINE.contains(&table.name), "{}", table.name);
        for c in table.columns {
            let (key, required) = (if c.key { "key" } else { "" }, if c.required { "required" } else { "" });
            let row = [table.name, c.name, kind_name(c.kind), key, required, c.references.unwrap_or("")];
            got.push(row.map(str::to_owned).to_vec());
        }
    }
    assert_eq!(got, want);
    assert_eq!(TABLES.len(), 52);
}
