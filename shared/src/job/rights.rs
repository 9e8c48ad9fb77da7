//! Who may do what (batch-queue, section 4): rights R, W, A, D per tool, as Campus tool rights are.

use std::collections::{BTreeMap, BTreeSet};

use extracts::kit::choices::Choices;
use serde::{Deserialize, Serialize};

use super::Job;
use super::schedule::LEAD_REFRESH;
use super::state::{Action, State};

/// A right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Right {
    /// Read.
    R,
    /// Write.
    W,
    /// Add.
    A,
    /// Delete.
    D,
}

impl Right {
    /// All rights.
    pub const ALL: [Right; 4] = [Right::R, Right::W, Right::A, Right::D];

    fn parse(letter: char) -> Option<Right> {
        match letter {
            'R' => Some(Right::R),
            'W' => Some(Right::W),
            'A' => Some(Right::A),
            'D' => Some(Right::D),
            _ => None,
        }
    }
}

/// The tool of one's own jobs.
pub const BATCH_QUEUE: &str = "batch-queue";
/// The tool of everybody's jobs.
pub const BATCH_QUEUE_ADMIN: &str = "batch-queue-admin";
/// The tool of snapshots and bundles.
pub const SNAPSHOTS: &str = "snapshots";
/// The tool of schedules.
pub const SCHEDULES: &str = "schedules";
/// The tool of pause, resume and drain.
pub const OPERATIONS: &str = "operations";

/// Rights by tool. `*` stands for every tool but `batch-queue-admin` and `operations`; `**` for every tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights(BTreeMap<String, BTreeSet<Right>>);

/// Why rights cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a right: write `all`, letters of R, W, A, D such as `R,W`, or `tool:RWAD,tool:R`")]
pub struct WrongRights(String);

impl Rights {
    /// Reads `all`, `R,W`, or `tool:RWAD,tool:R`.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn parse(text: &str) -> Result<Rights, WrongRights> {
        let wrong = || WrongRights(text.to_owned());
        let letters = |letters: &str| -> Result<BTreeSet<Right>, WrongRights> {
            let rights: Option<BTreeSet<Right>> = letters.chars().map(Right::parse).collect();
            rights.filter(|r| !r.is_empty()).ok_or_else(wrong)
        };
        let mut rights = Rights::default();
        for part in text.split(',').map(str::trim) {
            match part.split_once(':') {
                None if part == "all" => {
                    rights.0.entry("**".to_owned()).or_default().extend(Right::ALL);
                }
                None => rights.0.entry("*".to_owned()).or_default().extend(letters(part)?),
                Some((tool, given)) if !tool.is_empty() => {
                    rights.0.entry(tool.to_owned()).or_default().extend(letters(given)?);
                }
                Some(_) => return Err(wrong()),
            }
        }
        Ok(rights)
    }

    /// Whether a right on a tool is held.
    pub fn has(&self, tool: &str, right: Right) -> bool {
        let of = |key: &str| self.0.get(key).is_some_and(|rights| rights.contains(&right));
        of(tool) || of("**") || (of("*") && tool != BATCH_QUEUE_ADMIN && tool != OPERATIONS)
    }

    /// Whether any right on a tool is held.
    pub fn any(&self, tool: &str) -> bool {
        Right::ALL.into_iter().any(|right| self.has(tool, right))
    }

    /// The rights as they were given, by tool.
    pub fn by_tool(&self) -> &BTreeMap<String, BTreeSet<Right>> {
        &self.0
    }
}

/// Somebody who calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Name that jobs show.
    pub name: String,
    /// Districts in scope.
    pub tenants: Vec<String>,
    /// Rights.
    pub rights: Rights,
    /// `School.schoolID`s in scope; empty is all of them.
    #[serde(default)]
    pub schools: Vec<i32>,
}

impl Caller {
    /// What two tokens of one person allow together.
    pub fn with(&self, other: &Caller) -> Caller {
        let mut rights = self.rights.clone();
        for (tool, more) in &other.rights.0 {
            rights.0.entry(tool.clone()).or_default().extend(more);
        }
        let all_schools = self.schools.is_empty() || other.schools.is_empty();
        let schools = if all_schools { Vec::new() } else { [&self.schools[..], &other.schools].concat() };
        Caller { name: self.name.clone(), tenants: self.tenants.clone(), rights, schools }
    }

    /// Whether a tenant is in scope. A job of another one answers as if it did not exist.
    pub fn covers(&self, tenant: &str) -> bool {
        self.tenants.iter().any(|t| t == tenant)
    }

    /// Whether all these schools are in scope.
    pub fn covers_schools(&self, schools: impl IntoIterator<Item = i32>) -> bool {
        self.schools.is_empty() || schools.into_iter().all(|school| self.schools.contains(&school))
    }

    /// Whether the schools of all these calendars are in scope.
    pub fn covers_calendars(&self, choices: &Choices, calendars: &[i32]) -> bool {
        let covered = choices.calendars.iter().filter(|c| calendars.contains(&c.id));
        self.covers_schools(covered.map(|c| c.school))
    }

    /// The tool whose rights count for a job: one's own or everybody's.
    pub fn tool_for(&self, job: &Job) -> &'static str {
        if job.submitter == self.name { BATCH_QUEUE } else { BATCH_QUEUE_ADMIN }
    }

    /// Whether a job can be seen: one's own with any right on its extract, others' with any right on batch-queue-admin.
    pub fn sees(&self, job: &Job) -> bool {
        self.covers(&job.tenant)
            && if job.submitter == self.name {
                self.rights.any(tool_of(&job.extract))
            } else {
                self.rights.any(BATCH_QUEUE_ADMIN)
            }
    }

    /// The right that an action on a job needs: tool and right.
    pub fn needs(&self, job: &Job, action: Action) -> (String, Right) {
        let tool = self.tool_for(job).to_owned();
        match action {
            Action::Cancel => (tool, Right::R),
            Action::Edit | Action::Restart => (tool, Right::W),
            Action::Delete => (tool, Right::D),
            Action::Download => (tool_of(&job.extract).to_owned(), Right::R),
        }
    }

    /// Whether the rights allow an action on a job that can be seen; the state is another question.
    pub fn may(&self, job: &Job, action: Action) -> bool {
        let (tool, right) = self.needs(job, action);
        self.sees(job) && self.rights.has(&tool, right)
    }

    /// `allowed_actions` of a job, from rights, state and ownership.
    pub fn allowed_actions(&self, job: &Job) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| self.may(job, *action) && offered(job, *action)).collect()
    }
}

/// Whether a job's state offers an action, rights aside.
pub fn offered(job: &Job, action: Action) -> bool {
    job.deleted_at.is_none()
        && job.state.allows(action)
        && match action {
            Action::Download => {
                job.offers_files() && job.result.as_ref().is_some_and(|r| !r.files.is_empty())
            }
            Action::Restart => job.extract != "import",
            _ => true,
        }
}

/// The tool whose rights a job of this extract needs.
pub fn tool_of(extract: &str) -> &str {
    if matches!(extract, "import" | LEAD_REFRESH) { SNAPSHOTS } else { extract }
}

/// The right that running a job of this extract needs on its tool: what changes snapshots needs A.
pub fn right_to_run(extract: &str) -> Right {
    if tool_of(extract) == SNAPSHOTS { Right::A } else { Right::R }
}

/// What a state allows, for the sentence of a 409.
pub fn allowed_by(state: State) -> Vec<&'static str> {
    Action::ALL.into_iter().filter(|a| state.allows(*a)).map(Action::word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_for_every_tool_but_two() {
        let rights = Rights::parse("R,W").expect("rights");
        assert!(rights.has("kecs-lead", Right::R) && rights.has(BATCH_QUEUE, Right::W));
        assert!(
            !rights.any(BATCH_QUEUE_ADMIN) && !rights.any(OPERATIONS) && !rights.has(BATCH_QUEUE, Right::D)
        );
        let all = Rights::parse("all").expect("rights");
        assert!(all.has(OPERATIONS, Right::W) && all.has(BATCH_QUEUE_ADMIN, Right::D));
    }

    #[test]
    fn tools_have_their_own_letters() {
        let rights = Rights::parse("kecs-lead:R,batch-queue-admin:RWD").expect("rights");
        assert!(rights.has("kecs-lead", Right::R) && !rights.has("kecs-lead", Right::W));
        assert!(rights.has(BATCH_QUEUE_ADMIN, Right::D) && !rights.any(BATCH_QUEUE));
        for wrong in ["", "X", "tool:", ":R", "R,,W", "RWX"] {
            assert_eq!(Rights::parse(wrong), Err(WrongRights(wrong.to_owned())), "{wrong}");
        }
    }
}
