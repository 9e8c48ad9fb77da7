//! Publishing with confirms.
//!
//! A message is published when the broker has acknowledged it and has not returned it. The client library hands a
//! returned message to whichever confirm it resolves next, which need not be the returned message's own when several
//! are under way. So each message carries its place in the batch as its id, and returns are matched by that id; one
//! batch at a time uses the channel, and a channel with unanswered messages is never used again.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::link::Live;
use super::{ANSWER_WITHIN, topology};
use crate::broker::{Lane, Pointer, PublishError};

/// Messages under way at once.
const WINDOW: usize = 500;

/// Delivery mode of a message that is written to disk.
const PERSISTENT: u8 = 2;

type Answer = Result<(), PublishError>;

/// The one channel messages go out on.
#[derive(Default)]
pub(super) struct Publisher {
    channel: Mutex<Option<(Arc<Live>, Channel)>>,
}

impl Publisher {
    /// Publishes a batch; one answer for each message.
    pub(super) async fn publish(&self, live: &Arc<Live>, batch: &[(Lane, Pointer)]) -> Vec<Answer> {
        let mut channel = self.channel.lock().await;
        let mut answers = Vec::with_capacity(batch.len());
        for window in batch.chunks(WINDOW) {
            // Out of its place while in use: a batch that is dropped half-way leaves no channel behind.
            let current = match channel.take() {
                Some((of, channel)) if Arc::ptr_eq(&of, live) && channel.status().connected() => Ok(channel),
                _ => open(live).await,
            };
            let sent = match current {
                Ok(current) => send(live, &current, window).await.inspect(|_| {
                    *channel = Some((Arc::clone(live), current));
                }),
                Err(error) => Err(error),
            };
            match sent {
                Ok(some) => answers.extend(some),
                Err(error) => {
                    answers.resize(batch.len(), Err(error));
                    break;
                }
            }
        }
        answers
    }
}

async fn open(live: &Live) -> Result<Channel, PublishError> {
    let opened = live.call("opening a channel", async {
        let channel = live.connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    });
    tokio::select! {
        opened = opened => opened.map_err(|_| PublishError::Away),
        reason = blocked(live) => Err(PublishError::Blocked(reason)),
    }
}

/// Sends one window. An error stands for all of it: what was acknowledged up to then may have been returned as well.
async fn send(
    live: &Live,
    channel: &Channel,
    window: &[(Lane, Pointer)],
) -> Result<Vec<Answer>, PublishError> {
    tokio::select! {
        biased;
        reason = blocked(live) => Err(PublishError::Blocked(reason)),
        answers = timeout(ANSWER_WITHIN, confirmed(channel, window)) => match answers {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err(error)) => {
                tracing::debug!(%error, "A batch was not confirmed.");
                Err(PublishError::Away)
            }
            Err(_) => {
                live.give_up();
                Err(PublishError::TimedOut)
            }
        },
    }
}

async fn confirmed(channel: &Channel, window: &[(Lane, Pointer)]) -> lapin::Result<Vec<Answer>> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let mut confirms = FuturesUnordered::new();
    for (place, (lane, pointer)) in window.iter().enumerate() {
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type("application/json".into())
            .with_message_id(place.to_string().into());
        let queue = topology::queue(*lane).into();
        let confirm =
            channel.basic_publish("".into(), queue, options, &pointer.to_bytes(), properties).await?;
        confirms.push(async move { (place, confirm.await) });
    }
    let mut answers = vec![Err(PublishError::Nacked); window.len()];
    let mut returned = HashMap::new();
    while let Some((place, confirmation)) = confirms.next().await {
        let confirmation = confirmation?;
        if confirmation.is_ack() {
            answers[place] = Ok(());
        }
        if let Some(message) = confirmation.take_message() {
            let id = message.properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
            let text = message.reply_text.to_string();
            returned.insert(id.unwrap_or(place), PublishError::Returned { code: message.reply_code, text });
        }
    }
    for (place, error) in returned {
        if let Some(answer) = answers.get_mut(place) {
            *answer = Err(error);
        }
    }
    Ok(answers)
}

/// Ready while the broker takes no messages.
async fn blocked(live: &Live) -> String {
    let mut blocked = live.blocked.subscribe();
    loop {
        if let Some(reason) = blocked.borrow_and_update().0.clone() {
            return reason;
        }
        // The sender lives as long as the connection that is borrowed here.
        if blocked.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
