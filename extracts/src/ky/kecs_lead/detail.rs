//! Detail: one line is one student in one section; a section without students is one line without a student.
//! Read beside kecs-lead, section 3.

use std::io;

use campus::snapshot::read::{Flags, Numbers, Texts};

use super::Lead;
use super::students::Student;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::format::{Heading, Lines};
use crate::kit::index::NONE;

/// D1 to D39.
#[rustfmt::skip]
pub const COLUMNS: &[Heading] = &[
    Heading { header: "Date Time Generated",           kind: Stamp },
    Heading { header: "End Year",                      kind: Int },
    Heading { header: "Section ID",                    kind: Id },
    Heading { header: "District Number",               kind: Num3 },
    Heading { header: "District Name",                 kind: Text },
    Heading { header: "School Number",                 kind: Num3 },
    Heading { header: "School Name",                   kind: Text },
    Heading { header: "State Classification",          kind: Code },
    Heading { header: "Calendar Name",                 kind: Text },
    Heading { header: "Schedule Structure Name",       kind: Text },
    Heading { header: "Course Number",                 kind: Text },
    Heading { header: "Course Name",                   kind: Text },
    Heading { header: "Section Number",                kind: Int },
    Heading { header: "Course Code",                   kind: Code },
    Heading { header: "Core Content",                  kind: Code },
    Heading { header: "Teaching Method",               kind: Code },
    Heading { header: "Instructional Setting",         kind: Code },
    Heading { header: "Section Special Type",          kind: Code },
    Heading { header: "KTSExchange",                   kind: Flag },
    Heading { header: "Responsive",                    kind: Flag },
    Heading { header: "Person ID",                     kind: Id },
    Heading { header: "Section Start Date",            kind: Date },
    Heading { header: "Section End Date",              kind: Date },
    Heading { header: "Student Person ID",             kind: Id },
    Heading { header: "State ID",                      kind: Text },
    Heading { header: "Student Last Name",             kind: Text },
    Heading { header: "Student First Name",            kind: Text },
    Heading { header: "Enrollment ID",                 kind: Id },
    Heading { header: "Service Type",                  kind: Code },
    Heading { header: "Enrollment Start Date",         kind: Date },
    Heading { header: "Enrollment End Date",           kind: Date },
    Heading { header: "Grade",                         kind: Code },
    Heading { header: "Race/Ethnicity",                kind: Code },
    Heading { header: "Primary Disability Section",    kind: Code },
    Heading { header: "Primary Disability Enrollment", kind: Code },
    Heading { header: "Case Manager PersonID",         kind: Id },
    Heading { header: "English Learner",               kind: Flag },
    Heading { header: "Gifted",                        kind: Flag },
    Heading { header: "Alternative Education ILPA",    kind: Flag },
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
