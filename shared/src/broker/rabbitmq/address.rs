//! The broker's address.

use lapin::uri::{AMQPScheme, AMQPUri};

use super::CONNECT_WITHIN;
use crate::broker::Error;

/// Seconds between heartbeats when the address does not say otherwise. A silent peer is noticed after two.
const HEARTBEAT: u16 = 10;

/// Reads `amqp://user:password@host:port/vhost` or `amqps://…`. The virtual host is percent-encoded, `%2f` for `/`;
/// without a path it is `/`.
pub(super) fn parse(address: &str) -> Result<AMQPUri, Error> {
    // The library's words may repeat the address, and with it the password.
    let mut uri: AMQPUri = address.parse().map_err(|_| {
        Error::Address(
            "the broker's address is not of the form amqp://user:password@host:port/vhost (or amqps://)"
                .to_owned(),
        )
    })?;
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.connection_timeout.get_or_insert(CONNECT_WITHIN.as_millis() as u64);
    if uri.scheme == AMQPScheme::AMQPS {
        // Two providers are in the program; without a choice TLS would panic. An earlier choice stands.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_port_and_virtual_host_are_read() {
        let uri = parse("amqps://u:p@rabbit.example/%2fdistricts").unwrap();
        assert_eq!((uri.authority.host.as_str(), uri.authority.port), ("rabbit.example", 5671));
        assert_eq!(uri.vhost, "/districts");
        assert_eq!(parse("amqp://rabbit.example").unwrap().vhost, "/");
    }

    #[test]
    fn a_heartbeat_of_the_address_stands() {
        assert_eq!(parse("amqp://h").unwrap().query.heartbeat, Some(HEARTBEAT));
        assert_eq!(parse("amqp://h?heartbeat=60").unwrap().query.heartbeat, Some(60));
    }

    #[test]
    fn a_wrong_address_is_not_repeated() {
        let error = parse("http://user:secret@host/").unwrap_err();
        assert!(matches!(error, Error::Address(_)));
        assert!(!error.to_string().contains("secret"));
    }
}
