//! What breaks between us and RabbitMQ, and what must hold then.

use std::time::Duration;

use shared::broker::{Broker, Depths, Error, Lane, Malformed, PublishError, RabbitMq};

use super::dispatch::{depths, pointer, publish};
use super::support::rabbitmq::{Private, VirtualHost};
use super::support::signals::{LONG, eventually, soon};

/// Publishes until the broker takes it, as the relay does.
async fn publish_eventually(broker: &RabbitMq, number: u128) {
    eventually("a confirmed message", LONG, async || {
        broker.publish(&[(Lane::Batch, pointer(number))]).await.pop().and_then(Result::ok)
    })
    .await;
}

/// Takes messages until the lane is empty and returns their numbers.
async fn drain(broker: &RabbitMq) -> Vec<u128> {
    let mut subscription =
        eventually("a subscription", LONG, async || broker.subscribe(Lane::Batch).await.ok()).await;
    let mut got = Vec::new();
    while let Ok(Some(delivery)) = tokio::time::timeout(Duration::from_secs(1), subscription.next()).await {
        got.push(delivery.body.as_ref().unwrap().job.as_u128());
        delivery.ack().await.unwrap();
    }
    got
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_and_a_kill_of_the_broker_lose_no_confirmed_message() {
    let mut server = tokio::task::spawn_blocking(Private::start).await.unwrap();
    let host = server.virtual_host();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    let mut generations = broker.reconnected();
    assert_eq!(*generations.borrow_and_update(), 1);
    publish(&broker, Lane::Batch, 1..=50).await;

    for kill in [false, true] {
        let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
        let held = soon("a delivery", LONG, subscription.next()).await.unwrap();
        server = tokio::task::spawn_blocking(move || {
            if kill {
                server.kill()
            } else {
                server.stop()
            }
            server
        })
        .await
        .unwrap();
        // The consumer hears of it, the publisher gets an answer, health says so.
        assert!(soon("the end of the subscription", LONG, subscription.next()).await.is_none());
        let refused = soon("an answer", LONG, broker.publish(&[(Lane::Batch, pointer(0))])).await;
        assert!(refused[0].is_err());
        eventually("health", LONG, async || (!broker.health().connected).then_some(())).await;
        assert!(broker.health().failure.is_some());
        // Acknowledged too late: it will come again.
        assert!(!matches!(held.ack().await, Ok(true)));

        server = tokio::task::spawn_blocking(move || {
            server.start_again();
            server
        })
        .await
        .unwrap();
        soon("a new connection", LONG, generations.changed()).await.unwrap();
        eventually("health", LONG, async || broker.health().ready().then_some(())).await;
    }
    assert!(*generations.borrow() >= 3);
    publish_eventually(&broker, 51).await;
    let mut got = drain(&broker).await;
    got.retain(|number| *number != 0);
    got.sort_unstable();
    got.dedup();
    assert_eq!(got, (1..=51).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_alarm_holds_messages_back_and_says_so() {
    let mut server = tokio::task::spawn_blocking(Private::start).await.unwrap();
    let host = server.virtual_host();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    server.memory_alarm(true);

    let answers = soon("an answer", LONG, broker.publish(&[(Lane::Batch, pointer(1))])).await;
    assert!(
        matches!(&answers[0], Err(PublishError::Blocked(reason)) if reason.contains("memory")),
        "{answers:?}"
    );
    let health = broker.health();
    assert!(health.connected && !health.ready());
    // Known now, so the next batch does not even try.
    let again = broker.publish(&[(Lane::Batch, pointer(2))]).await;
    assert!(matches!(&again[0], Err(PublishError::Blocked(_))));
    // Consumers go on.
    broker.subscribe(Lane::Interactive).await.unwrap();
    broker.depths().await.unwrap();

    server.memory_alarm(false);
    eventually("health", LONG, async || broker.health().ready().then_some(())).await;
    publish_eventually(&broker, 2).await;
    let got = drain(&broker).await;
    assert!(got.contains(&2));
    assert_eq!(*broker.reconnected().borrow(), 1, "an alarm is no reason to connect again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_queues_are_declared_again_and_the_relay_is_told() {
    let host = VirtualHost::create();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    let mut generations = broker.reconnected();
    generations.borrow_and_update();
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    for queue in ["registrar.v1.batch", "registrar.v1.interactive", "registrar.v1.dead"] {
        host.delete_queue(queue);
    }
    assert!(soon("the end of the subscription", LONG, subscription.next()).await.is_none());
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    soon("a new generation", LONG, generations.changed()).await.unwrap();
    publish(&broker, Lane::Batch, [1]).await;
    assert!(soon("a delivery", LONG, subscription.next()).await.is_some());
    depths(&broker, Depths { batch: 0, ..Depths::default() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unroutable_message_is_returned_and_only_that_one() {
    let host = VirtualHost::create();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    // Both lanes in turn, so that returns and confirms cross.
    let batch: Vec<_> = (0..200)
        .map(|number| (if number % 2 == 0 { Lane::Batch } else { Lane::Interactive }, pointer(number)))
        .collect();
    for _ in 0..3 {
        host.delete_queue("registrar.v1.interactive");
        let answers = broker.publish(&batch).await;
        for ((lane, _), answer) in batch.iter().zip(&answers) {
            match lane {
                Lane::Batch => assert_eq!(answer, &Ok(())),
                Lane::Interactive => {
                    assert!(matches!(answer, Err(PublishError::Returned { code: 312, .. })), "{answer:?}");
                }
            }
        }
        // Declared again by then.
        assert_eq!(broker.publish(&[(Lane::Interactive, pointer(1))]).await, [Ok(())]);
    }
    assert_eq!(*broker.reconnected().borrow(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_message_ends_as_a_dead_letter_with_its_reason() {
    let host = VirtualHost::create();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    host.put("registrar.v1.batch", "not a pointer");
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    let delivery = soon("a delivery", LONG, subscription.next()).await.unwrap();
    assert!(matches!(delivery.body, Err(Malformed::NotAPointer { .. })));
    delivery.reject().await.unwrap();
    depths(&broker, Depths { dead: 1, ..Depths::default() }).await;
    let mut letters = broker.take_dead(10).await.unwrap();
    let letter = letters.pop().unwrap();
    assert!(matches!(letter.body, Err(Malformed::NotAPointer { .. })));
    assert_eq!(letter.reason, "rejected");
    assert_eq!(letter.lane, Some(Lane::Batch));
    assert!(letter.ack().await.unwrap());
    depths(&broker, Depths::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicates_arrive_as_often_as_they_were_published() {
    let host = VirtualHost::create();
    let broker = RabbitMq::open(&host.address).await.unwrap();
    publish(&broker, Lane::Batch, [7; 10]).await;
    assert_eq!(drain(&broker).await, [7; 10]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_are_durable_quorum_queues_with_limits() {
    let host = VirtualHost::create();
    let _broker = RabbitMq::open(&host.address).await.unwrap();
    for name in ["registrar.v1.batch", "registrar.v1.interactive"] {
        let queue = host.queue(name);
        assert_eq!(queue["durable"], true);
        let arguments = &queue["arguments"];
        assert_eq!(arguments["x-queue-type"], "quorum");
        assert_eq!(arguments["x-delivery-limit"], 20);
        assert_eq!(arguments["x-dead-letter-strategy"], "at-least-once");
        assert_eq!(arguments["x-dead-letter-routing-key"], "registrar.v1.dead");
        assert_eq!(arguments["x-overflow"], "reject-publish");
        assert!(arguments["x-max-length"].as_u64().unwrap() > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_away_at_the_start_is_waited_for_and_a_refusal_is_not() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let broker = RabbitMq::open(&format!("amqp://guest:secret@{free}/x")).await.unwrap();
    assert_eq!(broker.publish(&[(Lane::Batch, pointer(1))]).await, [Err(PublishError::Away)]);
    let health = broker.health();
    assert!(!health.connected);
    assert!(!health.failure.unwrap().contains("secret"));
    broker.close().await;

    let host = VirtualHost::create();
    let missing = format!("{}-missing", host.address);
    let refused = RabbitMq::open(&missing).await.err().unwrap();
    assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
    let wrong = host.address.replace("guest:guest", "guest:wrong");
    let refused = RabbitMq::open(&wrong).await.err().unwrap();
    assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
    assert!(!refused.to_string().contains("wrong"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_goes_silent_is_given_up_and_made_again() {
    use super::support::proxy::{Mode, Proxy};
    let host = VirtualHost::create();
    let (account, rest) = host.address.split_once('@').unwrap();
    let (authority, path) = rest.split_once('/').unwrap();
    let proxy = Proxy::start(authority.parse().unwrap()).await;
    let broker = RabbitMq::open(&format!("{account}@{}/{path}", proxy.address)).await.unwrap();
    let mut subscription = broker.subscribe(Lane::Batch).await.unwrap();
    proxy.set(Mode::Hang);
    assert!(soon("the end of the subscription", LONG, subscription.next()).await.is_none());
    assert!(broker.publish(&[(Lane::Batch, pointer(1))]).await[0].is_err());
    proxy.set(Mode::Forward);
    eventually("health", LONG, async || broker.health().ready().then_some(())).await;
    publish_eventually(&broker, 1).await;
    assert!(drain(&broker).await.contains(&1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_to_a_server_without_it_is_a_failure_and_not_a_panic() {
    let host = VirtualHost::create();
    let broker = RabbitMq::open(&host.address.replace("amqp://", "amqps://")).await.unwrap();
    let health = broker.health();
    assert!(!health.connected);
    assert!(health.failure.is_some());
}
