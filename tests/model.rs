//! A small model of claim, renew, take over, cancel and finish (docs/architecture.md, "The life of a job"), searched in
//! full. What must hold is checked in every state that two workers, a rescuer, a person and a careless broker can reach.
//! A variant without the fence must fail, or the model would prove nothing.

use stateright::{Checker, Model, Property};

const WORKERS: usize = 2;
const MOST_ATTEMPTS: u8 = 2;
const MOST_RESTARTS: u8 = 1;
/// Runs and dispatch numbers are bounded by attempts and restarts.
const MOST_MESSAGES: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    Queued,
    Processing,
    Completed,
    Failed,
    Canceled,
}

/// The job's row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    state: State,
    dispatch: u8,
    run: u8,
    attempt: u8,
    /// The lease has not run out by the database's clock.
    leased: bool,
    cancel: bool,
    /// Run whose files are offered.
    result: Option<u8>,
}

/// What a worker thinks it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Worker {
    Idle,
    Runs(u8),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    row: Row,
    /// Dispatch numbers on their way; the broker may deliver each any number of times.
    messages: Vec<u8>,
    workers: [Worker; WORKERS],
    last_run: u8,
    restarts: u8,
    /// Publications since the last restart.
    published: u8,
    /// A run that no longer held the job changed its row.
    stale_write: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// The broker delivers a message, perhaps again.
    Deliver(usize, u8),
    /// The broker loses what it holds.
    Wipe,
    /// The relay hands the waiting job out again under a new number.
    Readmit,
    Renew(usize),
    Finish(usize),
    /// The run ends without a result and asks for another attempt.
    Fail(usize),
    /// The run stops because it was asked to.
    Stop(usize),
    /// The worker's process dies.
    Die(usize),
    /// The lease runs out: its worker is dead, stopped or cut off.
    RunOut,
    Rescue,
    Cancel,
    Restart,
}

/// The protocol, or the same without its fence.
struct Protocol {
    fenced: bool,
}

impl Protocol {
    /// Whether a write of this run finds the row.
    fn finds(&self, row: &Row, run: u8) -> bool {
        row.state == State::Processing && (!self.fenced || row.run == run)
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let row = Row {
            state: State::Queued,
            dispatch: 1,
            run: 0,
            attempt: 0,
            leased: false,
            cancel: false,
            result: None,
        };
        vec![World {
            row,
            messages: vec![1],
            workers: [Worker::Idle; WORKERS],
            last_run: 0,
            restarts: 0,
            published: 0,
            stale_write: false,
        }]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        for worker in 0..WORKERS {
            match world.workers[worker] {
                Worker::Idle => steps.extend(world.messages.iter().map(|m| Step::Deliver(worker, *m))),
                Worker::Runs(_) => steps.extend([
                    Step::Renew(worker),
                    Step::Finish(worker),
                    Step::Fail(worker),
                    Step::Stop(worker),
                    Step::Die(worker),
                ]),
            }
        }
        steps.extend([Step::Wipe, Step::Readmit, Step::RunOut, Step::Rescue, Step::Cancel, Step::Restart]);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        let row = &mut next.row;
        let stale = |run: u8| world.row.run != run;
        match step {
            Step::Deliver(worker, dispatch) => {
                if row.state != State::Queued || row.dispatch != dispatch {
                    return None;
                }
                next.last_run += 1;
                row.run = next.last_run;
                row.attempt += 1;
                (row.state, row.leased) = (State::Processing, true);
                next.workers[worker] = Worker::Runs(row.run);
            }
            Step::Wipe => next.messages.clear(),
            Step::Readmit => {
                if row.state != State::Queued || next.messages.len() >= MOST_MESSAGES {
                    return None;
                }
                row.dispatch += 1;
                next.messages.push(row.dispatch);
            }
            Step::Renew(worker) => {
                let Worker::Runs(run) = next.workers[worker] else { return None };
                if self.finds(row, run) {
                    next.stale_write |= stale(run);
                    row.leased = true;
                } else {
                    next.workers[worker] = Worker::Idle;
                }
            }
            Step::Finish(worker) => {
                let Worker::Runs(run) = next.workers[worker] else { return None };
                next.workers[worker] = Worker::Idle;
                if self.finds(row, run) && !row.cancel {
                    next.stale_write |= stale(run);
                    (row.state, row.leased, row.result) = (State::Completed, false, Some(run));
                    next.published += 1;
                }
            }
            Step::Fail(worker) => {
                let Worker::Runs(run) = next.workers[worker] else { return None };
                next.workers[worker] = Worker::Idle;
                if self.finds(row, run) && !row.cancel {
                    next.stale_write |= stale(run);
                    again(row, &mut next.messages);
                }
            }
            Step::Stop(worker) => {
                let Worker::Runs(run) = next.workers[worker] else { return None };
                if !row.cancel {
                    return None;
                }
                next.workers[worker] = Worker::Idle;
                if self.finds(row, run) {
                    next.stale_write |= stale(run);
                    (row.state, row.leased) = (State::Canceled, false);
                }
            }
            Step::Die(worker) => next.workers[worker] = Worker::Idle,
            Step::RunOut => {
                if !row.leased {
                    return None;
                }
                row.leased = false;
            }
            Step::Rescue => {
                if row.state != State::Processing || row.leased {
                    return None;
                }
                if row.cancel {
                    row.state = State::Canceled;
                } else {
                    again(row, &mut next.messages);
                }
            }
            Step::Cancel => match row.state {
                State::Queued => row.state = State::Canceled,
                State::Processing if !row.cancel => row.cancel = true,
                _ => return None,
            },
            Step::Restart => {
                let ended = matches!(row.state, State::Completed | State::Failed | State::Canceled);
                if !ended || next.restarts >= MOST_RESTARTS {
                    return None;
                }
                next.restarts += 1;
                next.published = 0;
                (row.state, row.attempt, row.cancel, row.result, row.run) =
                    (State::Queued, 0, false, None, 0);
                row.dispatch += 1;
                next.messages.push(row.dispatch);
            }
        }
        next.messages.truncate(MOST_MESSAGES);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a result is published once", |_, w: &World| w.published <= 1),
            Property::always("a stale run never changes a row", |_, w: &World| !w.stale_write),
            Property::always("attempts are bounded", |_, w: &World| w.row.attempt <= MOST_ATTEMPTS),
            Property::always("only a completed job has a result", |_, w: &World| {
                w.row.result.is_some() == (w.row.state == State::Completed)
            }),
            Property::always("a lease belongs to a running job", |_, w: &World| {
                !w.row.leased || w.row.state == State::Processing
            }),
            Property::sometimes("a job completes after it was taken over", |_, w: &World| {
                w.row.state == State::Completed && w.row.attempt == 2
            }),
            Property::sometimes("a canceled job was running", |_, w: &World| {
                w.row.state == State::Canceled && w.row.run > 0
            }),
            Property::sometimes("a restarted job completes", |_, w: &World| {
                w.row.state == State::Completed && w.restarts == 1
            }),
        ]
    }
}

/// Another attempt, or the end when they are used up.
fn again(row: &mut Row, messages: &mut Vec<u8>) {
    row.leased = false;
    if row.attempt >= MOST_ATTEMPTS {
        row.state = State::Failed;
        return;
    }
    row.state = State::Queued;
    row.dispatch += 1;
    messages.push(row.dispatch);
}

/// Numbers stay small enough to search every state.
fn bounded(protocol: Protocol) -> impl Checker<Protocol> {
    protocol.checker().target_max_depth(14).spawn_bfs().join()
}

#[test]
fn the_protocol_holds_in_every_state() {
    let checker = bounded(Protocol { fenced: true });
    assert!(checker.unique_state_count() > 1_000, "only {} states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn without_the_fence_it_does_not() {
    let checker = bounded(Protocol { fenced: false });
    assert!(checker.discovery("a stale run never changes a row").is_some(), "the broken variant must fail");
}
