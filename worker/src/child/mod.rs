//! The executor: a child process that runs one task after another and nothing beside it.
//!
//! It has no credentials, an empty environment, local paths only, and a limit on its memory. It ends when its standard
//! input closes, so it never outlives its worker.

mod probe;
pub mod protocol;
mod run;

use std::io::{BufRead, Write, stdin, stdout};
use std::sync::mpsc;

use rustix::process::{Resource, Rlimit, Signal};

use self::protocol::{Task, Word};

/// The child's main function. `memory` is its most data in bytes, 0 for no limit.
pub fn serve(memory: u64) {
    // A child whose worker died before this line ends by its closed input instead.
    let _unsupported = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    if memory > 0 {
        let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
        let _refused = rustix::process::setrlimit(Resource::Data, limit);
    }
    // The words of a panic may hold data; the place does not.
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            eprintln!("the executor stopped at {}:{}", place.file(), place.line());
        }
    }));
    let (send, tasks) = mpsc::channel::<Task>();
    std::thread::spawn(move || {
        for line in stdin().lock().lines() {
            let task = line.ok().and_then(|line| serde_json::from_str(&line).ok());
            if task.is_none_or(|task| send.send(task).is_err()) {
                break;
            }
        }
        // Also in the middle of a task: nobody waits for it any more.
        std::process::exit(0);
    });
    for task in tasks {
        let word = match run::run(task, &mut say) {
            Ok(summary) => Word::Done { summary },
            Err((class, message)) => Word::Failed { class, message },
        };
        say(&word);
    }
}

/// Writes one line for the worker.
fn say(word: &Word) {
    let Ok(mut line) = serde_json::to_vec(word) else { return };
    line.push(b'\n');
    let mut out = stdout().lock();
    // A worker that is gone needs no word.
    let _gone = out.write_all(&line).and_then(|()| out.flush());
}
