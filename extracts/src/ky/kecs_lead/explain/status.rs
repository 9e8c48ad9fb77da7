//! Why D32, D34 and D36 to D39 are what they are: the rows of each table, and which is in force on the reference day.

use campus::snapshot::read::Batch;

use crate::kit::code;
use crate::kit::explain::{Finding, day, misses, span};
use crate::kit::index::Index;
use crate::ky::kecs_lead::Lead;
use crate::ky::kecs_lead::students::Student;

/// A value's reason, and the rows behind it.
type Reason = (String, Vec<Finding>);

/// Gives the reasons of one Detail line.
pub struct Because<'a> {
    lead: &'a Lead,
    student: Student,
    person: i32,
    reference: i32,
}

impl<'a> Because<'a> {
    /// Of a student on a reference day.
    pub fn of(lead: &'a Lead, student: Student, reference: i32) -> Because<'a> {
        let person = lead.tables.person.numbers("personID").values()[student.person as usize];
        Because { lead, student, person, reference }
    }

    /// D32.
    pub fn grade(&self) -> String {
        let local = self.lead.tables.enrollment.texts("grade").or_empty(self.student.enrollment as usize);
        let state = self.lead.grades.grade(&self.lead.tables, self.student.enrollment);
        format!(
            "local grade {local:?}, state grade {state:?} (GradeLevel of the enrollment's calendar and structure)"
        )
    }

    /// D34: the locked IEP of the day; latest start, then highest planID.
    pub fn iep(&self) -> Reason {
        let chosen = self.lead.statuses.iep(self.student.person, self.reference);
        let t = &self.lead.tables;
        let ids = t.plan.numbers("planID").values();
        let states = Index::of(t.plan_state.numbers("planID").values());
        let rows = self.plans("SPECIALED", |row| {
            let state = states.get(ids[row]);
            let filled = |column: &str| state.is_some_and(|s| t.plan_state.texts(column).get(s).is_some());
            if !t.plan.flags("locked").value(row) {
                Some("not locked")
            } else if t.plan.texts("disability1").get(row).is_none() {
                Some("no primary disability")
            } else if !(filled("specialEdStatus") && filled("specialEdSetting")) {
                Some("no PlanState with special education status and setting")
            } else {
                None
            }
        });
        let told = match chosen {
            Some(row) => format!("Plan {} is in force; latest start, then highest planID", ids[row]),
            None => format!("no locked IEP with a disability covers {}", day(self.reference)),
        };
        (told, rows)
    }

    /// D36: the case manager of the day; latest start, then highest teamMemberID.
    pub fn case_manager(&self) -> Reason {
        let table = &self.lead.tables.team_member;
        let ids = table.numbers("teamMemberID").values();
        let staff = table.numbers("staffPersonID");
        let rows = self.rows(table, "startDate", "endDate", |row| {
            let (module, role) = (table.texts("module").get(row), table.texts("role").get(row));
            let other = !code::is(module, "SPECIALED") || !code::is(role, "CASE MANAGER");
            let staff = staff.get(row).map_or_else(|| "nobody".to_owned(), |id| id.to_string());
            let what = format!("TeamMember {}: personID {staff}, {}", ids[row], role.unwrap_or("no role"));
            (what, other.then(|| "not a special education case manager".to_owned()))
        });
        let told = match self.lead.statuses.case_manager(self.student.person, self.reference) {
            Some(id) => format!("personID {id} is the case manager on {}", day(self.reference)),
            None => format!("no case manager on {}; 0 when D34 or D35 is filled", day(self.reference)),
        };
        (told, rows)
    }

    /// D37.
    pub fn english_learner(&self) -> Reason {
        let table = &self.lead.tables.lep;
        let rows = self.rows(table, "identifiedDate", "exitDate", |row| {
            let status = table.texts("programStatus").get(row);
            let counts = code::is_one_of(status, &["EL", "LEP"]);
            let what = format!("Lep with program status {}", status.unwrap_or("empty"));
            (what, (!counts).then(|| "only EL and LEP count".to_owned()))
        });
        (
            self.told(
                "EL or LEP record",
                self.lead.statuses.english_learner(self.student.person, self.reference),
            ),
            rows,
        )
    }

    /// D38.
    pub fn gifted(&self) -> Reason {
        let table = &self.lead.tables.gifted;
        let rows = self.rows(table, "startDate", "endDate", |row| {
            let category = table.texts("category").get(row);
            let what = format!("Gifted with category {}", category.unwrap_or("empty"));
            (what, code::is(category, "12").then(|| "category 12 does not count".to_owned()))
        });
        (self.told("gifted record", self.lead.statuses.gifted(self.student.person, self.reference)), rows)
    }

    /// D39.
    pub fn ilpa(&self) -> Reason {
        let rows = self.plans("ILPA", |_| None);
        (self.told("ILPA", self.lead.statuses.ilpa(self.student.person, self.reference)), rows)
    }

    fn told(&self, what: &str, covers: bool) -> String {
        format!("{} {what} covers {}", if covers { "one" } else { "no" }, day(self.reference))
    }

    /// The student's plans of a module; `fails` says why one does not count.
    fn plans(&self, module: &str, fails: impl Fn(usize) -> Option<&'static str>) -> Vec<Finding> {
        let t = &self.lead.tables;
        let types = Index::of(t.plan_type.numbers("typeID").values());
        let of_type = t.plan.numbers("typeID").values();
        let is = |row: usize| {
            types.get(of_type[row]).is_some_and(|p| code::is(t.plan_type.texts("module").get(p), module))
        };
        let ids = t.plan.numbers("planID").values();
        let disability = t.plan.texts("disability1");
        let own = self.own(&t.plan).into_iter().filter(|&row| is(row));
        own.map(|row| {
            let disability = disability.get(row).map(|d| format!(", disability {d}")).unwrap_or_default();
            let what = format!("Plan {} ({}{disability})", ids[row], module.to_lowercase());
            self.dated(&t.plan, row, "startDate", "endDate", what, fails(row).map(str::to_owned))
        })
        .collect()
    }

    /// The student's rows of a table; `what` names one and says why it does not count.
    fn rows(
        &self,
        table: &Batch,
        start: &str,
        end: &str,
        what: impl Fn(usize) -> (String, Option<String>),
    ) -> Vec<Finding> {
        let told = self.own(table).into_iter().map(|row| {
            let (words, fails) = what(row);
            self.dated(table, row, start, end, words, fails)
        });
        told.collect()
    }

    fn own(&self, table: &Batch) -> Vec<usize> {
        let persons = table.numbers("personID").values();
        (0..table.rows()).filter(|&row| persons[row] == self.person).collect()
    }

    fn dated(
        &self,
        table: &Batch,
        row: usize,
        start: &str,
        end: &str,
        what: String,
        fails: Option<String>,
    ) -> Finding {
        let (start, end) = (table.numbers(start).get(row), table.numbers(end).get(row));
        let why = fails
            .or_else(|| misses(start, end, self.reference))
            .unwrap_or_else(|| format!("covers {}", day(self.reference)));
        Finding::reason(format!("{what}, {}: {why}", span(start, end)))
    }
}
