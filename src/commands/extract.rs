//! `registrar extract`: the files of an extract, without any server.

use std::io::Read;
use std::path::PathBuf;

use campus::date::Date;
use extracts::kit::explain::Subject;
use extracts::kit::extract::Edition;
use serde_json::{Map, Value};
use shared::clock;
use worker::executor::{self, Explanation, Run};

use super::import::{Reading, import, minute};
use super::{Failure, interrupt};

/// Arguments of `registrar extract`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code of the extract; `registrar extracts` lists them.
    code: String,
    /// Bundle to import into a scratch snapshot first; once for each district in the State Edition.
    #[arg(long, conflicts_with = "snapshot", required_unless_present = "snapshot")]
    bundle: Vec<PathBuf>,
    /// Folder of a snapshot; once for each district in the State Edition.
    #[arg(long)]
    snapshot: Vec<PathBuf>,
    /// File of the request, `-` for standard input.
    #[arg(long)]
    request: PathBuf,
    /// Folder of the files.
    #[arg(long, required_unless_present = "explain")]
    out: Option<PathBuf>,
    /// Make no files; say which rule dropped a student, a member of staff or a section, or which lines it made and why.
    /// A stateID, personID or sectionID; `student:`, `person:` or `section:` in front says which.
    #[arg(long, value_name = "ID", conflicts_with = "out")]
    explain: Option<String>,
    /// Print the explanation as JSON.
    #[arg(long, requires = "explain", conflicts_with = "out")]
    json: bool,
    /// The time that reports print, YYYY-MM-DDTHH:MM; else now, in UTC.
    #[arg(long, value_parser = minute)]
    generated_at: Option<String>,
    /// District Edition or State Edition.
    #[arg(long, value_parser = ["district", "state"], default_value = "district")]
    edition: String,
    #[command(flatten)]
    reading: Reading,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let extract = executor::known(&args.code).map_err(failure)?;
    let request = request(args)?;
    let edition = if args.edition == "state" { Edition::State } else { Edition::District };
    executor::districts(extract, edition, args.bundle.len() + args.snapshot.len()).map_err(failure)?;
    interrupt::clean_up(args.out.iter().cloned().chain([std::env::temp_dir()]).collect());
    let scratch = tempfile::Builder::new()
        .prefix(&format!("registrar-{}-", std::process::id()))
        .tempdir()
        .map_err(|e| Failure::new(1, format!("no scratch folder can be made: {e}")))?;
    let mut snapshots = args.snapshot.clone();
    for (bundle, number) in args.bundle.iter().zip(1..) {
        let folder = scratch.path().join(format!("snapshot-{number}"));
        import(bundle, &folder, &args.reading)?;
        snapshots.push(folder);
    }
    let generated = generated(args.generated_at.as_deref());
    let Some(out) = &args.out else {
        let subject = Subject::read(args.explain.as_deref().unwrap_or_default());
        let told = executor::explain(&args.code, &request, &snapshots, edition, generated, &subject);
        return print(&told.map_err(failure)?, args.json);
    };
    let program = concat!("registrar ", env!("CARGO_PKG_VERSION"));
    let run = Run {
        extract: &args.code,
        request: &request,
        snapshots: &snapshots,
        edition,
        out,
        generated,
        program,
    };
    let mut shown = args.reading.progress.watch();
    let summary = executor::run(&run, &mut shown).map_err(failure);
    args.reading.progress.end();
    let summary = summary?;
    for file in &summary.files {
        println!("{}: {} rows, {} bytes", out.join(&file.name).display(), file.rows, file.bytes);
    }
    for warning in &summary.warnings {
        eprintln!("{}: {}", warning.code, warning.message);
    }
    Ok(())
}

/// Prints an explanation on standard output.
fn print(told: &Explanation, json: bool) -> Result<(), Failure> {
    if told.findings.is_empty() {
        let line = format!("Nothing in the data has the {}.", told.subject);
        return Err(Failure::new(Failure::USAGE, line));
    }
    if json {
        let text = serde_json::to_string_pretty(told).map_err(|e| Failure::new(1, e))?;
        println!("{text}");
    } else {
        print!("{}", told.text());
    }
    Ok(())
}

fn failure(error: executor::Error) -> Failure {
    match error {
        executor::Error::Request(problems) => {
            let lines = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
            Failure { lines, status: Failure::USAGE }
        }
        executor::Error::UnknownExtract(_) | executor::Error::Districts | executor::Error::OneDistrict(_) => {
            Failure::new(Failure::USAGE, error)
        }
        executor::Error::Snapshot(_) => Failure::new(Failure::DATA, error),
        _ => Failure::new(1, error),
    }
}

fn request(args: &Args) -> Result<Map<String, Value>, Failure> {
    let name = args.request.display();
    let text = if args.request.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(&args.request)
    };
    let text =
        text.map_err(|e| Failure::new(Failure::USAGE, format!("{name}: the request cannot be read: {e}")))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(request)) => Ok(request),
        Ok(_) => Err(Failure::new(Failure::USAGE, format!("{name}: the request must be a JSON object"))),
        Err(e) => Err(Failure::new(Failure::USAGE, format!("{name}: the request is not JSON: {e}"))),
    }
}

/// The time given, which `minute` has checked, else now.
fn generated(given: Option<&str>) -> (Date, u16) {
    match given {
        Some(text) => {
            let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().expect("checked digits");
            (Date::parse_iso(&text[..10]).expect("checked date"), number(11..13) * 60 + number(14..16))
        }
        None => {
            let seconds = clock::now().timestamp().max(0);
            (Date((seconds / 86_400) as i32), (seconds / 60 % 1_440) as u16)
        }
    }
}
