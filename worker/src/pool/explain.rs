//! Answers questions about jobs (api, "Calls"): beside the slots, one at a time, each in a child of its own that ends with
//! the answer. No word of a question or an answer is logged.

use std::time::Duration;

use shared::job::Job;
use shared::store::{Answer, PATIENCE, Question, Signal, woken};
use tokio::sync::{mpsc, watch};

use super::executor::{Bounds, Outcome, Seat, Spawner};
use super::job::{Ending, Tools, pinned};
use super::lease::Stop;
use crate::child::protocol::Task;

/// How often questions are looked for that no signal told of.
const LOOK: Duration = Duration::from_secs(2);

/// Answers until the worker drains.
pub(super) async fn answer(tools: Tools, spawner: Spawner, mut draining: watch::Receiver<bool>) {
    let mut asked = tools.signals.watch(Signal::Explain);
    while !*draining.borrow() {
        match tools.store.take_question().await {
            Ok(Some(question)) => {
                let answer = told(&tools, &spawner, &question).await;
                if let Err(error) = tools.store.answer(question.id, &answer).await {
                    tracing::warn!(%error, job = %question.job, "an explanation was not stored");
                }
                tools.signals.send(Signal::Explain);
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "questions were not looked for"),
        }
        tokio::select! {
            () = woken(&mut asked, LOOK) => {}
            _ = draining.changed() => {}
        }
    }
}

async fn told(tools: &Tools, spawner: &Spawner, question: &Question) -> Answer {
    let failed = |message: &str| Answer::Failed { message: message.to_owned() };
    let job = match tools.store.job(question.job).await {
        Ok(Some(job)) => job,
        Ok(None) => return failed("The job is gone."),
        Err(_) => return failed("The database was away."),
    };
    match explained(tools, spawner, &job, &question.subject).await {
        Ok(answer) => answer,
        Err(Ending::Failed(_, message)) => Answer::Failed { message },
        Err(Ending::Stopped(_)) => failed("The worker stopped."),
    }
}

/// Asks the engine in a child; the snapshot stays on the disk as long.
async fn explained(tools: &Tools, spawner: &Spawner, job: &Job, subject: &str) -> Result<Answer, Ending> {
    let pinned = pinned(tools, job).await?;
    let task = Task::Explain {
        extract: job.extract.clone(),
        request: job.request.clone(),
        snapshot: pinned.folder.clone(),
        state_edition: tools.settings.edition == "state",
        generated: job.generated_at.clone().unwrap_or_default(),
        subject: subject.to_owned(),
    };
    let bounds = Bounds { memory: tools.job_memory, silence: PATIENCE, run: PATIENCE };
    let (progress, _nobody) = mpsc::unbounded_channel();
    let (_never, mut stop) = watch::channel(Stop::No);
    let outcome = Seat::new(spawner.clone()).run(&task, bounds, &progress, &mut stop).await;
    match outcome {
        Outcome::Done(answer) => serde_json::from_value(answer).map_err(|_| {
            let message = "The explanation cannot be read.".to_owned();
            Ending::Failed(shared::job::FailureClass::Internal, message)
        }),
        Outcome::Failed(class, message) => Err(Ending::Failed(class, message)),
        Outcome::Stopped(why) => Err(Ending::Stopped(why)),
    }
}
