//! Taking dead letters.

use std::sync::Arc;

use lapin::options::BasicGetOptions;
use lapin::types::{AMQPValue, FieldTable};

use super::consume::Held;
use super::link::Live;
use super::topology;
use crate::broker::{DeadLetter, Error};

/// Takes up to `limit` letters.
pub(super) async fn take(live: &Arc<Live>, limit: usize) -> Result<Vec<DeadLetter>, Error> {
    let channel = live.call("opening a channel", live.connection.create_channel()).await?;
    let mut letters = Vec::new();
    while letters.len() < limit {
        let taken = channel.basic_get(topology::dead_queue().into(), BasicGetOptions::default());
        let Some(message) = live.call("taking a dead letter", taken).await? else { break };
        let delivery = message.delivery;
        let death = delivery.properties.headers().as_ref().and_then(last_death);
        let reason = death.and_then(|death| text(death, "reason")).unwrap_or_else(|| "unknown".to_owned());
        let lane = death.and_then(|death| text(death, "queue")).and_then(|queue| topology::lane_of(&queue));
        let held = Held::fetched(live, &channel, delivery.acker);
        letters.push(DeadLetter::new(&delivery.data, reason, lane, held));
    }
    Ok(letters)
}

/// The broker's account of the last death: the first entry of `x-death`.
fn last_death(headers: &FieldTable) -> Option<&FieldTable> {
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else { return None };
    match deaths.as_slice().first()? {
        AMQPValue::FieldTable(death) => Some(death),
        _ => None,
    }
}

fn text(table: &FieldTable, key: &str) -> Option<String> {
    match table.inner().get(key)? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}
