//! Reads all tables, the largest first, on as many threads as help.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::scan::{Outcome, scan};
use super::write::Sink;
use super::{Error, Options, Progress};
use crate::tables::TABLES;

/// One table is more than half of a bundle: more threads than this wait for it.
const THREADS: usize = 4;

/// What a thread tells.
enum Told {
    Progress(Progress),
    Read(usize, Box<Result<Outcome, Error>>),
}

/// Reads the tables into a folder; they come back in declared order.
pub fn read(
    files: &HashMap<&'static str, PathBuf>,
    options: &Options,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Outcome>, Error> {
    let bytes = |table: &str| files.get(table).and_then(|f| f.metadata().ok()).map_or(0, |m| m.len());
    let mut order: Vec<usize> = (0..TABLES.len()).collect();
    order.sort_by_cached_key(|i| std::cmp::Reverse(bytes(TABLES[*i].name)));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let next = AtomicUsize::new(0);
    let (tell, told) = mpsc::channel();
    let mut read: Vec<Option<Result<Outcome, Error>>> = TABLES.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (tell, next, order) = (tell.clone(), &next, &order);
            // Whoever receives waits for all threads: a message is never refused.
            let say = move |told| drop(tell.send(told));
            scope.spawn(move || {
                while let Some(&place) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let table = &TABLES[place];
                    let done = Sink::create(table, folder, bytes).and_then(|sink| {
                        let file = files.get(table.name);
                        scan(table, file, sink, options, &mut |step| say(Told::Progress(step)))
                    });
                    if done.is_err() {
                        next.store(order.len(), Ordering::Relaxed);
                    }
                    say(Told::Read(place, Box::new(done)));
                }
            });
        }
        drop(tell);
        for message in told {
            match message {
                Told::Progress(step) => progress(step),
                Told::Read(place, done) => read[place] = Some(*done),
            }
        }
    });
    // A table that was not begun is missing only where another one failed.
    read.into_iter().flatten().collect()
}
