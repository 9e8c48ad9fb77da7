//! Submits, claims and finishes that come at the same moment share a statement. Nothing waits for company.

use std::future::Future;

use tokio::sync::{mpsc, oneshot};

/// Most items of one statement.
const MOST: usize = 256;

/// Hands items to a task that works them off in batches.
#[derive(Debug)]
pub struct Batcher<T, R> {
    send: mpsc::UnboundedSender<(T, oneshot::Sender<R>)>,
}

impl<T, R> Clone for Batcher<T, R> {
    fn clone(&self) -> Self {
        Batcher { send: self.send.clone() }
    }
}

impl<T: Send + 'static, R: Send + 'static> Batcher<T, R> {
    /// Starts the task; `work` answers each item of a batch, in order.
    pub fn start<F, W>(work: W) -> Batcher<T, R>
    where
        W: Fn(Vec<T>) -> F + Send + 'static,
        F: Future<Output = Vec<R>> + Send + 'static,
    {
        let (send, mut items) = mpsc::unbounded_channel::<(T, oneshot::Sender<R>)>();
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while items.recv_many(&mut batch, MOST).await > 0 {
                let (work_items, answers): (Vec<T>, Vec<oneshot::Sender<R>>) = batch.drain(..).unzip();
                for (answer, result) in answers.into_iter().zip(work(work_items).await) {
                    // Whoever asked may be gone.
                    let _gone = answer.send(result);
                }
            }
        });
        Batcher { send }
    }

    /// Works one item off; `None` when the task is gone.
    pub async fn ask(&self, item: T) -> Option<R> {
        let (answer, result) = oneshot::channel();
        self.send.send((item, answer)).ok()?;
        result.await.ok()
    }
}
