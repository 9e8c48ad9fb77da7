//! Classes, Caseload and Schoolwide of KECS LEAD are recomputed here from its Detail, and every count block reconciles.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

use campus::csv::{Reader, Record};
use serde_json::json;

use crate::bundle::Imported;
use crate::district;

/// A line by header.
type Line = HashMap<String, String>;

fn table(file: &Path) -> Vec<Line> {
    let mut reader = Reader::new(File::open(file).unwrap_or_else(|e| panic!("{}: {e}", file.display())));
    let mut record = Record::default();
    assert!(reader.read(&mut record).expect("readable"));
    let headers: Vec<String> = (0..record.len()).map(|i| record.field(i).0.to_owned()).collect();
    let mut lines = Vec::new();
    while reader.read(&mut record).expect("readable") {
        let values = (0..record.len()).map(|i| record.field(i).0.to_owned());
        lines.push(headers.iter().cloned().zip(values).collect());
    }
    lines
}

const DISABILITIES: [&str; 14] =
    ["MMD", "FMD", "HI", "SLI", "VI", "EBD", "OI", "OHI", "SLD", "DB", "MD", "AUT", "TBI", "DD"];
const GRADES: [&str; 17] =
    ["97", "98", "99", "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "14"];

/// N1 to N46 of Detail lines, with the disability from the column given.
fn counts(lines: &[&Line], disability: &str) -> Vec<usize> {
    let code = |line: &Line, column: &str| line[column].trim().to_uppercase();
    let number = |test: &dyn Fn(&Line) -> bool| lines.iter().filter(|l| test(l)).count();
    let disability_of = |line: &Line| {
        let code = code(line, disability);
        match DISABILITIES.iter().zip(1..).position(|(name, n)| code == *name || code == format!("{n:02}")) {
            Some(place) => place + 1,
            None if code.is_empty() => 0,
            None => 15,
        }
    };
    let race = |line: &Line| (1..8).find(|n| code(line, "Race/Ethnicity") == n.to_string()).unwrap_or(8);
    let grade = |line: &Line| GRADES.iter().position(|g| code(line, "Grade") == *g).unwrap_or(17);
    let mut all = vec![lines.len()];
    all.extend((0..16).map(|n| number(&|l| disability_of(l) == n)));
    for flag in ["English Learner", "Gifted", "Alternative Education ILPA"] {
        all.push(number(&|l| l[flag] == "True"));
    }
    all.extend((1..9).map(|n| number(&|l| race(l) == n)));
    all.extend((0..18).map(|n| number(&|l| grade(l) == n)));
    all
}

/// The 46 counts at the end of a report's lines, by the columns that make its key.
fn blocks(file: &Path, key: &[&str]) -> BTreeMap<Vec<String>, Vec<usize>> {
    let mut reader = Reader::new(File::open(file).expect("made"));
    let mut record = Record::default();
    let (mut headers, mut found) = (Vec::new(), BTreeMap::new());
    while reader.read(&mut record).expect("readable") {
        let values: Vec<String> = (0..record.len()).map(|i| record.field(i).0.to_owned()).collect();
        if headers.is_empty() {
            headers = values;
            continue;
        }
        let at = |name: &&str| headers.iter().position(|h| h == name).expect("a column");
        let counts = values[values.len() - 46..].iter().map(|n| n.parse().expect("a count")).collect();
        found.insert(key.iter().map(|name| values[at(name)].clone()).collect(), counts);
    }
    found
}

/// Of the lines with one key the one that order Q puts first.
fn first_by<'a>(
    lines: impl Iterator<Item = &'a Line>,
    order: &dyn Fn(&Line) -> Vec<String>,
    key: &dyn Fn(&Line) -> Vec<String>,
) -> Vec<&'a Line> {
    let mut first: BTreeMap<Vec<String>, &Line> = BTreeMap::new();
    for line in lines {
        let best = first.entry(key(line)).or_insert(line);
        if order(line) > order(best) {
            *best = line;
        }
    }
    first.into_values().collect()
}

/// MM/DD/YYYY as a text that sorts by time.
fn sortable(date: &str) -> String {
    if date.is_empty() { String::new() } else { format!("{}{}{}", &date[6..], &date[..2], &date[3..5]) }
}

/// Order Q as a text key; the greatest comes first. The closing day is not in Detail and is read from the bundle.
fn order_q(bundle: &Path) -> impl Fn(&Line) -> Vec<String> {
    let column = |name: &str, key: &str, value: &str| -> HashMap<String, String> {
        table(&bundle.join(format!("{name}.csv")))
            .iter()
            .map(|l| (l[key].clone(), l[value].clone()))
            .collect()
    };
    let structure_of = column("Enrollment", "enrollmentID", "structureID");
    let calendar_of = column("ScheduleStructure", "structureID", "calendarID");
    let ends = column("Calendar", "calendarID", "endDate");
    let mut closing: HashMap<String, String> = HashMap::new();
    let mut days = table(&bundle.join("Day.csv"));
    days.sort_by_key(|d| d["dayID"].parse::<i32>().expect("an id"));
    let mut seen = HashMap::new();
    for day in days {
        let date = day["date"].replace('-', "");
        let lowest = seen.insert((day["structureID"].clone(), date.clone()), ()).is_none();
        if lowest && day["schoolDay"] == "1" && day["instruction"] == "1" {
            let latest = closing.entry(day["structureID"].clone()).or_default();
            *latest = date.max(latest.clone());
        }
    }
    move |line| {
        let structure = &structure_of[&line["Enrollment ID"]];
        let end = || ends[&calendar_of[structure]].replace('-', "");
        let close = closing.get(structure).cloned().unwrap_or_else(end);
        let rank = match line["Service Type"].trim().to_uppercase().as_str() {
            "P" => "3",
            "S" => "2",
            "N" => "1",
            _ => "0",
        };
        let left = sortable(&line["Enrollment End Date"]);
        let open = left.is_empty() || left >= close;
        vec![
            rank.to_owned(),
            u8::from(open).to_string(),
            sortable(&line["Enrollment Start Date"]),
            format!("{:0>12}", line["Enrollment ID"]),
            sortable(&line["Section End Date"]),
            format!("{:0>12}", line["Section ID"]),
        ]
    }
}

#[test]
fn classes_caseload_and_schoolwide_follow_from_detail() {
    for seed in [3, 11] {
        let (scratch, bundle) = district::small(seed);
        let order = order_q(&bundle);
        let imported = Imported::of(scratch, &bundle, "2026-02-01");
        let request =
            json!({"reports": ["detail", "classes", "caseload", "schoolwide"], "calendars": {"all": true}});
        let out = imported.run("kecs-lead", &request);
        let detail = table(&out.join("KECS_LEAD_Detail.csv"));
        let students = || detail.iter().filter(|l| !l["Student Person ID"].is_empty());

        let classes = blocks(&out.join("KECS_LEAD_Classes.csv"), &["Section ID"]);
        let mut expected: BTreeMap<Vec<String>, Vec<&Line>> = BTreeMap::new();
        for line in &detail {
            let students = expected.entry(vec![line["Section ID"].clone()]).or_default();
            students.extend(Some(line).filter(|l| !l["Student Person ID"].is_empty()));
        }
        let expected: BTreeMap<_, _> =
            expected.into_iter().map(|(k, l)| (k, counts(&l, "Primary Disability Section"))).collect();
        assert_eq!(classes, expected);
        assert!(classes.len() > 10);

        let key = |columns: &'static [&'static str]| {
            move |l: &Line| columns.iter().map(|c| l[*c].clone()).collect::<Vec<_>>()
        };
        let grouped = |lines: Vec<&Line>, columns: &'static [&'static str]| {
            let mut groups: BTreeMap<Vec<String>, Vec<&Line>> = BTreeMap::new();
            lines.iter().for_each(|l| groups.entry(key(columns)(l)).or_default().push(l));
            let enrollment = |l: Vec<&Line>| counts(&l, "Primary Disability Enrollment");
            groups.into_iter().map(|(k, l)| (k, enrollment(l))).collect::<BTreeMap<_, _>>()
        };
        let identified = || students().filter(|l| !l["State ID"].is_empty());
        let of_school = key(&["End Year", "School Number", "State ID"]);
        let expected = grouped(first_by(identified(), &order, &of_school), &["End Year", "School Number"]);
        assert_eq!(blocks(&out.join("KECS_LEAD_Schoolwide.csv"), &["End Year", "School Number"]), expected);

        let managed = identified().filter(|l| {
            !l["Primary Disability Enrollment"].is_empty() && !l["Case Manager PersonID"].is_empty()
        });
        let of_school = first_by(managed, &order, &of_school);
        let of_manager = key(&["End Year", "Case Manager PersonID", "State ID"]);
        let kept = first_by(of_school.into_iter(), &order, &of_manager);
        let expected = grouped(kept, &["End Year", "Case Manager PersonID"]);
        let caseload = blocks(&out.join("KECS_LEAD_Caseload.csv"), &["EndYear", "Case Manager Person ID"]);
        assert_eq!(caseload, expected);
        assert!(caseload.len() > 1);
    }
}

#[test]
fn r4_the_caseload_of_lead_data_follows_from_detail() {
    for seed in [3, 11] {
        let (scratch, bundle) = district::small(seed);
        let order = order_q(&bundle);
        let imported = Imported::of(scratch, &bundle, "2026-02-01");
        let kecs = json!({"reports": ["detail"], "calendars": {"active_year": true}});
        let detail = table(&imported.run("kecs-lead", &kecs).join("KECS_LEAD_Detail.csv"));
        let data = imported.run("lead-data", &json!({"reports": ["caseload"], "format": "csv"}));
        let counted = detail.iter().filter(|l| {
            let manager = l["Case Manager PersonID"].as_str();
            let managed =
                !manager.is_empty() && (manager != "0" || !l["Primary Disability Enrollment"].is_empty());
            managed && !l["State ID"].is_empty()
        });
        let key = |columns: &'static [&'static str]| {
            move |l: &Line| columns.iter().map(|c| l[*c].clone()).collect::<Vec<_>>()
        };
        let of_school = first_by(counted, &order, &key(&["School Number", "State ID"]));
        let of_manager = key(&["Case Manager PersonID", "State ID"]);
        let mut groups: BTreeMap<Vec<String>, Vec<&Line>> = BTreeMap::new();
        for line in first_by(of_school.into_iter(), &order, &of_manager) {
            groups.entry(vec![line["Case Manager PersonID"].clone()]).or_default().push(line);
        }
        let expected: BTreeMap<_, _> =
            groups.into_iter().map(|(k, l)| (k, counts(&l, "Primary Disability Enrollment"))).collect();
        assert!(expected.values().any(|n| n[1] > 0), "some have a case manager and no disability");
        assert_eq!(blocks(&data.join("LEAD_Data_Caseload.csv"), &["Case Manager Person ID"]), expected);
    }
}

#[test]
fn every_count_block_reconciles() {
    let (scratch, bundle) = district::small(5);
    let imported = Imported::of(scratch, &bundle, "2026-02-01");
    let request = json!({"reports": ["classes", "caseload", "schoolwide"], "calendars": {"all": true}});
    let out = imported.run("kecs-lead", &request);
    let data = json!({"reports": ["classes", "caseload", "schoolwide"], "format": "csv"});
    let data = imported.run("lead-data", &data);
    let files = ["Classes", "Caseload", "Schoolwide"].map(|r| out.join(format!("KECS_LEAD_{r}.csv")));
    let others = ["Classes", "Caseload", "Schoolwide"].map(|r| data.join(format!("LEAD_Data_{r}.csv")));
    for file in files.iter().chain(&others) {
        let mut lines = 0;
        let mut reader = Reader::new(File::open(file).expect("made"));
        let mut record = Record::default();
        assert!(reader.read(&mut record).expect("readable"));
        while reader.read(&mut record).expect("readable") {
            let from = record.len() - 46;
            let n: Vec<usize> =
                (from..record.len()).map(|i| record.field(i).0.parse().expect("a count")).collect();
            let sum = |range: std::ops::Range<usize>| n[range].iter().sum::<usize>();
            assert_eq!((n[0], n[0], n[0]), (sum(1..17), sum(20..28), sum(28..46)), "{}", file.display());
            assert!(n[17..20].iter().all(|&flag| flag <= n[0]));
            lines += 1;
        }
        assert!(lines > 0, "{}", file.display());
    }
}
