//! The sixteen issues: number, title, message and the columns each fills (kecs-lead, section 9).

/// One issue.
#[derive(Debug)]
pub struct Kind {
    /// Title of its heading.
    pub title: &'static str,
    /// I2.
    pub message: &'static str,
    /// Numbers of the columns it fills besides I1 to I3 and I15.
    pub filled: &'static [u8],
    /// It fills I15.
    pub value: bool,
}

const PERSON: &[u8] = &[4, 5, 6, 7, 8];
const SECTION: &[u8] = &[4, 5, 10, 11, 12, 13, 14];
const TAUGHT: &[u8] = &[4, 5, 6, 7, 8, 10, 11, 12, 13, 14];
const STUDENT: &[u8] = &[4, 5, 6, 7, 8, 9];

/// Issues 1 to 16, in order.
#[rustfmt::skip]
pub const ISSUES: [Kind; 16] = [
    Kind { title: "Primary teacher without district assignment", filled: PERSON, value: false,
        message: "Warning 1: These primary teachers have no active district assignment at this school in the school year." },
    Kind { title: "Staff without employee type", filled: PERSON, value: false,
        message: "Warning 2: These primary teachers have no employee type on their district assignment." },
    Kind { title: "Primary teacher without employment", filled: PERSON, value: true,
        message: "Warning 3: These primary teachers have no active district employment in the school year." },
    Kind { title: "Section without primary teacher", filled: SECTION, value: true,
        message: "Warning 4: These sections have no primary teacher." },
    Kind { title: "Teacher outside the staff history", filled: TAUGHT, value: true,
        message: "Warning 5: The staff history of these primary teachers does not cover the section's teacher day." },
    Kind { title: "EPSB ID missing", filled: PERSON, value: true,
        message: "Warning 6: These staff have an assignment type for certified staff and no EPSB ID." },
    Kind { title: "Core content missing", filled: TAUGHT, value: false,
        message: "Warning 7: The course code of these sections requires core content and none is given." },
    Kind { title: "Core content without a certificate", filled: TAUGHT, value: true,
        message: "Warning 8: The core content of these sections matches no certificate." },
    Kind { title: "More than 25 percent general population", filled: TAUGHT, value: true,
        message: "Warning 9: More than 25 percent of the students of these special education sections are general population." },
    Kind { title: "Case manager without staff record", filled: &[6, 7, 8], value: true,
        message: "Warning 10: These case managers have no active district employment and district assignment." },
    Kind { title: "Disability without case manager", filled: STUDENT, value: false,
        message: "Warning 11: These students have a primary disability and no case manager." },
    Kind { title: "Caseload without disability", filled: STUDENT, value: true,
        message: "Warning 12: These students have a case manager and no primary disability on the enrollment." },
    Kind { title: "School without a known classification", filled: &[4, 5], value: true,
        message: "Warning 13: These schools are left out because their State Classification is empty or unknown." },
    Kind { title: "Student without State ID", filled: STUDENT, value: false,
        message: "Warning 14: These students have no State ID and are not counted in Caseload and Schoolwide." },
    Kind { title: "Section with an undated term", filled: SECTION, value: true,
        message: "Warning 15: These sections are left out because a term has no start or end date." },
    Kind { title: "Code outside the lists", filled: STUDENT, value: true,
        message: "Warning 16: These students have a code that is counted in an Other column." },
];
