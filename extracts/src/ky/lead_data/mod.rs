//! LEAD Data: the Kentucky Department of Education's report over the district's LEAD snapshot, for people to look at.
//!
//! Lay `lead-data.md` beside these files. The base rows are those of KECS LEAD (R1); what a person should look at is
//! counted by the checks of `review` while the reports are written.

pub mod caseload;
pub mod classes;
pub mod detail;
pub mod explain;
pub mod extract;
pub mod names;
pub mod population;
pub mod request;
pub mod review;
pub mod schoolwide;
pub mod section;
pub mod sections;
pub mod staff;

use std::io;

use campus::date::Date;
use campus::snapshot::read::{Error, Snapshot};

use self::names::{Names, StaffRecords};
use self::request::{Report, Request};
use super::kecs_lead::Lead;
use super::kecs_lead::tables::Tables;
use crate::kit::cell::Cell;

/// The catalogue's code.
pub const CODE: &str = "lead-data";
/// The catalogue's name.
pub const TITLE: &str = "LEAD Data";

/// Takes the lines of a report, one after another.
pub type Each<'e, 'a> = &'e mut dyn FnMut(&[Cell<'a>]) -> io::Result<()>;

/// All that the reports of one job are made from.
#[derive(Debug)]
pub struct LeadData {
    /// The base rows (R1).
    pub lead: Lead,
    /// By row of School: the request asks for it (R2, R3, R5).
    pub schools: Vec<bool>,
    /// The section of Detail (R6).
    pub section: Option<i32>,
    /// Who has a staff record in the active year.
    pub records: StaffRecords,
}

impl LeadData {
    /// Makes the base rows from the tables read.
    ///
    /// # Errors
    /// When the rosters cannot be read.
    pub fn build(
        snapshot: &Snapshot,
        tables: Tables,
        request: &Request,
        generated: (Date, u16),
    ) -> Result<LeadData, Error> {
        let lead = Lead::build(snapshot, tables, &population::base(&request.active), generated)?;
        let ids = lead.tables.school.numbers("schoolID").values();
        let wanted = |id: &i32| request.schools.as_ref().is_none_or(|s| s.binary_search(id).is_ok());
        let schools = ids.iter().map(wanted).collect();
        let records = StaffRecords::of(&lead);
        Ok(LeadData { lead, schools, section: request.section, records })
    }

    /// The date of the LEAD snapshot's as-of time (A1, B1, E1, F1, G1).
    fn as_of(&self) -> Cell<'static> {
        Cell::Date(Date(self.lead.today))
    }

    /// How many lines a report has, where that is known before they are made.
    pub fn rows(&self, report: Report) -> Option<u64> {
        let asked = |place: &&u32| self.schools[self.lead.sections.list[**place as usize].school as usize];
        (report == Report::Classes).then(|| self.lead.order.iter().filter(asked).count() as u64)
    }

    /// Gives the lines of a report to `each`, in their order.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn lines<'a>(&'a self, report: Report, each: Each<'_, 'a>) -> io::Result<()> {
        match report {
            Report::Classes => classes::lines(self, each),
            Report::Staff => staff::lines(self, each),
            Report::Caseload => caseload::lines(self, each),
            Report::Schoolwide => schoolwide::lines(self, each),
            Report::Detail => detail::lines(self, each),
        }
    }

    fn names(&self) -> Names<'_> {
        Names::of(&self.lead)
    }
}
