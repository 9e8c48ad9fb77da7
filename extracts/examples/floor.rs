//! The floor under KECS LEAD: reads the columns that its reports need and writes bytes that are there already, and does
//! nothing between. `floor <snapshot> classes|all <out> <file> ...`; for `benches/scale.py`.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use campus::snapshot::read::Snapshot;
use extracts::ky::kecs_lead::tables::Tables;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [snapshot, reports, out, files @ ..] = args.as_slice() else {
        return Err("floor <snapshot> classes|all <out> <file> ...".into());
    };
    let snapshot = Snapshot::open(Path::new(snapshot))?;
    let of_others = |table: &str, column: &str| {
        let named = matches!((table, column), ("Person", "stateID") | ("Identity", "lastName" | "firstName"));
        named || matches!(table, "Employment" | "EmploymentAssignment" | "TeamMember")
    };
    let tables =
        Tables::load_where(&snapshot, |table, column| reports == "all" || !of_others(table, column))?;
    let columns = ["sectionID", "trialID", "personID", "startDate", "endDate"];
    let rosters = snapshot.gather(
        "Roster",
        &columns,
        "trialID",
        |_, _| true,
        |batch, kept: &mut Vec<[i32; 2]>| {
            let (section, person) = (batch.numbers("sectionID").values(), batch.numbers("personID").values());
            kept.extend(section.iter().zip(person).map(|(&section, &person)| [section, person]));
        },
    )?;
    std::hint::black_box((&tables, &rosters));
    let mut to = File::create(out)?;
    let mut part = vec![0; 64 << 10];
    for file in files {
        let mut from = File::open(file)?;
        loop {
            let read = from.read(&mut part)?;
            if read == 0 {
                break;
            }
            to.write_all(&part[..read])?;
        }
    }
    Ok(())
}
