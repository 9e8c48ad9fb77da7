//! The rules that choose, merge or print, and so are not counted, beside the counted ones (kecs-lead, sections 3 to 8).

use super::POPULATION;
use super::staff;
use crate::kit::rules::Rule;

/// Beside P1 to P15: Detail, Classes and Issues.
#[rustfmt::skip]
pub const DETAIL: &[Rule] = &[
    Rule { section: "3", rule: "P13", counted: "", words: "of several enrollments: latest start; then no end before the latest end; then service type P; then the highest id" },
    Rule { section: "3", rule: "P16", counted: "", words: "a section without students stays, with one line" },
    Rule { section: "3", rule: "P17", counted: "", words: "not looked at: exclude of calendars, State Exclude of grade levels, enrollments and courses, non-instructional periods" },
    Rule { section: "3", rule: "Primary teacher", counted: "", words: "of the P rows of the staff history that cover the teacher day, else of all of them, the latest start, then the highest id" },
];

/// The counted rules of Staff: P1 to P6, P21 and P22.
pub const STAFF: &[Rule] = &{
    let mut rules = [POPULATION[0]; 8];
    let mut at = 1;
    while at < rules.len() {
        rules[at] = if at < 6 { POPULATION[at] } else { staff::RULES[at - 6] };
        at += 1;
    }
    rules
};

/// Beside them.
#[rustfmt::skip]
pub const STAFF_ALSO: &[Rule] = &[
    Rule { section: "4", rule: "P20", counted: "", words: "every pair of a school and an end year that a calendar left after P6 names; sections are not needed" },
    Rule { section: "4", rule: "P23", counted: "", words: "one line for each person, school, Type and Alt Type; a missing Type keeps its line" },
];

/// Beside P1 to P15: Caseload.
#[rustfmt::skip]
pub const CASELOAD: &[Rule] = &[
    Rule { section: "6", rule: "P30", counted: "", words: "Detail lines with a State ID, a disability on the enrollment and a case manager, who may be 0" },
    Rule { section: "6", rule: "P31", counted: "", words: "for each year, school and State ID the first line by order Q stays" },
    Rule { section: "6", rule: "P32", counted: "", words: "for each year, case manager and State ID the first line by order Q stays" },
    Rule { section: "6", rule: "P33", counted: "", words: "one line for each year and case manager" },
    ORDER_Q,
];

/// Beside P1 to P15: Schoolwide.
#[rustfmt::skip]
pub const SCHOOLWIDE: &[Rule] = &[
    Rule { section: "8", rule: "P40", counted: "", words: "Detail lines with a State ID" },
    Rule { section: "8", rule: "P41", counted: "", words: "for each year, school and State ID the first line by order Q stays" },
    Rule { section: "8", rule: "P42", counted: "", words: "one line for each year and school" },
    ORDER_Q,
];

/// Which line of a student counts where the student counts once.
#[rustfmt::skip]
pub const ORDER_Q: Rule =
    Rule { section: "5", rule: "Order Q", counted: "", words: "service type P, S, N, others; open or ended at the close of its structure; latest start; highest enrollment; latest section end; highest section" };
