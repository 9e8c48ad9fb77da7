//! `registrar import`: a bundle becomes a snapshot in a folder.

use std::path::{Path, PathBuf};

use campus::date::Date;
use campus::import::{Encoding, Error, Findings, Options, Report};

use super::progress::Show;
use super::{Failure, interrupt};

/// Arguments of `registrar import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder, .zip, .tar.gz or .tar.zst of CSV files.
    bundle: PathBuf,
    /// Folder of the snapshot; it must not be there yet.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

/// How a bundle is read.
#[derive(Debug, clap::Args)]
pub struct Reading {
    /// As-of time, YYYY-MM-DD or YYYY-MM-DDTHH:MM; else the newest file time in the bundle, in UTC.
    #[arg(long, value_parser = minute)]
    as_of: Option<String>,
    /// Encoding of the files.
    #[arg(long, value_parser = ["utf-8", "windows-1252"], default_value = "utf-8")]
    encoding: String,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value = "bar")]
    pub progress: Show,
    /// Keep rows with wrong values out, up to 1 % of a table, instead of failing.
    #[arg(long)]
    lenient: bool,
}

/// Reads a time to the minute; a date alone is its midnight.
pub fn minute(text: &str) -> Result<String, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00") } else { text.to_owned() };
    let clock = whole.get(11..16).filter(|_| whole.len() == 16 && whole.as_bytes()[10] == b'T');
    let good = whole.get(..10).and_then(Date::parse_iso).is_some() && clock.is_some_and(is_clock);
    good.then_some(whole).ok_or_else(|| "write it as YYYY-MM-DDTHH:MM".to_owned())
}

/// HH:MM, 24 hours.
fn is_clock(clock: &str) -> bool {
    let below = |range: std::ops::Range<usize>, most: u8| {
        clock[range.clone()].bytes().all(|b| b.is_ascii_digit())
            && clock[range].parse().is_ok_and(|n: u8| n < most)
    };
    clock.is_ascii() && clock.as_bytes()[2] == b':' && below(0..2, 24) && below(3..5, 60)
}

/// Imports and prints what was found.
pub fn import(bundle: &Path, out: &Path, reading: &Reading) -> Result<Report, Failure> {
    let options = Options {
        as_of: reading.as_of.clone(),
        encoding: if reading.encoding == "windows-1252" { Encoding::Windows1252 } else { Encoding::Utf8 },
        lenient: reading.lenient,
        choices: Some(extracts::catalogue::add_choices),
        ..Options::default()
    };
    let imported = campus::import::import(bundle, out, &options, &mut |step| reading.progress.step(step));
    reading.progress.end();
    match imported {
        Ok(report) => {
            for (file, column) in &report.extra_columns {
                eprintln!("{file}:1: {column}: the column is not one of the table's and is ignored");
            }
            for file in &report.extra_files {
                eprintln!("{file}:0: -: the file is no Campus table and is ignored");
            }
            lines(&report.findings).iter().for_each(|line| eprintln!("{line}"));
            Ok(report)
        }
        Err(Error::Rejected(findings)) => Err(Failure { lines: lines(&findings), status: Failure::DATA }),
        Err(error @ Error::OutExists(_)) => Err(Failure::new(Failure::USAGE, error)),
        Err(error @ (Error::Io { .. } | Error::Parquet { .. } | Error::Snapshot(_))) => {
            Err(Failure::new(1, error))
        }
        Err(error) => Err(Failure::new(Failure::DATA, error)),
    }
}

/// One line for each of the first 1,000 findings, then the count of each kind.
fn lines(findings: &Findings) -> Vec<String> {
    let first = findings.first.iter().map(ToString::to_string);
    first.chain(findings.counts().iter().map(|c| format!("{} {}: {}", c.severity, c.rule, c.count))).collect()
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    interrupt::clean_up(vec![interrupt::parent(&args.out), std::env::temp_dir()]);
    let imported = import(&args.bundle, &args.out, &args.reading)?;
    let rows: u64 = imported.manifest.tables.iter().map(|t| t.rows).sum();
    println!(
        "Snapshot {} as of {}: {rows} rows in {}",
        imported.manifest.id,
        imported.manifest.as_of,
        args.out.display()
    );
    Ok(())
}
