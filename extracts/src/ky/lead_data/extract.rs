//! LEAD Data in the catalogue: options, reports and files (lead-data, sections 1 and 5).

use std::cell::RefCell;
use std::io;
use std::path::Path;

use campus::date::Date;
use campus::snapshot::read::{Error, Snapshot};
use serde_json::{Map, Value};

use super::explain;
use super::request::{self, Format, Report, Request};
use super::review::{self, Found, Reviewer};
use super::{CODE, LeadData, TITLE, population};
use crate::kit::explain::{Finding, Subject};
use crate::kit::extract::{
    About, Built, Checked, Extract, FileSpec, Known, Phase, ReportInfo, Target, Watch, Written,
};
use crate::kit::format::csv::Csv;
use crate::kit::format::told::Told;
use crate::kit::format::xlsx::Xlsx;
use crate::kit::format::{Lines, media};
use crate::kit::option::{EditorOption, Kind};
use crate::kit::problem::Problem;
use crate::ky::kecs_lead::tables::Tables;

/// The catalogue's entry.
#[derive(Debug)]
pub struct LeadDataReport;

#[rustfmt::skip]
const REPORTS: &[ReportInfo] = &[
    ReportInfo { code: "classes",    title: "Classes",    letter: "A", rules: population::POPULATION, uncounted: population::CLASSES,    columns: || Report::Classes.columns() },
    ReportInfo { code: "staff",      title: "Staff",      letter: "B", rules: population::STAFF,      uncounted: population::STAFF_ALSO, columns: || Report::Staff.columns() },
    ReportInfo { code: "caseload",   title: "Caseload",   letter: "E", rules: population::POPULATION, uncounted: population::CASELOAD,   columns: || Report::Caseload.columns() },
    ReportInfo { code: "schoolwide", title: "Schoolwide", letter: "F", rules: population::POPULATION, uncounted: population::SCHOOLWIDE, columns: || Report::Schoolwide.columns() },
    ReportInfo { code: "detail",     title: "Detail",     letter: "G", rules: population::POPULATION, uncounted: population::DETAIL,     columns: || Report::Detail.columns() },
];

const WORDS: &[&str] = &["classes", "staff", "caseload", "schoolwide", "detail"];
const FORMATS: &[&str] = &["xlsx", "csv"];

#[rustfmt::skip]
const OPTIONS: &[EditorOption] = &[
    EditorOption { field: "reports", label: "Report Type", kind: Kind::Reports(WORDS), required: true, default: "[]",
        help: "Which reports to make; several go into one workbook." },
    EditorOption { field: "schools", label: "Schools", kind: Kind::Any, required: false, default: "{\"all\": true}",
        help: "A list of schools, or all. It narrows Classes, Staff and Schoolwide; Caseload is of the district, Detail of its section." },
    EditorOption { field: "section_id", label: "Section ID", kind: Kind::Number, required: false, default: "null",
        help: "The section of the Detail report, which cannot be made without one." },
    EditorOption { field: "format", label: "Format", kind: Kind::Choice(FORMATS), required: false, default: "\"xlsx\"",
        help: "xlsx for one workbook with the filters on, csv for a file for each report." },
];

static ABOUT: About =
    About { code: CODE, title: TITLE, state: "KY", reports: REPORTS, formats: FORMATS, options: OPTIONS };

impl Extract for LeadDataReport {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn snapshot(&self) -> &'static str {
        "lead"
    }

    fn check(&self, sent: &Map<String, Value>, known: &Known<'_>) -> Result<Box<dyn Checked>, Vec<Problem>> {
        // The report covers one district in either edition.
        let lead = known.snapshots.contains(&"lead");
        request::check(sent, known.districts.first().copied(), lead).map(|r| Box::new(r) as Box<dyn Checked>)
    }
}

impl Checked for Request {
    fn calendars(&self) -> &[i32] {
        &self.calendars
    }

    fn build(
        &self,
        snapshots: &[Snapshot],
        generated: (Date, u16),
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn Built>, Error> {
        let snapshot = &snapshots[0];
        watch.phase(Phase::Read, None);
        let tables = Tables::load(snapshot)?;
        watch.phase(Phase::Build, None);
        let data = LeadData::build(snapshot, tables, self, generated)?;
        Ok(Box::new(Reports { data, request: self.clone(), found: RefCell::default() }))
    }

    fn explain(
        &self,
        snapshots: &[Snapshot],
        generated: (Date, u16),
        subject: &Subject,
    ) -> Result<Vec<Finding>, Error> {
        let snapshot = &snapshots[0];
        let data = LeadData::build(snapshot, Tables::load(snapshot)?, self, generated)?;
        explain::findings(snapshot, &data, self, subject)
    }
}

/// All reports of a job.
struct Reports {
    data: LeadData,
    request: Request,
    /// What the checks found in the reports written so far.
    found: RefCell<Vec<(Report, Vec<Found>)>>,
}

impl Built for Reports {
    fn files(&self) -> Vec<FileSpec> {
        if self.request.format == Format::Xlsx {
            let name = "LEAD_Data.xlsx".to_owned();
            return vec![FileSpec { name, report: None, media_type: media::XLSX }];
        }
        let file = |title: &str, report: Option<&'static str>| FileSpec {
            name: format!("LEAD_Data_{title}.csv"),
            report,
            media_type: media::CSV,
        };
        let reports = self.request.reports.iter().map(|r| file(r.title(), Some(r.code())));
        reports.chain([file("Review", None)]).collect()
    }

    fn write(
        &self,
        index: usize,
        out: &mut dyn Target,
        scratch: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>> {
        if self.request.format == Format::Xlsx {
            return self.workbook(out, scratch, watch);
        }
        let Some(&report) = self.request.reports.get(index) else {
            let mut csv = Csv::new(out, review::COLUMNS, true)?;
            review::write(&self.reviewed()?, &mut csv)?;
            csv.finish()?;
            return Ok(Vec::new());
        };
        let mut csv = Csv::new(out, &report.headings(), true)?;
        let written = self.report(report, &mut csv, watch)?;
        csv.finish()?;
        Ok(vec![written])
    }

    fn rows(&self, file: usize) -> Option<u64> {
        let review = self.request.format == Format::Csv && file == self.request.reports.len();
        let checks = || self.request.reports.iter().map(|&r| review::of_report(r).count() as u64).sum();
        review.then(checks)
    }
}

impl Reports {
    /// One sheet for each report, then Review.
    fn workbook(
        &self,
        out: &mut dyn Target,
        scratch: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>> {
        let mut workbook = Xlsx::new(Some(scratch), self.data.lead.generated)?;
        let mut written = Vec::new();
        for &report in &self.request.reports {
            workbook.begin_sheet(report.title(), &report.headings())?;
            written.push(self.report(report, &mut workbook, watch)?);
        }
        workbook.begin_sheet("Review", review::COLUMNS)?;
        review::write(&self.reviewed()?, &mut workbook)?;
        workbook.finish(out)?;
        Ok(written)
    }

    /// Writes the lines of a report and keeps what its checks find in them.
    fn report(&self, report: Report, out: &mut dyn Lines, watch: &mut dyn Watch) -> io::Result<Written> {
        let mut reviewer = Reviewer::of(report);
        watch.phase(Phase::Write(report.title()), self.data.rows(report));
        let mut told = Told::of(out, watch);
        self.data.lines(report, &mut |line| {
            reviewer.line(line);
            told.cells(line)?;
            told.end_line()
        })?;
        told.finish();
        self.found.borrow_mut().push((report, reviewer.found()));
        let rules = population::tallies(&self.data.lead, report);
        Ok(Written { report: report.code(), rows: reviewer.lines(), rules })
    }

    /// What the checks found in each report asked for; a report that was not written is looked at now.
    fn reviewed(&self) -> io::Result<Vec<(Report, Vec<Found>)>> {
        let mut all = Vec::new();
        for &report in &self.request.reports {
            let known = self.found.borrow().iter().find(|(r, _)| *r == report).map(|(_, f)| f.clone());
            let found = match known {
                Some(found) => found,
                None => {
                    let mut reviewer = Reviewer::of(report);
                    self.data.lines(report, &mut |line| {
                        reviewer.line(line);
                        Ok(())
                    })?;
                    reviewer.found()
                }
            };
            all.push((report, found));
        }
        Ok(all)
    }
}
