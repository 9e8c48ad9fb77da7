//! KECS LEAD in the catalogue: options, reports and files (kecs-lead, sections 1 and 11).

use std::io;
use std::path::Path;

use campus::date::Date;
use campus::snapshot::read::{Error, Snapshot};
use serde_json::{Map, Value};

use super::explain::{self, Explainer};
use super::issues::Issues;
use super::request::{self, Format, Report, Request};
use super::rules;
use super::staff::Staff;
use super::tables::Tables;
use super::{CODE, Lead, NO_CALENDAR_IN_RANGE, POPULATION, TITLE};
use crate::kit::explain::{Finding, Subject};
use crate::kit::extract::{
    About, Built, Checked, Extract, FileSpec, Known, Phase, ReportInfo, Target, Warning, Watch, Written,
};
use crate::kit::format::csv::Csv;
use crate::kit::format::html::Html;
use crate::kit::format::told::Told;
use crate::kit::format::xlsx::Xlsx;
use crate::kit::format::{Lines, media};
use crate::kit::option::{EditorOption, Kind};
use crate::kit::problem::Problem;
use crate::kit::rules::Tally;

/// The catalogue's entry.
#[derive(Debug)]
pub struct KecsLead;

#[rustfmt::skip]
const REPORTS: &[ReportInfo] = &[
    ReportInfo { code: "detail",     title: "Detail",     letter: "D", rules: POPULATION,   uncounted: rules::DETAIL,     columns: || Report::Detail.columns() },
    ReportInfo { code: "staff",      title: "Staff",      letter: "S", rules: rules::STAFF, uncounted: rules::STAFF_ALSO, columns: || Report::Staff.columns() },
    ReportInfo { code: "caseload",   title: "Caseload",   letter: "M", rules: POPULATION,   uncounted: rules::CASELOAD,   columns: || Report::Caseload.columns() },
    ReportInfo { code: "classes",    title: "Classes",    letter: "C", rules: POPULATION,   uncounted: rules::DETAIL,     columns: || Report::Classes.columns() },
    ReportInfo { code: "schoolwide", title: "Schoolwide", letter: "W", rules: POPULATION,   uncounted: rules::SCHOOLWIDE, columns: || Report::Schoolwide.columns() },
    ReportInfo { code: "issues",     title: "Issues",     letter: "I", rules: POPULATION,   uncounted: rules::DETAIL,     columns: || Report::Issues.columns() },
];

const WORDS: &[&str] = &["detail", "staff", "caseload", "classes", "schoolwide", "issues"];
const FORMATS: &[&str] = &["csv", "html", "xlsx"];

#[rustfmt::skip]
const OPTIONS: &[EditorOption] = &[
    EditorOption { field: "reports", label: "Reports", kind: Kind::Reports(WORDS), required: true, default: "[]",
        help: "Which reports to make; any set of the six." },
    EditorOption { field: "format", label: "Format", kind: Kind::Choice(FORMATS), required: false, default: "\"csv\"",
        help: "csv for the state's system, html to read, xlsx for a workbook with a sheet for each report." },
    EditorOption { field: "start_date", label: "Start Date", kind: Kind::Date, required: false, default: "null",
        help: "Only calendars whose school year reaches this day; empty for the whole school year." },
    EditorOption { field: "end_date", label: "End Date", kind: Kind::Date, required: false, default: "null",
        help: "Only calendars whose school year has begun by this day; empty for the whole school year." },
    EditorOption { field: "calendars", label: "Calendars", kind: Kind::Calendars, required: true, default: "[]",
        help: "A list of calendars, or all of the active year, of a year, of a school, or all." },
    EditorOption { field: "exclude_cross_site", label: "Exclude Cross-Site Data", kind: Kind::Flag, required: false, default: "true",
        help: "Leaves out cross-site enrollments in homeroom sections; offered where the district uses cross-site enrollment." },
    EditorOption { field: "snapshot", label: "Data As Of", kind: Kind::Snapshot, required: false, default: "\"current\"",
        help: "current for the newest import, lead for the weekly LEAD refresh, or a snapshot's id." },
];

static ABOUT: About =
    About { code: CODE, title: TITLE, state: "KY", reports: REPORTS, formats: FORMATS, options: OPTIONS };

impl Extract for KecsLead {
    fn about(&self) -> &'static About {
        &ABOUT
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
        let tables = Tables::load_where(snapshot, |table, column| self.needs(table, column))?;
        watch.phase(Phase::Build, None);
        let lead = Lead::build(snapshot, tables, self, generated)?;
        Ok(Box::new(Reports { lead, request: self.clone() }))
    }

    fn explain(
        &self,
        snapshots: &[Snapshot],
        generated: (Date, u16),
        subject: &Subject,
    ) -> Result<Vec<Finding>, Error> {
        let snapshot = &snapshots[0];
        let lead = Lead::build(snapshot, Tables::load(snapshot)?, self, generated)?;
        Ok(Explainer::of(snapshot, &lead, self, explain::KECS, subject)?.findings())
    }
}

impl Request {
    /// Classes, which is asked for most, has neither names nor staff records nor case managers.
    fn needs(&self, table: &str, column: &str) -> bool {
        let named = matches!((table, column), ("Person", "stateID") | ("Identity", "lastName" | "firstName"));
        let staff = matches!(table, "Employment" | "EmploymentAssignment" | "TeamMember");
        self.reports.iter().any(|r| *r != Report::Classes) || !(named || staff)
    }
}

/// All reports of a job.
struct Reports {
    lead: Lead,
    request: Request,
}

impl Built for Reports {
    fn files(&self) -> Vec<FileSpec> {
        let (ending, media_type) = match self.request.format {
            Format::Csv => ("csv", media::CSV),
            Format::Html => ("html", media::HTML),
            Format::Xlsx => {
                let name = "KECS_LEAD.xlsx".to_owned();
                return vec![FileSpec { name, report: None, media_type: media::XLSX }];
            }
        };
        let file = |report: &Report| FileSpec {
            name: format!("KECS_LEAD_{}.{ending}", report.title()),
            report: Some(report.code()),
            media_type,
        };
        self.request.reports.iter().map(file).collect()
    }

    fn write(
        &self,
        file: usize,
        out: &mut dyn Target,
        scratch: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>> {
        let reports = &self.request.reports;
        let write = |report: Report, counted: Counted| Written {
            report: report.code(),
            rows: counted.0,
            rules: counted.1,
        };
        match self.request.format {
            Format::Csv => {
                let report = reports[file];
                let mut csv = Csv::new(out, &report.headings(), report == Report::Issues)?;
                let counted = self.lines(report, &mut csv, watch)?;
                csv.finish()?;
                Ok(vec![write(report, counted)])
            }
            Format::Html => {
                let report = reports[file];
                Ok(vec![write(report, self.page(report, out, watch)?)])
            }
            Format::Xlsx => {
                let mut workbook = Xlsx::new(Some(scratch), self.lead.generated)?;
                let mut written = Vec::new();
                for &report in reports {
                    workbook.begin_sheet(report.title(), &report.headings())?;
                    written.push(write(report, self.lines(report, &mut workbook, watch)?));
                }
                workbook.finish(out)?;
                Ok(written)
            }
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let message = "No selected calendar's school year overlaps the date range.".to_owned();
        let warning = |count| Warning { code: NO_CALENDAR_IN_RANGE, count, message };
        self.lead.out_of_range().map(warning).into_iter().collect()
    }
}

/// Lines without the header, and the counts of the population rules.
type Counted = (u64, Vec<Tally>);

impl Reports {
    /// Writes the lines of a report; how many there will be is told where it is known before they are made.
    fn lines(&self, report: Report, out: &mut dyn Lines, watch: &mut dyn Watch) -> io::Result<Counted> {
        let lead = &self.lead;
        let total = match report {
            Report::Detail => Some(super::detail::rows(lead)),
            Report::Classes => Some(lead.order.len() as u64),
            _ => None,
        };
        watch.phase(Phase::Write(report.title()), total);
        let mut told = Told::of(out, watch);
        let of_base = |rows: u64| (rows, lead.tallies.0.clone());
        let counted = match report {
            Report::Detail => of_base(super::detail::write(lead, &mut told)?),
            Report::Staff => {
                let staff = Staff::of(lead);
                (super::staff::write(lead, &staff, &mut told)?, staff.tallies)
            }
            Report::Caseload => of_base(super::caseload::write(lead, &mut told)?),
            Report::Classes => of_base(super::classes::write(lead, &mut told)?),
            Report::Schoolwide => of_base(super::schoolwide::write(lead, &mut told)?),
            Report::Issues => of_base(Issues::of(lead).write(&mut told)?),
        };
        told.finish();
        Ok(counted)
    }

    fn page(&self, report: Report, out: &mut dyn Target, watch: &mut dyn Watch) -> io::Result<Counted> {
        let title = format!("{TITLE} {}", report.title());
        let mut html = Html::new(out, &title, &self.request.described(&self.lead.choices))?;
        if report == Report::Issues {
            watch.phase(Phase::Write(report.title()), None);
            let rows = Issues::of(&self.lead).write_page(&mut html)?;
            html.finish()?;
            watch.done(rows);
            return Ok((rows, self.lead.tallies.0.clone()));
        }
        html.begin_table(report.code(), report.title(), &report.headings())?;
        let counted = self.lines(report, &mut html, watch)?;
        html.end_table()?;
        html.finish()?;
        Ok(counted)
    }
}
