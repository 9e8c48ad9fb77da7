//! A small Kansas bundle around one event, which tests change.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use campus::csv::{Reader, Record};
use campus::date::Date;
use campus::import::{Options, import};
use extracts::kit::extract::{Edition, Unwatched};
use serde_json::{Value, json};
use worker::executor::{Run, run};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/kias/bundle");
const RESOLUTION: &str = "resolutionID,roleID,stateResCode,startDate,startTime,endDate,endTime,schoolDaysDuration,lawEnforcement,altPlacement,auxiliaryCode";

/// A bundle and a request.
pub struct Case {
    tables: BTreeMap<String, String>,
    request: Value,
}

/// What a run made.
pub struct Made {
    /// The file.
    pub text: String,
    /// Values by line and column.
    pub lines: Vec<Vec<String>>,
    /// Code and count of each warning.
    pub warnings: Vec<(String, u64)>,
    /// Number and dropped of each population rule that dropped something.
    pub dropped: Vec<(String, u64)>,
}

impl Case {
    /// The worked example's places and people with one event of type 2410 and one role of person 2001, roleID 51.
    /// A resolution is `code,startDate,startTime,endDate,endTime,duration,referral,method,arrest`; its id is its place
    /// from 1.
    pub fn new(resolutions: &[&str]) -> Case {
        let mut tables = BTreeMap::new();
        for entry in fs::read_dir(GOLDEN).expect("golden") {
            let entry = entry.expect("golden");
            let name = entry.file_name().to_string_lossy().replace(".csv", "");
            tables.insert(name, fs::read_to_string(entry.path()).expect("golden"));
        }
        let rows = (1..).zip(resolutions).map(|(id, row)| format!("{id},51,{row}\n")).collect::<String>();
        let request = json!({"format": "csv", "start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": [210]});
        Case { tables, request }
            .table("BehaviorIncident", "incidentID,calendarID,timestamp,status,location,context\n31,210,2025-09-08T13:45,CM,110,120\n")
            .table("BehaviorEvent", "eventID,incidentID,code,name,incidentType\n41,31,E1,,2410\n")
            .table("BehaviorRole", "roleID,eventID,personID,role,injury\n51,41,2001,O,\n")
            .table("BehaviorWeapon", "weaponID,eventID,weaponType\n")
            .table("BehaviorResolution", &format!("{RESOLUTION}\n{rows}"))
    }

    /// Replaces a table.
    pub fn table(mut self, name: &str, text: &str) -> Case {
        self.tables.insert(name.to_owned(), text.to_owned());
        self
    }

    /// Adds a row to a table.
    pub fn add(mut self, name: &str, row: &str) -> Case {
        let text = self.tables.get_mut(name).unwrap_or_else(|| panic!("no table {name}"));
        text.push_str(row);
        text.push('\n');
        self
    }

    /// Changes the first place of a text in a table.
    pub fn change(mut self, name: &str, from: &str, to: &str) -> Case {
        let text = self.tables.get_mut(name).unwrap_or_else(|| panic!("no table {name}"));
        assert!(text.contains(from), "{name} has no {from}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Adds a column to a table, with a value for each of its first rows and none for the others.
    pub fn column(mut self, name: &str, header: &str, values: &[&str]) -> Case {
        let text = self.tables.get_mut(name).unwrap_or_else(|| panic!("no table {name}"));
        let values = std::iter::once(&header).chain(values).chain(std::iter::repeat(&""));
        *text = text.lines().zip(values).map(|(line, value)| format!("{line},{value}\n")).collect();
        self
    }

    /// Puts the rows of every table in another order.
    pub fn reversed(mut self, turn: usize) -> Case {
        for text in self.tables.values_mut() {
            let (header, rows) = text.split_once('\n').expect("a header");
            let mut rows: Vec<&str> = rows.lines().rev().collect();
            let by = turn.min(rows.len());
            rows.rotate_left(by);
            *text = format!("{header}\n{}\n", rows.join("\n"));
        }
        self
    }

    /// Changes a field of the request.
    pub fn ask(mut self, field: &str, value: Value) -> Case {
        self.request[field] = value;
        self
    }

    /// Runs KIAS.
    pub fn kias(&self) -> Made {
        self.run("kias", &self.request)
    }

    /// Runs the validation report.
    pub fn validation(&self) -> Made {
        let mut request = json!({"group": "Students with Invalid Discipline Method", "calendars": self.request["calendars"], "format": "csv"});
        request["ad_hoc_filter"] = self.request.get("ad_hoc_filter").cloned().unwrap_or(Value::Null);
        self.run("kias-validation", &request)
    }

    /// Columns of each row of KIAS, by number.
    pub fn columns(&self, numbers: &[usize]) -> Vec<String> {
        self.kias().columns(numbers)
    }

    /// Columns of the only row of KIAS, by number.
    pub fn only(&self, numbers: &[usize]) -> String {
        let rows = self.columns(numbers);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].clone()
    }

    fn run(&self, extract: &str, request: &Value) -> Made {
        let scratch = tempfile::tempdir().expect("scratch");
        let (bundle, snapshot) = (scratch.path().join("bundle"), scratch.path().join("snapshot"));
        fs::create_dir(&bundle).expect("scratch");
        for (name, text) in &self.tables {
            fs::write(bundle.join(format!("{name}.csv")), text).expect("scratch");
        }
        let out = scratch.path().join("out");
        let options = Options { as_of: Some("2026-03-01T00:00".to_owned()), ..Options::default() };
        import(&bundle, &snapshot, &options, &mut |_| {}).expect("a good bundle");
        let run_this = Run {
            extract,
            request: request.as_object().expect("an object"),
            snapshots: std::slice::from_ref(&snapshot),
            edition: Edition::District,
            out: &out,
            generated: (Date(0), 0),
            program: "test",
        };
        let summary = run(&run_this, &mut Unwatched).expect("a good request");
        let file = out.join(&summary.files[0].name);
        let dropped = summary.reports[0].rules.iter().filter(|r| r.dropped > 0);
        Made {
            text: fs::read_to_string(&file).expect("made"),
            lines: if extract == "kias" { read(&file) } else { Vec::new() },
            warnings: summary.warnings.iter().map(|w| (w.code.to_owned(), w.count)).collect(),
            dropped: dropped.map(|r| (r.rule.to_owned(), r.dropped)).collect(),
        }
    }
}

impl Made {
    /// Columns of each row, by number.
    pub fn columns(&self, numbers: &[usize]) -> Vec<String> {
        let of =
            |line: &Vec<String>| numbers.iter().map(|n| line[n - 1].clone()).collect::<Vec<_>>().join(" ");
        self.lines.iter().map(of).collect()
    }

    /// The count of a warning.
    pub fn warned(&self, code: &str) -> u64 {
        self.warnings.iter().find(|w| w.0 == code).map_or(0, |w| w.1)
    }

    /// The only rule that dropped something.
    pub fn dropped_by(&self) -> &str {
        match &self.dropped[..] {
            [] => "",
            [(rule, _)] => rule,
            several => panic!("{several:?}"),
        }
    }
}

fn read(file: &Path) -> Vec<Vec<String>> {
    let mut reader = Reader::new(fs::File::open(file).expect("made"));
    let mut record = Record::default();
    assert!(reader.read(&mut record).expect("readable"), "a header");
    let mut lines = Vec::new();
    while reader.read(&mut record).expect("readable") {
        lines.push((0..record.len()).map(|i| record.field(i).0.to_owned()).collect());
    }
    lines
}
