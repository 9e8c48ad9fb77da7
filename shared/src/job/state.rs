//! The state machine, in one place (batch-queue, section 2).
//!
//! | state | who moves a job on | what happens if nobody does |
//! | --- | --- | --- |
//! | scheduled | the scheduler, when `run_at` has come | it waits; any scheduler process that starts takes it up |
//! | queued | the relay admits it, a worker claims it | the reconciler hands it to the relay again |
//! | processing | the worker that holds the lease | the rescuer returns it to queued when the lease ran out |
//! | completed | nobody; a person may restart or delete it | retention removes its files when they expire |
//! | failed | a person, by Restart | it stays |
//! | canceled | a person, by Restart | it stays |

use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// `run_at` is in the future.
    Scheduled,
    /// It waits for a worker.
    Queued,
    /// A worker holds it.
    Processing,
    /// Its result is there.
    Completed,
    /// It did not work out.
    Failed,
    /// A person stopped it.
    Canceled,
}

impl State {
    /// All states.
    pub const ALL: [State; 6] = [
        State::Scheduled,
        State::Queued,
        State::Processing,
        State::Completed,
        State::Failed,
        State::Canceled,
    ];

    /// The word in the API and the database.
    pub fn word(self) -> &'static str {
        match self {
            State::Scheduled => "scheduled",
            State::Queued => "queued",
            State::Processing => "processing",
            State::Completed => "completed",
            State::Failed => "failed",
            State::Canceled => "canceled",
        }
    }

    /// The state of a word.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.word() == word)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            State::Scheduled => "Scheduled",
            State::Queued => "Queued",
            State::Processing => "Processing",
            State::Completed => "Completed",
            State::Failed => "Error",
            State::Canceled => "Canceled",
        }
    }

    /// No work is left.
    pub fn finished(self) -> bool {
        matches!(self, State::Completed | State::Failed | State::Canceled)
    }

    /// Whether the state allows an action; whose job it is and which rights are held is another question.
    pub fn allows(self, action: Action) -> bool {
        match action {
            Action::Cancel => !self.finished(),
            Action::Restart => self.finished(),
            Action::Edit | Action::Delete => true,
            Action::Download => self == State::Completed,
        }
    }

    /// Whether `run_at` may still be changed.
    pub fn reschedulable(self) -> bool {
        matches!(self, State::Scheduled | State::Queued)
    }

    /// Whether the machine has this arrow. A deleted job has none.
    pub fn leads_to(self, next: State) -> bool {
        use State::{Canceled, Completed, Failed, Processing, Queued, Scheduled};
        matches!(
            (self, next),
            (Scheduled, Queued | Canceled)
                | (Queued, Processing | Canceled | Scheduled)
                | (Processing, Completed | Failed | Canceled | Queued)
                | (Completed | Failed | Canceled, Queued)
        )
    }
}

/// What people may do with a job; the words of `allowed_actions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Stop it.
    Cancel,
    /// Change `run_at`, label, keep, or mark it submitted to the state.
    Edit,
    /// Run it again.
    Restart,
    /// Take it out of the queue, with its files.
    Delete,
    /// Get its files.
    Download,
}

impl Action {
    /// All actions, in the order of `allowed_actions`.
    pub const ALL: [Action; 5] =
        [Action::Cancel, Action::Restart, Action::Edit, Action::Delete, Action::Download];

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Action::Cancel => "cancel",
            Action::Edit => "edit",
            Action::Restart => "restart",
            Action::Delete => "delete",
            Action::Download => "download",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        assert!(State::ALL.iter().all(|s| State::parse(s.word()) == Some(*s)));
        assert_eq!(State::parse("Error"), None);
    }

    #[test]
    fn finished_states_are_left_only_by_restart() {
        for from in State::ALL {
            for to in State::ALL {
                if from.finished() {
                    assert_eq!(from.leads_to(to), to == State::Queued, "{from:?} to {to:?}");
                }
                assert!(from != to || !from.leads_to(to));
            }
        }
    }
}
