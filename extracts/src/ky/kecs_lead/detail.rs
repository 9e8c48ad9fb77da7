//! Detail: one line is one student in one section; a section without students is one line without a student.
//! Read beside kecs-lead, section 3.

use std::io;

use campus::snapshot::read::{Flags, Numbers, Texts};

use super::Lead;
use super::students::Student;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;
use crate::kit::index::NONE;

/// D1 to D39.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    at("3", "Date Time Generated",           Stamp, "the time the report is made",  "When the report was made; the same on every line."),
    at("3", "End Year",                      Int,   "Calendar.endYear",             "School year of the section's calendar, by the year it ends in."),
    at("3", "Section ID",                    Id,    "Section.sectionID",            "The section's id."),
    at("3", "District Number",               Num3,  "District.number",              "The district's state number."),
    at("3", "District Name",                 Text,  "District.name",                "The district's name."),
    at("3", "School Number",                 Num3,  "School.number",                "State number of the school of the section's calendar."),
    at("3", "School Name",                   Text,  "School.name",                  "Name of that school."),
    at("3", "State Classification",          Code,  "School.stateClassification",   "Kind of that school in the state's list."),
    at("3", "Calendar Name",                 Text,  "Calendar.name",                "The calendar that the section's course is in."),
    at("3", "Schedule Structure Name",       Text,  "ScheduleStructure.name",       "The structure that the section's trial is of."),
    at("3", "Course Number",                 Text,  "Course.number",                "Number of the section's course."),
    at("3", "Course Name",                   Text,  "Course.name",                  "Name of the section's course."),
    at("3", "Section Number",                Int,   "Section.number",               "The section's number within its course."),
    at("3", "Course Code",                   Code,  "Course.stateCode",             "State code of the course."),
    at("3", "Core Content",                  Code,  "Section.coreContent",          "Content area that the teacher's certificate is held against."),
    at("3", "Teaching Method",               Code,  "Course.teachingMethod",        "How the course is taught."),
    at("3", "Instructional Setting",         Code,  "Section.instructionalSetting", "Where the section is taught, as stored."),
    at("3", "Section Special Type",          Code,  "Section.specialType",          "01 none, 02 alternative classroom, 05 special education; an empty value stays empty."),
    at("3", "KTSExchange",                   Flag,  "Course.ktsExchange",           "True where the course is marked for the exchange."),
    at("3", "Responsive",                    Flag,  "Course.responsive",            "True where the course is marked responsive."),
    at("3", "Person ID",                     Id,    "SectionStaffHistory.personID", "The primary teacher; empty without one. Of those that cover the teacher day the latest start counts, else the latest start of all."),
    at("3", "Section Start Date",            Date,  "Term.startDate, first day",    "First day of the section's earliest term."),
    at("3", "Section End Date",              Date,  "Term.endDate, last day",       "Last day of the section's latest term."),
    at("3", "Student Person ID",             Id,    "Roster.personID",              "The student; empty on the line of a section without students."),
    at("3", "State ID",                      Text,  "Person.stateID",               "The student's State ID."),
    at("3", "Student Last Name",             Text,  "Identity.lastName",            "The student's last name, not the legal one."),
    at("3", "Student First Name",            Text,  "Identity.firstName",           "The student's first name, not the legal one."),
    at("3", "Enrollment ID",                 Id,    "Enrollment.enrollmentID",      "The enrollment chosen for this section (P12, P13)."),
    at("3", "Service Type",                  Code,  "Enrollment.serviceType",       "Service type of that enrollment."),
    at("3", "Enrollment Start Date",         Date,  "Enrollment.startDate",         "Start of that enrollment."),
    at("3", "Enrollment End Date",           Date,  "Enrollment.endDate",           "End of that enrollment; empty while it is open."),
    at("3", "Grade",                         Code,  "GradeLevel.stateGrade",        "State grade of that enrollment; without a grade level the local grade."),
    at("3", "Race/Ethnicity",                Code,  "Identity.raceEthnicityFed",    "Federal race and ethnicity, 1 to 7."),
    at("3", "Primary Disability Section",    Code,  "Plan.disability1",             "Primary disability of the locked IEP in force on the reference day: the section's last day, or today while it runs."),
    at("3", "Primary Disability Enrollment", Code,  "Enrollment.disability1",       "Primary disability on the chosen enrollment."),
    at("3", "Case Manager PersonID",         Id,    "TeamMember.staffPersonID",     "Special education case manager of the reference day; 0 when there is a disability and nobody."),
    at("3", "English Learner",               Flag,  "Lep.programStatus",            "True when an EL or LEP record covers the reference day."),
    at("3", "Gifted",                        Flag,  "Gifted.category",              "True when a gifted record other than category 12 covers the reference day."),
    at("3", "Alternative Education ILPA",    Flag,  "PlanType.module ilpa",         "True when an ILPA, locked or not, covers the reference day."),
];

/// D1 to D23 of a section, by their numbers.
pub fn section_cells(lead: &Lead, place: u32) -> [Cell<'_>; FRONT] {
    SectionColumns::of(lead).cells(place)
}

/// The columns that D1 to D23 come from, found once for all sections.
pub struct SectionColumns<'a> {
    lead: &'a Lead,
    end_year: Numbers<'a>,
    section_id: Numbers<'a>,
    section_number: Numbers<'a>,
    school: [Texts<'a>; 3],
    calendar: Texts<'a>,
    structure: Texts<'a>,
    course: [Texts<'a>; 4],
    section: [Texts<'a>; 3],
    exchange: &'a Flags,
    responsive: &'a Flags,
}

impl<'a> SectionColumns<'a> {
    /// Finds them.
    pub fn of(lead: &'a Lead) -> SectionColumns<'a> {
        let t = &lead.tables;
        SectionColumns {
            lead,
            end_year: t.calendar.numbers("endYear"),
            section_id: t.section.numbers("sectionID"),
            section_number: t.section.numbers("number"),
            school: ["number", "name", "stateClassification"].map(|c| t.school.texts(c)),
            calendar: t.calendar.texts("name"),
            structure: t.structure.texts("name"),
            course: ["number", "name", "stateCode", "teachingMethod"].map(|c| t.course.texts(c)),
            section: ["coreContent", "instructionalSetting", "specialType"].map(|c| t.section.texts(c)),
            exchange: t.course.flags("ktsExchange"),
            responsive: t.course.flags("responsive"),
        }
    }

    /// D1 to D23 of a section, by their numbers.
    pub fn cells(&self, place: u32) -> [Cell<'a>; FRONT] {
        let lead = self.lead;
        let s = &lead.sections.list[place as usize];
        let (school, calendar, structure) = (s.school as usize, s.calendar as usize, s.structure as usize);
        let (course, row) = (s.course as usize, s.row as usize);
        let [school_number, school_name, classification] = self.school;
        let [course_number, course_name, code, method] = self.course;
        let [content, setting, special] = self.section;
        [
            Cell::Stamp(lead.generated.0, lead.generated.1),
            Cell::number(self.end_year.get(calendar)),
            Cell::number(self.section_id.get(row)),
            Cell::Text(&lead.choices.district.number),
            Cell::Text(&lead.choices.district.name),
            Cell::text(school_number.get(school)),
            Cell::text(school_name.get(school)),
            Cell::text(classification.get(school)),
            Cell::text(self.calendar.get(calendar)),
            Cell::text(self.structure.get(structure)),
            Cell::text(course_number.get(course)),
            Cell::text(course_name.get(course)),
            Cell::number(self.section_number.get(row)),
            Cell::text(code.get(course)),
            Cell::text(content.get(row)),
            Cell::text(method.get(course)),
            Cell::text(setting.get(row)),
            Cell::text(special.get(row)),
            Cell::Flag(self.exchange.value(course)),
            Cell::Flag(self.responsive.value(course)),
            Cell::number(lead.teachers[place as usize].map(|t| t.person)),
            Cell::Date(campus::date::Date(s.first)),
            Cell::Date(campus::date::Date(s.last)),
        ]
    }
}

/// The columns that D24 to D39 come from, found once for all lines.
#[derive(Debug)]
pub struct Students<'a> {
    lead: &'a Lead,
    person_id: Numbers<'a>,
    state_id: Texts<'a>,
    last_name: Texts<'a>,
    first_name: Texts<'a>,
    race: Texts<'a>,
    enrollment_id: Numbers<'a>,
    service_type: Texts<'a>,
    start: Numbers<'a>,
    end: Numbers<'a>,
    disability: Texts<'a>,
    plan_disability: Texts<'a>,
}

impl<'a> Students<'a> {
    /// Finds the columns.
    pub fn of(lead: &'a Lead) -> Students<'a> {
        let t = &lead.tables;
        Students {
            lead,
            person_id: t.person.numbers("personID"),
            state_id: t.person.texts("stateID"),
            last_name: t.identity.texts("lastName"),
            first_name: t.identity.texts("firstName"),
            race: t.identity.texts("raceEthnicityFed"),
            enrollment_id: t.enrollment.numbers("enrollmentID"),
            service_type: t.enrollment.texts("serviceType"),
            start: t.enrollment.numbers("startDate"),
            end: t.enrollment.numbers("endDate"),
            disability: t.enrollment.texts("disability1"),
            plan_disability: t.plan.texts("disability1"),
        }
    }

    /// D24 to D39 of a student in a section.
    pub fn cells(&self, student: Student, reference: i32) -> [Cell<'a>; 16] {
        let mut cells = [Cell::Empty; 16];
        cells[..10].copy_from_slice(&self.person_cells(student));
        cells[10..].copy_from_slice(&self.status_cells(student, reference));
        cells
    }

    /// D24 to D33 of a student with an enrollment.
    fn person_cells(&self, student: Student) -> [Cell<'a>; 10] {
        let (person, enrollment) = (student.person as usize, student.enrollment as usize);
        let identity = Some(self.lead.identity[person]).filter(|&i| i != NONE).map(|i| i as usize);
        let of_identity = |texts: Texts<'a>| Cell::text(identity.and_then(|i| texts.get(i)));
        let day = |days: Numbers<'a>| Cell::date(days.get(enrollment).map(campus::date::Date));
        [
            Cell::number(self.person_id.get(person)),
            Cell::text(self.state_id.get(person)),
            of_identity(self.last_name),
            of_identity(self.first_name),
            Cell::number(self.enrollment_id.get(enrollment)),
            Cell::text(self.service_type.get(enrollment)),
            day(self.start),
            day(self.end),
            Cell::Text(self.lead.grades.grade(&self.lead.tables, student.enrollment)),
            of_identity(self.race),
        ]
    }

    /// D34 to D39 of a student in a section; without any status they are the same on every day.
    fn status_cells(&self, student: Student, reference: i32) -> [Cell<'a>; 6] {
        let statuses = &self.lead.statuses;
        let in_section =
            statuses.iep(student.person, reference).and_then(|plan| self.plan_disability.get(plan));
        let on_enrollment = self.disability.get(student.enrollment as usize);
        let disabled = in_section.is_some() || on_enrollment.is_some();
        let manager = statuses.case_manager(student.person, reference).or(disabled.then_some(0));
        [
            Cell::text(in_section),
            Cell::text(on_enrollment),
            Cell::number(manager),
            Cell::Flag(statuses.english_learner(student.person, reference)),
            Cell::Flag(statuses.gifted(student.person, reference)),
            Cell::Flag(statuses.ilpa(student.person, reference)),
        ]
    }
}

/// Number of D1 to D23.
const FRONT: usize = 23;

/// How many lines there are: one for each student of a section, one for a section without students.
pub fn rows(lead: &Lead) -> u64 {
    lead.order.iter().map(|&place| lead.seats.of_section(place as usize).len().max(1) as u64).sum()
}

/// Writes the lines and returns how many.
pub fn write(lead: &Lead, out: &mut dyn Lines) -> io::Result<u64> {
    let ranks = student_ranks(lead);
    let sections = SectionColumns::of(lead);
    let columns = Students::of(lead);
    let mut printed = out.keeps().then(|| Printed::of(lead));
    let mut students: Vec<Student> = Vec::new();
    let mut lines = 0;
    for &place in &lead.order {
        let reference = lead.sections.list[place as usize].reference(lead.today);
        let front = sections.cells(place);
        students.clear();
        students.extend_from_slice(lead.seats.of_section(place as usize));
        students.sort_unstable_by_key(|s| ranks[s.person as usize]);
        lines += students.len().max(1) as u64;
        match &mut printed {
            _ if students.is_empty() => {
                out.cells(&front)?;
                out.cells(&[Cell::Empty; 16])?;
                out.end_line()?;
            }
            Some(printed) => {
                printed.section(&front, out)?;
                for &student in &students {
                    printed.line(&columns, student, reference, out)?;
                }
            }
            None => {
                for &student in &students {
                    out.cells(&front)?;
                    out.cells(&columns.cells(student, reference))?;
                    out.end_line()?;
                }
            }
        }
    }
    Ok(lines)
}

/// What many lines share, printed once: D1 to D23 of a section, D24 to D33 of an enrollment and D34 to D39 of a
/// student without any status. Half of the time of all six reports went into printing the same again.
struct Printed {
    front: Vec<u8>,
    /// By enrollment: where its cells are in `bytes`; D34 to D39 begin at the second place.
    students: Vec<(u32, u32, u32)>,
    bytes: Vec<u8>,
}

impl Printed {
    fn of(lead: &Lead) -> Printed {
        let students = vec![(0, 0, 0); lead.tables.enrollment.rows()];
        Printed { front: Vec::new(), students, bytes: Vec::new() }
    }

    fn section(&mut self, front: &[Cell<'_>; FRONT], out: &mut dyn Lines) -> io::Result<()> {
        self.front.clear();
        out.keep(0, front, &mut self.front)
    }

    fn line(
        &mut self,
        columns: &Students<'_>,
        student: Student,
        reference: i32,
        out: &mut dyn Lines,
    ) -> io::Result<()> {
        let (mut start, mut middle, mut end) = self.students[student.enrollment as usize];
        if end == 0 {
            // Places are 32 bits: beyond 4 GiB of students, which no district has, the texts begin anew.
            if self.bytes.len() > (u32::MAX / 2) as usize {
                self.bytes.clear();
                self.students.fill((0, 0, 0));
            }
            start = self.bytes.len() as u32;
            out.keep(FRONT, &columns.person_cells(student), &mut self.bytes)?;
            middle = self.bytes.len() as u32;
            out.keep(FRONT + 10, &columns.status_cells(student, reference), &mut self.bytes)?;
            end = self.bytes.len() as u32;
            self.students[student.enrollment as usize] = (start, middle, end);
        }
        out.again(&self.front, FRONT)?;
        if columns.lead.statuses.has_any(student.person) {
            out.again(&self.bytes[start as usize..middle as usize], 10)?;
            out.cells(&columns.status_cells(student, reference))?;
        } else {
            out.again(&self.bytes[start as usize..end as usize], 16)?;
        }
        out.end_line()
    }
}

/// D26, D27, D25, D24: the order of students, by row of Person.
fn student_ranks(lead: &Lead) -> Vec<u32> {
    let t = &lead.tables;
    let persons = t.person.rows();
    let name = |column: &str| {
        let texts = t.identity.texts(column);
        code::ranks(lead.identity.iter().map(|&i| (i != NONE).then(|| texts.get(i as usize)).flatten()))
    };
    let (last, first) = (name("lastName"), name("firstName"));
    let state_id = code::ranks((0..persons).map(|p| t.person.texts("stateID").get(p)));
    let ids = t.person.numbers("personID").values();
    let mut order: Vec<u32> = (0..persons as u32).collect();
    order.sort_unstable_by_key(|&p| {
        let p = p as usize;
        (last[p], first[p], state_id[p], ids[p])
    });
    let mut ranks = vec![0; persons];
    for (rank, person) in order.into_iter().enumerate() {
        ranks[person as usize] = rank as u32;
    }
    ranks
}
