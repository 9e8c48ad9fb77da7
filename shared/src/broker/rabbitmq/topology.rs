//! The queues.
//!
//! A queue's arguments cannot be changed once it exists, so their version is part of its name: whoever changes a line
//! here raises [`VERSION`].

use lapin::BasicProperties;
use lapin::options::{BasicPublishOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};

use super::server::{Server, Version};
use crate::broker::{DELIVERY_LIMIT, Error, Lane};

/// Version of the arguments below.
const VERSION: u32 = 1;

/// Ready messages of a lane; beyond it the broker refuses. The relay admits far fewer.
const LONGEST: i64 = 100_000;

/// Takings of a dead letter that were not acknowledged, after which the broker may drop it. RabbitMQ 4 would say 20.
const DEAD_DELIVERY_LIMIT: i64 = 1_000_000;

/// One argument: its name, its value, and the first RabbitMQ that heeds it. Older ones accept and ignore it.
struct Argument(&'static str, Value, Version);

enum Value {
    Text(&'static str),
    /// The name of the queue of dead letters.
    DeadQueue,
    Number(i64),
}

const WORK: &[Argument] = &[
    Argument("x-queue-type", Value::Text("quorum"), Version(3, 8)),
    Argument("x-overflow", Value::Text("reject-publish"), Version(3, 8)),
    Argument("x-max-length", Value::Number(LONGEST), Version(3, 8)),
    Argument("x-delivery-limit", Value::Number(DELIVERY_LIMIT as i64), Version(3, 8)),
    // The default exchange: a routing key is a queue's name.
    Argument("x-dead-letter-exchange", Value::Text(""), Version(3, 8)),
    Argument("x-dead-letter-routing-key", Value::DeadQueue, Version(3, 8)),
    Argument("x-dead-letter-strategy", Value::Text("at-least-once"), Version(3, 10)),
];

const DEAD: &[Argument] = &[
    Argument("x-queue-type", Value::Text("quorum"), Version(3, 8)),
    Argument("x-overflow", Value::Text("reject-publish"), Version(3, 8)),
    Argument("x-max-length", Value::Number(LONGEST), Version(3, 8)),
    Argument("x-delivery-limit", Value::Number(DEAD_DELIVERY_LIMIT), Version(3, 8)),
];

/// Name of a lane's queue.
pub(super) fn queue(lane: Lane) -> String {
    format!("registrar.v{VERSION}.{}", lane.word())
}

/// Name of the queue of dead letters.
pub(super) fn dead_queue() -> String {
    format!("registrar.v{VERSION}.dead")
}

/// The lane of a queue.
pub(super) fn lane_of(name: &str) -> Option<Lane> {
    Lane::ALL.into_iter().find(|lane| queue(*lane) == name)
}

/// Declares all queues; those that exist stay as they are.
pub(super) async fn declare(channel: &lapin::Channel) -> lapin::Result<()> {
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    // First the queue the others name.
    channel.queue_declare(dead_queue().into(), options, table(DEAD)).await?;
    for lane in Lane::ALL {
        channel.queue_declare(queue(lane).into(), options, table(WORK)).await?;
    }
    Ok(())
}

/// Publishes a message that no queue takes. A broker in alarm tells only those who publish meanwhile; so also a process that
/// has nothing to publish knows how the broker is.
pub(super) async fn greet(channel: &lapin::Channel) -> lapin::Result<()> {
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let nobody = format!("registrar.v{VERSION}.nobody").into();
    channel.basic_publish("".into(), nobody, options, &[], properties).await.map(drop)
}

/// Refuses a server that would accept one of our arguments and ignore it.
pub(super) fn check(server: &Server) -> Result<(), Error> {
    check_arguments(server, WORK.iter().chain(DEAD))
}

fn check_arguments<'a>(server: &Server, arguments: impl Iterator<Item = &'a Argument>) -> Result<(), Error> {
    if server.product != "RabbitMQ" {
        return Err(Error::Refused(format!(
            "the broker calls itself {server}; Registrar needs RabbitMQ 3.10 or later"
        )));
    }
    for Argument(name, _, since) in arguments {
        if server.version < *since {
            return Err(Error::Refused(format!(
                "{server} ignores the queue argument {name} without saying so; it needs {since} or later"
            )));
        }
    }
    Ok(())
}

fn table(arguments: &[Argument]) -> FieldTable {
    let mut table = FieldTable::default();
    for Argument(name, value, _) in arguments {
        let value = match value {
            Value::Text(text) => AMQPValue::LongString((*text).into()),
            Value::DeadQueue => AMQPValue::LongString(dead_queue().into()),
            Value::Number(number) => AMQPValue::LongLongInt(*number),
        };
        table.insert((*name).into(), value);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rabbit(version: &str) -> Server {
        Server::named("RabbitMQ", version).unwrap()
    }

    #[test]
    fn queue_names_carry_the_version() {
        assert_eq!(queue(Lane::Interactive), "registrar.v1.interactive");
        assert_eq!(queue(Lane::Batch), "registrar.v1.batch");
        assert_eq!(dead_queue(), "registrar.v1.dead");
        assert_eq!(lane_of("registrar.v1.batch"), Some(Lane::Batch));
        assert_eq!(lane_of("registrar.v1.dead"), None);
    }

    #[test]
    fn servers_that_heed_all_arguments_are_taken() {
        for version in ["3.10.0", "3.13.7", "4.0.1", "4.2.0"] {
            check(&rabbit(version)).unwrap();
        }
    }

    #[test]
    fn a_server_that_would_ignore_one_is_refused_by_its_version() {
        let error = check(&rabbit("3.9.29")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "RabbitMQ 3.9.29 ignores the queue argument x-dead-letter-strategy without saying so; it needs 3.10 or later"
        );
        let later = [Argument("x-consumer-timeout", Value::Number(1), Version(3, 12))];
        assert!(check_arguments(&rabbit("3.10.8"), later.iter()).is_err());
        assert!(check_arguments(&rabbit("3.12.0"), later.iter()).is_ok());
    }

    #[test]
    fn another_product_is_refused_by_its_name() {
        let error = check(&Server::named("LavinMQ", "2.0.0").unwrap()).unwrap_err();
        assert!(error.to_string().contains("LavinMQ 2.0.0"));
    }
}
