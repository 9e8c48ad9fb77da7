//! Which server it is.
//!
//! A server says so in its first frame, which the client library does not pass on. So a short connection of our own
//! reads that frame and hangs up.

use std::fmt;
use std::io;

use futures::io::{AsyncReadExt, AsyncWriteExt};
use lapin::tcp::{AMQPUriTcpExt, TLSConfig};
use lapin::uri::AMQPUri;

/// First two numbers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub u32, pub u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub product: String,
    pub version: Version,
    full_version: String,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.full_version)
    }
}

/// Longest first frame that is read.
const LONGEST: usize = 64 * 1024;

impl Server {
    /// Asks the server. The caller sets the time-out.
    pub(super) async fn ask(uri: &AMQPUri) -> io::Result<Server> {
        let runtime = lapin::runtime::default_runtime().map_err(io::Error::other)?;
        let mut stream = uri.connect_with_config_async(TLSConfig::default(), &runtime).await?;
        stream.write_all(b"AMQP\x00\x00\x09\x01").await?;
        stream.flush().await?;
        // Type, channel, length.
        let mut head = [0; 7];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([head[3], head[4], head[5], head[6]]) as usize;
        if head[0] != 1 || length > LONGEST {
            return Err(not_amqp());
        }
        let mut frame = vec![0; length];
        stream.read_exact(&mut frame).await?;
        Server::from_start(&frame).ok_or_else(not_amqp)
    }

    /// A server of this name; `None` when the version has no two numbers.
    pub(super) fn named(product: &str, version: &str) -> Option<Server> {
        let mut numbers = version.split(['.', '-', '+']).map(str::parse);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
        Some(Server {
            product: product.to_owned(),
            version: Version(major, minor),
            full_version: version.to_owned(),
        })
    }

    /// Reads `connection.start`: class 10, method 10, protocol 0.9, then the table of properties.
    fn from_start(frame: &[u8]) -> Option<Server> {
        let rest = frame.strip_prefix(&[0, 10, 0, 10, 0, 9])?;
        let (mut table, _) = long(rest)?;
        let (mut product, mut version) = (None, None);
        while let Some((&length, rest)) = table.split_first() {
            let (key, rest) = rest.split_at_checked(usize::from(length))?;
            let (&kind, rest) = rest.split_first()?;
            table = match kind {
                b'S' => {
                    let (text, rest) = long(rest)?;
                    match key {
                        b"product" => product = std::str::from_utf8(text).ok(),
                        b"version" => version = std::str::from_utf8(text).ok(),
                        _ => {}
                    }
                    rest
                }
                b'F' | b'A' | b'x' => long(rest)?.1,
                b't' | b'b' | b'B' => rest.get(1..)?,
                b'I' | b'i' | b'f' => rest.get(4..)?,
                b'l' | b'L' | b'd' | b'T' => rest.get(8..)?,
                b'V' => rest,
                _ => return None,
            };
        }
        Server::named(product?, version?)
    }
}

/// A run of bytes after its length in four bytes, and what follows it.
fn long(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

fn not_amqp() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the server does not speak AMQP 0-9-1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(fields: &[u8]) -> Vec<u8> {
        let mut frame = vec![0, 10, 0, 10, 0, 9];
        frame.extend((fields.len() as u32).to_be_bytes());
        frame.extend(fields);
        frame.extend(b"\0\0\0\x05PLAIN\0\0\0\x05en_US");
        frame
    }

    #[test]
    fn product_and_version_are_found_among_other_properties() {
        let fields = b"\x0ccapabilitiesF\0\0\0\x06\x04nackt\x01\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8";
        let server = Server::from_start(&start(&fields[..])).unwrap();
        assert_eq!(server.to_string(), "RabbitMQ 3.10.8");
        assert_eq!(server.version, Version(3, 10));
    }

    #[test]
    fn a_torn_or_foreign_frame_is_no_server() {
        let fields = b"\x07productS\0\0\0\xffRabbitMQ";
        assert_eq!(Server::from_start(&start(fields)), None);
        assert_eq!(Server::from_start(b"HTTP/1.1 400"), None);
        assert_eq!(Server::from_start(b""), None);
    }

    #[test]
    fn versions_compare_by_number() {
        let version = |text| Server::named("RabbitMQ", text).unwrap().version;
        assert!(version("3.9.1") < version("3.10.0"));
        assert!(version("3.13.0") < version("4.0.0-rc.1"));
        assert_eq!(Server::named("RabbitMQ", "unknown"), None);
    }
}
