//! The tables, a file for each group.

mod behavior;
mod courses;
mod enrollments;
mod people;
mod places;
mod programs;
mod rosters;
mod schedule;
mod staff;

use crate::bundle::Bundle;
use crate::{Error, State};

/// Writes every table.
pub fn write(bundle: &mut Bundle<'_>) -> Result<(), Error> {
    bundle.table("District", places::district)?;
    bundle.table("School", places::school)?;
    bundle.table("SchoolYear", places::school_year)?;
    bundle.table("Calendar", places::calendar)?;
    bundle.table("ScheduleStructure", places::structure)?;
    bundle.table("Trial", places::trial)?;
    bundle.table("TermSchedule", schedule::term_schedule)?;
    bundle.table("Term", schedule::term)?;
    bundle.table("PeriodSchedule", schedule::period_schedule)?;
    bundle.table("Period", schedule::period)?;
    bundle.table("Day", schedule::day)?;
    bundle.table("GradeLevel", schedule::grade_level)?;
    bundle.table("Course", courses::course)?;
    bundle.table("Section", courses::section)?;
    bundle.table("SectionPlacement", courses::placement)?;
    bundle.table("Roster", rosters::roster)?;
    bundle.table("SectionStaffHistory", staff::history)?;
    bundle.table("Person", people::person)?;
    bundle.table("Identity", people::identity)?;
    bundle.table("Enrollment", enrollments::enrollment)?;
    bundle.table("Employment", staff::employment)?;
    bundle.table("EmploymentAssignment", staff::assignment)?;
    bundle.table("PlanType", programs::plan_type)?;
    bundle.table("Plan", programs::plan)?;
    bundle.table("PlanState", programs::plan_state)?;
    bundle.table("TeamMember", programs::team_member)?;
    bundle.table("Lep", programs::lep)?;
    bundle.table("Gifted", programs::gifted)?;
    bundle.table("AdHocFilter", programs::filter)?;
    bundle.table("AdHocFilterPerson", programs::filter_person)?;
    if bundle.state == State::Ks { kansas(bundle) } else { Ok(()) }
}

/// The tables that only Kansas reports read.
fn kansas(bundle: &mut Bundle<'_>) -> Result<(), Error> {
    bundle.table("FosterCare", behavior::foster_care)?;
    bundle.table("Section504", behavior::section504)?;
    bundle.table("BehaviorIncident", behavior::incident)?;
    bundle.table("BehaviorEvent", behavior::event)?;
    bundle.table("BehaviorRole", behavior::role)?;
    bundle.table("BehaviorResolution", behavior::resolution)?;
    bundle.table("BehaviorWeapon", behavior::weapon)
}
