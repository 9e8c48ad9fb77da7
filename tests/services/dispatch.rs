//! The behavior of dispatch, the same on RabbitMQ and in process.

use std::time::Duration;

use shared::broker::{Broker, Depths, InProcess, Lane, Limits, Malformed, Pointer, PublishError, RabbitMq};
use uuid::Uuid;

use super::support::rabbitmq::VirtualHost;
use super::support::signals::{LONG, eventually, soon};

/// One test for each behavior and engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_rabbitmq {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let host = super::VirtualHost::create();
                let broker = super::RabbitMq::open(&host.address).await.unwrap();
                super::$name(&broker).await;
            })*
        }
        mod in_process {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::InProcess::default()).await;
            })*
        }
    };
}

on_both!(
    a_message_arrives_once_and_is_gone_when_acknowledged,
    a_lane_keeps_its_order_and_its_messages_to_itself,
    a_subscription_has_one_message_at_a_time,
    subscriptions_share_a_lane,
    a_dropped_delivery_comes_again,
    a_rejected_message_becomes_a_dead_letter,
    a_message_returned_too_often_becomes_a_dead_letter,
    a_dead_letter_stays_until_it_is_acknowledged,
    a_message_of_another_version_is_malformed_and_can_be_rejected,
    a_canceled_subscription_ends_and_its_delivery_can_still_be_settled,
    a_canceled_subscription_keeps_no_message,
    a_waiting_call_that_is_dropped_loses_nothing,
    depths_count_ready_messages_and_dead_letters,
    a_large_batch_is_answered_one_by_one_in_order,
    health_says_connected_and_which_server,
    a_closed_broker_says_so_and_ends_subscriptions,
);

pub fn pointer(number: u128) -> Pointer {
    Pointer::new(Uuid::from_u128(number), 1)
}

pub async fn publish(broker: &dyn Broker, lane: Lane, numbers: impl IntoIterator<Item = u128>) {
    let batch: Vec<_> = numbers.into_iter().map(|number| (lane, pointer(number))).collect();
    for answer in broker.publish(&batch).await {
        answer.unwrap();
    }
}

pub async fn depths(broker: &dyn Broker, expected: Depths) {
    eventually(&format!("{expected:?}"), LONG, async || {
        (broker.depths().await.ok()? == expected).then_some(())
    })
    .await;
}

async fn next(subscription: &mut dyn shared::broker::Subscription) -> shared::broker::Delivery {
    soon("a delivery", LONG, subscription.next()).await.expect("the subscription stands")
}

fn number(delivery: &shared::broker::Delivery) -> u128 {
    delivery.body.as_ref().unwrap().job.as_u128()
}

async fn a_message_arrives_once_and_is_gone_when_acknowledged(broker: &dyn Broker) {
    let mut sent = pointer(1);
    sent.dispatch = 41;
    sent.trace = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    assert_eq!(broker.publish(&[(Lane::Batch, sent.clone())]).await, [Ok(())]);
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let delivery = next(&mut *subscription).await;
    assert_eq!(delivery.body, Ok(sent));
    assert!(!delivery.redelivered);
    assert!(delivery.ack().await.unwrap());
    drop(subscription);
    depths(broker, Depths::default()).await;
}

async fn a_lane_keeps_its_order_and_its_messages_to_itself(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=5).await;
    publish(broker, Lane::Interactive, 10..=11).await;
    let mut batch = broker.subscribe(Lane::Batch).await.unwrap();
    for expected in 1..=5 {
        let delivery = next(&mut *batch).await;
        assert_eq!(number(&delivery), expected);
        delivery.ack().await.unwrap();
    }
    depths(broker, Depths { interactive: 2, ..Depths::default() }).await;
}

async fn a_subscription_has_one_message_at_a_time(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=2).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let first = next(&mut *subscription).await;
    // The second is ready in the queue, and stays there.
    depths(broker, Depths { batch: 1, ..Depths::default() }).await;
    assert!(tokio::time::timeout(Duration::from_millis(200), subscription.next()).await.is_err());
    first.ack().await.unwrap();
    assert_eq!(number(&next(&mut *subscription).await), 2);
}

async fn subscriptions_share_a_lane(broker: &dyn Broker) {
    let mut one = broker.subscribe(Lane::Batch).await.unwrap();
    let mut two = broker.subscribe(Lane::Batch).await.unwrap();
    publish(broker, Lane::Batch, 1..=2).await;
    let (one, two) = tokio::join!(next(&mut *one), next(&mut *two));
    let mut got = [number(&one), number(&two)];
    got.sort_unstable();
    assert_eq!(got, [1, 2]);
}

async fn a_dropped_delivery_comes_again(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=2).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let delivery = next(&mut *subscription).await;
    assert_eq!(number(&delivery), 1);
    drop(delivery);
    let delivery = next(&mut *subscription).await;
    assert_eq!(number(&delivery), 1, "it goes back to the front");
    assert!(delivery.redelivered);
}

async fn a_rejected_message_becomes_a_dead_letter(broker: &dyn Broker) {
    publish(broker, Lane::Interactive, [1]).await;
    let mut subscription = broker.subscribe(Lane::Interactive).await.unwrap();
    assert!(next(&mut *subscription).await.reject().await.unwrap());
    depths(broker, Depths { dead: 1, ..Depths::default() }).await;
    let letters = broker.take_dead(10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, Ok(pointer(1)));
    assert_eq!(letters[0].reason, "rejected");
    assert_eq!(letters[0].lane, Some(Lane::Interactive));
}

async fn a_message_returned_too_often_becomes_a_dead_letter(broker: &dyn Broker) {
    publish(broker, Lane::Batch, [1]).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    for _ in 0..=shared::broker::DELIVERY_LIMIT {
        drop(next(&mut *subscription).await);
    }
    depths(broker, Depths { dead: 1, ..Depths::default() }).await;
    let letters = broker.take_dead(1).await.unwrap();
    assert_eq!(letters[0].reason, "delivery_limit");
    assert_eq!(letters[0].lane, Some(Lane::Batch));
}

async fn a_dead_letter_stays_until_it_is_acknowledged(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=3).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    for _ in 1..=3 {
        next(&mut *subscription).await.reject().await.unwrap();
    }
    depths(broker, Depths { dead: 3, ..Depths::default() }).await;
    assert!(broker.take_dead(0).await.unwrap().is_empty());
    let mut letters = broker.take_dead(2).await.unwrap();
    assert_eq!(letters.len(), 2);
    assert!(letters.remove(0).ack().await.unwrap());
    drop(letters);
    depths(broker, Depths { dead: 2, ..Depths::default() }).await;
}

async fn a_message_of_another_version_is_malformed_and_can_be_rejected(broker: &dyn Broker) {
    let later = Pointer { version: 2, ..pointer(1) };
    assert_eq!(broker.publish(&[(Lane::Batch, later)]).await, [Ok(())]);
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let delivery = next(&mut *subscription).await;
    assert_eq!(delivery.body, Err(Malformed::UnknownVersion { version: 2 }));
    delivery.reject().await.unwrap();
    depths(broker, Depths { dead: 1, ..Depths::default() }).await;
}

async fn a_canceled_subscription_ends_and_its_delivery_can_still_be_settled(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=2).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let delivery = next(&mut *subscription).await;
    subscription.cancel().await.unwrap();
    subscription.cancel().await.unwrap();
    assert!(soon("the end", LONG, subscription.next()).await.is_none());
    drop(subscription);
    assert!(delivery.ack().await.unwrap());
    depths(broker, Depths { batch: 1, ..Depths::default() }).await;
}

async fn a_canceled_subscription_keeps_no_message(broker: &dyn Broker) {
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    publish(broker, Lane::Batch, [1]).await;
    subscription.cancel().await.unwrap();
    // Though the subscription itself still exists.
    depths(broker, Depths { batch: 1, ..Depths::default() }).await;
    drop(subscription);
}

async fn a_waiting_call_that_is_dropped_loses_nothing(broker: &dyn Broker) {
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(50), subscription.next()).await.is_err());
    publish(broker, Lane::Batch, [1]).await;
    assert_eq!(number(&next(&mut *subscription).await), 1);
}

async fn depths_count_ready_messages_and_dead_letters(broker: &dyn Broker) {
    depths(broker, Depths::default()).await;
    publish(broker, Lane::Batch, 1..=3).await;
    publish(broker, Lane::Interactive, [4]).await;
    depths(broker, Depths { interactive: 1, batch: 3, dead: 0 }).await;
}

async fn a_large_batch_is_answered_one_by_one_in_order(broker: &dyn Broker) {
    publish(broker, Lane::Batch, 1..=1_234).await;
    depths(broker, Depths { batch: 1_234, ..Depths::default() }).await;
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    for expected in 1..=20 {
        let delivery = next(&mut *subscription).await;
        assert_eq!(number(&delivery), expected);
        delivery.ack().await.unwrap();
    }
    assert!(broker.publish(&[]).await.is_empty());
}

async fn health_says_connected_and_which_server(broker: &dyn Broker) {
    let health = broker.health();
    assert!(health.ready());
    assert_eq!(health.failure, None);
    assert!(health.server.is_some());
    assert_eq!(*broker.reconnected().borrow(), 1);
}

async fn a_closed_broker_says_so_and_ends_subscriptions(broker: &dyn Broker) {
    let mut waiting = broker.subscribe(Lane::Batch).await.unwrap();
    let (end, ()) = tokio::join!(soon("the end", LONG, waiting.next()), broker.close());
    assert!(end.is_none());
    assert_eq!(broker.publish(&[(Lane::Batch, pointer(1))]).await, [Err(PublishError::Closed)]);
    assert!(matches!(broker.subscribe(Lane::Batch).await, Err(shared::broker::Error::Closed)));
    assert!(!broker.health().connected);
    broker.close().await;
}

#[tokio::test]
async fn in_process_a_full_lane_refuses_and_the_oldest_dead_letter_goes() {
    let broker = InProcess::new(Limits { lane: 2, dead: 1 });
    let batch: Vec<_> = (1..=3).map(|number| (Lane::Batch, pointer(number))).collect();
    assert_eq!(broker.publish(&batch).await, [Ok(()), Ok(()), Err(PublishError::Nacked)]);
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    next(&mut *subscription).await.reject().await.unwrap();
    next(&mut *subscription).await.reject().await.unwrap();
    let letters = broker.take_dead(10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, Ok(pointer(2)));
}
