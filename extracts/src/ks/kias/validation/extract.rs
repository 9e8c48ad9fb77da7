//! The validation report in the catalogue: the entry, its file in both formats (ks-kias, section 10).

use std::io;
use std::path::Path;

use campus::date::Date;
use campus::snapshot::read::{Error, Snapshot};
use serde_json::{Map, Value};

use super::details::{self, COLUMNS};
use super::occurrences::{Occurrences, POPULATION};
use super::request::{self, OPTIONS, Request};
use super::{CHECKS, CODE, GROUP, TITLE};
use crate::kit::column::headings;
use crate::kit::explain::{Finding, Subject};
use crate::kit::extract::{
    About, Built, Checked, Extract, FileSpec, Known, Phase, ReportInfo, Target, Warning, Watch, Written,
};
use crate::kit::format::csv::Csv;
use crate::kit::format::html::{Html, Intro};
use crate::kit::problem::Problem;
use crate::ks::kias::basis::file_name;
use crate::ks::kias::explain;
use crate::ks::kias::request::{FORMATS, Format};
use crate::ks::kias::tables::Tables;
use crate::ks::kias::warnings::{sentences, without_behavior};

/// The catalogue's entry.
#[derive(Debug)]
pub struct KiasValidation;

/// The word of the only report.
const REPORT: &str = "validation";

const REPORTS: &[ReportInfo] = &[ReportInfo {
    code: REPORT,
    title: "Validation",
    rules: POPULATION,
    uncounted: &[],
    letter: "",
    columns: || COLUMNS.to_vec(),
}];

static ABOUT: About =
    About { code: CODE, title: TITLE, state: "KS", reports: REPORTS, formats: FORMATS, options: OPTIONS };

impl Extract for KiasValidation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, sent: &Map<String, Value>, known: &Known<'_>) -> Result<Box<dyn Checked>, Vec<Problem>> {
        // The report covers one district in either edition.
        request::check(sent, known.districts[0], known.snapshots).map(|r| Box::new(r) as Box<dyn Checked>)
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
        let found = Occurrences::build(snapshot, &tables, self)?;
        let choices = &snapshot.manifest().choices;
        let name = file_name("KIAS_Validation", &choices.district.number, generated.0, self.format.file().0);
        Ok(Box::new(Report { tables, found, name, options: self.described(choices), format: self.format }))
    }

    fn explain(
        &self,
        snapshots: &[Snapshot],
        _: (Date, u16),
        subject: &Subject,
    ) -> Result<Vec<Finding>, Error> {
        let snapshot = &snapshots[0];
        explain::validation(snapshot, &Tables::load(snapshot)?, self, subject)
    }
}

/// The report of a job.
struct Report {
    tables: Tables,
    found: Occurrences,
    name: String,
    options: Vec<(String, String)>,
    format: Format,
}

impl Built for Report {
    fn files(&self) -> Vec<FileSpec> {
        let media_type = self.format.file().1;
        vec![FileSpec { name: self.name.clone(), report: Some(REPORT), media_type }]
    }

    fn write(
        &self,
        _: usize,
        out: &mut dyn Target,
        _: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>> {
        let rows = self.found.list.len() as u64;
        watch.phase(Phase::Write("Validation"), Some(rows));
        match self.format {
            Format::Csv => self.csv(out)?,
            Format::Html => self.page(out)?,
        }
        watch.done(rows);
        Ok(vec![Written { report: REPORT, rows, rules: self.found.tallies.0.clone() }])
    }

    fn warnings(&self) -> Vec<Warning> {
        without_behavior(&self.tables).into_iter().collect()
    }
}

impl Report {
    /// Group, summary, then the details of each rule; the shape is the same also without any occurrence.
    fn csv(&self, out: &mut dyn Target) -> io::Result<()> {
        let headings = headings(&COLUMNS);
        let mut csv = Csv::headless(out, &[], true);
        csv.words(&[GROUP])?;
        csv.words(&["Rule", "Total Occurrences"])?;
        for (at, check) in CHECKS.iter().enumerate() {
            csv.words(&[check.name, &self.found.count(at).to_string()])?;
        }
        for (at, check) in CHECKS.iter().enumerate() {
            csv.words(&[])?;
            csv.words(&[check.name])?;
            csv.table(&headings)?;
            details::write(&self.tables, self.found.of_check(at), &mut csv)?;
        }
        csv.finish()?;
        Ok(())
    }

    /// Title and summary first, each rule a link to its details; then the details.
    fn page(&self, out: &mut dyn Target) -> io::Result<()> {
        let headings = headings(&COLUMNS);
        let mut page = Html::new(out, TITLE, &self.options)?;
        let counts = [0, 1].map(|at| (CHECKS[at].id, CHECKS[at].name, self.found.count(at)));
        page.summary(["Rule", "Total Occurrences"], &counts)?;
        page.notes("Warnings", &sentences(&self.warnings()))?;
        for (at, (id, name, rows)) in counts.into_iter().enumerate() {
            page.begin_table_with(id, name, Intro { message: None, rows: Some(rows) }, &headings)?;
            details::write(&self.tables, self.found.of_check(at), &mut page)?;
            page.end_table()?;
        }
        page.finish()?;
        Ok(())
    }
}
