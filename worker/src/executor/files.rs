//! The files of KECS LEAD in each format (kecs-lead, section 11).

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::time::Instant;

use extracts::kit::format::html::Html;
use extracts::kit::format::xlsx::Xlsx;
use extracts::kit::format::{Lines, csv::Csv};
use extracts::kit::rules::Tally;
use extracts::ky::kecs_lead::issues::Issues;
use extracts::ky::kecs_lead::request::{Format, Report, Request};
use extracts::ky::kecs_lead::staff::Staff;
use extracts::ky::kecs_lead::{self, Lead};

use super::Error;
use super::publish::{Hashing, Staging};
use super::summary::FileEntry;

/// What became of a report.
#[derive(Debug)]
pub struct Written {
    /// The report.
    pub report: Report,
    /// Lines without the header.
    pub rows: u64,
    /// Counts of its population rules.
    pub rules: Vec<Tally>,
    /// Seconds that writing took.
    pub seconds: f64,
}

/// Writes the files of all reports asked for.
pub fn write(
    lead: &Lead,
    request: &Request,
    staging: &Staging,
) -> Result<(Vec<Written>, Vec<FileEntry>), Error> {
    match request.format {
        Format::Csv => one_each(lead, request, staging, "csv", "text/csv", csv),
        Format::Html => one_each(lead, request, staging, "html", "text/html", html),
        Format::Xlsx => workbook(lead, request, staging),
    }
}

/// Lines without the header, and the counts of the population rules.
type Counted = (u64, Vec<Tally>);

fn lines(lead: &Lead, report: Report, out: &mut dyn Lines) -> io::Result<Counted> {
    let rows = match report {
        Report::Detail => kecs_lead::detail::write(lead, out)?,
        Report::Staff => {
            let staff = Staff::of(lead);
            return Ok((kecs_lead::staff::write(lead, &staff, out)?, staff.tallies));
        }
        Report::Caseload => kecs_lead::caseload::write(lead, out)?,
        Report::Classes => kecs_lead::classes::write(lead, out)?,
        Report::Schoolwide => kecs_lead::schoolwide::write(lead, out)?,
        Report::Issues => Issues::of(lead).write(out)?,
    };
    Ok((rows, lead.tallies.0.clone()))
}

type Out = Hashing<File>;

/// Prints one report and returns its lines.
type Print = fn(&Lead, &Request, Report, Out) -> io::Result<(Counted, Out)>;

fn csv(lead: &Lead, _: &Request, report: Report, out: Out) -> io::Result<(Counted, Out)> {
    let mut csv = Csv::new(out, &report.columns(), report == Report::Issues)?;
    let counted = lines(lead, report, &mut csv)?;
    Ok((counted, csv.finish()?))
}

fn html(lead: &Lead, request: &Request, report: Report, out: Out) -> io::Result<(Counted, Out)> {
    let title = format!("{} {}", kecs_lead::TITLE, report.title());
    let mut html = Html::new(out, &title, &request.described(&lead.choices))?;
    if report == Report::Issues {
        let rows = Issues::of(lead).write_page(&mut html)?;
        return Ok(((rows, lead.tallies.0.clone()), html.finish()?));
    }
    html.begin_table(report.code(), report.title(), &report.columns())?;
    let counted = lines(lead, report, &mut html)?;
    html.end_table()?;
    Ok((counted, html.finish()?))
}

fn one_each(
    lead: &Lead,
    request: &Request,
    staging: &Staging,
    ending: &str,
    media_type: &'static str,
    print: Print,
) -> Result<(Vec<Written>, Vec<FileEntry>), Error> {
    let mut written = Vec::new();
    let mut files = Vec::new();
    for &report in &request.reports {
        let clock = Instant::now();
        let name = format!("KECS_LEAD_{}.{ending}", report.title());
        let path = staging.path(&name);
        let failed = |source| Error::Write { path: path.clone(), source };
        let made = Hashing::create(&path).and_then(|out| print(lead, request, report, out));
        let ((rows, rules), out) = made.map_err(failed)?;
        let (bytes, sha256) = out.finish();
        files.push(FileEntry { name, report: Some(report.code()), media_type, rows, bytes, sha256 });
        written.push(Written { report, rows, rules, seconds: clock.elapsed().as_secs_f64() });
    }
    Ok((written, files))
}

/// One workbook with a sheet for each report.
fn workbook(
    lead: &Lead,
    request: &Request,
    staging: &Staging,
) -> Result<(Vec<Written>, Vec<FileEntry>), Error> {
    let name = "KECS_LEAD.xlsx".to_owned();
    let path = staging.path(&name);
    let failed = |source| Error::Write { path: path.clone(), source };
    let mut written = Vec::new();
    let mut workbook = Xlsx::new(Some(staging.folder()), lead.generated).map_err(failed)?;
    for &report in &request.reports {
        let clock = Instant::now();
        workbook.begin_sheet(report.title(), &report.columns()).map_err(failed)?;
        let (rows, rules) = lines(lead, report, &mut workbook).map_err(failed)?;
        written.push(Written { report, rows, rules, seconds: clock.elapsed().as_secs_f64() });
    }
    let save = |file: File| {
        let mut out = BufWriter::new(file);
        workbook.finish(&mut out)?;
        out.flush()
    };
    File::create(&path).and_then(save).map_err(failed)?;
    let (bytes, sha256) = hash(&path).map_err(failed)?;
    let rows = written.iter().map(|w| w.rows).sum();
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok((written, vec![FileEntry { name, report: None, media_type, rows, bytes, sha256 }]))
}

/// Size and SHA-256 of a file that was not written front to back.
fn hash(path: &Path) -> io::Result<(u64, String)> {
    let mut hashing = Hashing::of(io::sink());
    let mut file = BufReader::new(File::open(path)?);
    io::copy(&mut file.by_ref(), &mut hashing)?;
    Ok(hashing.finish())
}
