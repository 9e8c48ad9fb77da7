//! KIAS in the catalogue: the entry, its file in both formats (ks-kias, sections 2 and 9).

use std::io;
use std::path::Path;

use campus::date::Date;
use campus::snapshot::manifest::Choices;
use campus::snapshot::read::{Error, Snapshot};
use serde_json::{Map, Value};

use super::basis::file_name;
use super::columns;
use super::explain;
use super::groups;
use super::request::{self, FORMATS, Format, OPTIONS, REPORT, Request};
use super::rows::{POPULATION, Rows};
use super::tables::Tables;
use super::warnings::sentences;
use super::{CODE, TITLE};
use crate::kit::explain::{Finding, Subject};
use crate::kit::extract::{
    About, Built, Checked, Extract, FileSpec, Known, Phase, ReportInfo, Target, Warning, Watch, Written,
};
use crate::kit::format::Lines;
use crate::kit::format::csv::Csv;
use crate::kit::format::html::{Html, Intro};
use crate::kit::format::told::Told;
use crate::kit::problem::Problem;

/// The catalogue's entry.
#[derive(Debug)]
pub struct Kias;

const REPORTS: &[ReportInfo] = &[ReportInfo {
    code: REPORT,
    title: "Extract",
    rules: POPULATION,
    uncounted: groups::RULES,
    letter: "",
    columns: columns::table,
}];

static ABOUT: About =
    About { code: CODE, title: TITLE, state: "KS", reports: REPORTS, formats: FORMATS, options: OPTIONS };

impl Extract for Kias {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn form(&self, choices: &Choices) -> Map<String, Value> {
        request::form(choices)
    }

    fn check(&self, sent: &Map<String, Value>, known: &Known<'_>) -> Result<Box<dyn Checked>, Vec<Problem>> {
        // The extract covers one district in either edition.
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
        let tables = Tables::of_extract(snapshot)?;
        watch.phase(Phase::Build, None);
        let rows = Rows::build(snapshot, &tables, self)?;
        let choices = &snapshot.manifest().choices;
        let name = file_name("KIAS", &choices.district.number, generated.0, self.format.file().0);
        let options = self.described(choices);
        Ok(Box::new(Report { tables, rows, name, options, request: self.clone() }))
    }

    fn explain(
        &self,
        snapshots: &[Snapshot],
        _: (Date, u16),
        subject: &Subject,
    ) -> Result<Vec<Finding>, Error> {
        let snapshot = &snapshots[0];
        explain::extract(snapshot, &Tables::load(snapshot)?, self, subject)
    }
}

/// The report of a job.
struct Report {
    tables: Tables,
    rows: Rows,
    name: String,
    options: Vec<(String, String)>,
    request: Request,
}

impl Built for Report {
    fn files(&self) -> Vec<FileSpec> {
        let media_type = self.request.format.file().1;
        vec![FileSpec { name: self.name.clone(), report: Some(REPORT), media_type }]
    }

    fn write(
        &self,
        _: usize,
        out: &mut dyn Target,
        _: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>> {
        let rows = self.rows.list.len() as u64;
        watch.phase(Phase::Write("Extract"), Some(rows));
        let headings = columns::headings();
        match self.request.format {
            Format::Csv => {
                let mut csv = match self.request.title_row {
                    true => Csv::new(out, &headings, false)?,
                    false => Csv::headless(out, &headings, false),
                };
                self.lines(&mut csv, watch)?;
                csv.finish()?;
            }
            Format::Html => {
                let mut page = Html::new(out, TITLE, &self.options)?;
                page.summary(["Report", "Rows"], &[(REPORT, TITLE, rows)])?;
                page.notes("Warnings", &sentences(&self.warnings()))?;
                page.begin_table_with(REPORT, TITLE, Intro { message: None, rows: Some(rows) }, &headings)?;
                self.lines(&mut page, watch)?;
                page.end_table()?;
                page.finish()?;
            }
        }
        Ok(vec![Written { report: REPORT, rows, rules: self.rows.tallies.0.clone() }])
    }

    fn warnings(&self) -> Vec<Warning> {
        self.rows.warnings.clone()
    }
}

impl Report {
    fn lines(&self, out: &mut dyn Lines, watch: &mut dyn Watch) -> io::Result<()> {
        let mut told = Told::of(out, watch);
        columns::write(&self.tables, &self.rows, &mut told)?;
        told.finish();
        Ok(())
    }
}
