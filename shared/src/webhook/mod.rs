//! Webhooks: where they may lead, and what they carry (batch-queue, section 7). Calling them is the scheduler's.

pub mod address;
pub mod message;
mod place;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

use self::place::Place;
use crate::settings;

/// Longest time to look a name up.
const LOOK_UP: Duration = Duration::from_secs(5);
/// Longest address of a webhook, bytes.
const LONGEST: usize = 2000;

/// Why the settings of webhooks cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WrongSetting {
    /// An entry of `webhooks.allow`.
    #[error(
        "`{0}` is no place: write a host such as hooks.example.org, *.example.org, or an origin such as http://relay.example.org:8080"
    )]
    Place(String),
    /// An entry of `webhooks.networks`.
    #[error("`{0}` is no network such as 10.20.0.0/16")]
    Network(String),
}

impl WrongSetting {
    /// The setting.
    pub fn key(&self) -> &'static str {
        match self {
            WrongSetting::Place(_) => "webhooks.allow",
            WrongSetting::Network(_) => "webhooks.networks",
        }
    }
}

/// Why an address is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It cannot be read, or is none of http and https.
    #[error("The address of a webhook starts with https:// and a host.")]
    NotAnAddress,
    /// It is too long.
    #[error("The address of a webhook has at most {LONGEST} bytes.")]
    TooLong,
    /// It holds a user, a password or a fragment.
    #[error("The address of a webhook holds no user, no password and no fragment.")]
    Credentials,
    /// No entry of `webhooks.allow` names it.
    #[error("{0} is not in webhooks.allow; an operator adds it there.")]
    NotAllowed(String),
    /// It is, or its name stands for, an address that is not public.
    #[error("{0} is or leads to an address that is not public.")]
    Private(String),
    /// Its name stands for nothing.
    #[error("{0} has no address in the domain name system.")]
    Unknown(String),
}

/// Where webhooks may lead, as the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    places: Vec<Place>,
    networks: Vec<IpNet>,
}

impl Allowed {
    /// Reads the settings.
    ///
    /// # Errors
    /// When an entry is none.
    pub fn of(settings: &settings::Webhooks) -> Result<Allowed, WrongSetting> {
        Allowed::parse(&settings.allow, &settings.networks)
    }

    /// Reads both lists.
    ///
    /// # Errors
    /// When an entry is none.
    pub fn parse(places: &str, networks: &str) -> Result<Allowed, WrongSetting> {
        let split = |list: &str| -> Vec<String> {
            list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
        };
        let places = split(places)
            .into_iter()
            .map(|entry| Place::parse(&entry).ok_or(WrongSetting::Place(entry)))
            .collect::<Result<_, _>>()?;
        let networks = split(networks)
            .into_iter()
            .map(|entry| entry.parse().map_err(|_| WrongSetting::Network(entry)))
            .collect::<Result<_, _>>()?;
        Ok(Allowed { places, networks })
    }

    /// Reads the address of a webhook.
    ///
    /// # Errors
    /// When it is not one that may be called. What its name stands for is looked at by [`Allowed::resolve`].
    pub fn url(&self, text: &str) -> Result<Url, Refused> {
        if text.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let url = Url::parse(text).map_err(|_| Refused::NotAnAddress)?;
        let host = match (url.scheme(), url.host_str()) {
            ("http" | "https", Some(host)) if !host.is_empty() => host.to_owned(),
            _ => return Err(Refused::NotAnAddress),
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Refused::Credentials);
        }
        if !self.places.iter().any(|place| place.covers(&url)) {
            return Err(Refused::NotAllowed(url.origin().ascii_serialization()));
        }
        match url.host() {
            Some(Host::Ipv4(ip)) if !self.may_call(ip.into()) => Err(Refused::Private(host)),
            Some(Host::Ipv6(ip)) if !self.may_call(ip.into()) => Err(Refused::Private(host)),
            _ => Ok(url),
        }
    }

    /// Whether an address may be connected to: it is public, or in a network that the settings name.
    pub fn may_call(&self, ip: IpAddr) -> bool {
        address::is_public(ip) || self.networks.iter().any(|network| network.contains(&ip))
    }

    /// Resolves a name to the addresses that a call connects to, and to no others.
    ///
    /// # Errors
    /// When it stands for nothing, or one of its addresses may not be called.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Refused> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let unknown = || Refused::Unknown(host.to_owned());
        let looked = tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((bare, port))).await;
        let found: Vec<SocketAddr> = looked.ok().and_then(Result::ok).ok_or_else(unknown)?.collect();
        if found.is_empty() {
            return Err(unknown());
        }
        // A name that mixes both kinds is up to something, or will be misunderstood.
        if found.iter().any(|at| !self.may_call(at.ip())) {
            return Err(Refused::Private(host.to_owned()));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(places: &str, networks: &str) -> Allowed {
        Allowed::parse(places, networks).expect("good settings")
    }

    #[test]
    fn only_places_of_the_settings_may_be_called() {
        let some = allowed("hooks.example.org, *.example.com, http://relay.example.net:8080", "");
        for good in [
            "https://hooks.example.org/a?b=c",
            "https://HOOKS.example.org/",
            "https://a.example.com",
            "https://a.b.example.com/x",
            "http://relay.example.net:8080/x",
        ] {
            some.url(good).unwrap_or_else(|e| panic!("{good}: {e}"));
        }
        for bad in [
            "http://hooks.example.org/",
            "https://hooks.example.org:8443/",
            "https://example.com/",
            "https://evilexample.com/",
            "https://hooks.example.org.evil.net/",
            "https://relay.example.net:8080/",
            "http://relay.example.net/",
        ] {
            assert!(matches!(some.url(bad), Err(Refused::NotAllowed(_))), "{bad}");
        }
        assert!(matches!(allowed("", "").url("https://hooks.example.org/"), Err(Refused::NotAllowed(_))));
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        let some = allowed("hooks.example.org", "");
        for bad in ["", "hooks.example.org", "ftp://hooks.example.org/", "https://", "file:///etc/passwd"] {
            assert_eq!(some.url(bad), Err(Refused::NotAnAddress), "{bad}");
        }
        for bad in [
            "https://me:secret@hooks.example.org/",
            "https://me@hooks.example.org/",
            "https://hooks.example.org/#x",
        ] {
            assert_eq!(some.url(bad), Err(Refused::Credentials), "{bad}");
        }
        let long = format!("https://hooks.example.org/{}", "x".repeat(LONGEST));
        assert_eq!(some.url(&long), Err(Refused::TooLong));
    }

    #[test]
    fn an_address_in_numbers_is_refused_in_every_writing_unless_its_network_is_named() {
        let writings = ["http://127.0.0.1:80/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/"];
        for writing in writings {
            assert!(
                matches!(allowed("http://127.0.0.1", "").url(writing), Err(Refused::Private(_))),
                "{writing}"
            );
            assert!(allowed("http://127.0.0.1", "127.0.0.0/8").url(writing).is_ok(), "{writing}");
        }
        let six = "http://[::1]:9/";
        assert!(matches!(allowed(six, "").url(six), Err(Refused::Private(_))));
        assert!(allowed(six, "::1/128").url(six).is_ok());
        // Mapped is not the same as plain.
        let mapped = "http://[::ffff:127.0.0.1]:9/";
        assert!(matches!(allowed(mapped, "127.0.0.0/8").url(mapped), Err(Refused::Private(_))));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_refused_when_it_is_resolved() {
        let some = allowed("http://localhost:9", "");
        assert!(some.url("http://localhost:9/").is_ok(), "the name alone says nothing");
        assert_eq!(some.resolve("localhost", 9).await, Err(Refused::Private("localhost".to_owned())));
        let open = allowed("http://localhost:9", "127.0.0.0/8, ::1/128");
        assert!(!open.resolve("localhost", 9).await.expect("addresses").is_empty());
    }

    #[test]
    fn wrong_settings_are_named() {
        for (places, networks, key) in [
            ("a b", "", "webhooks.allow"),
            ("ftp://x", "", "webhooks.allow"),
            ("https://x/path", "", "webhooks.allow"),
            ("*", "", "webhooks.allow"),
            ("", "10.0.0.0/33", "webhooks.networks"),
        ] {
            let error = Allowed::parse(places, networks).expect_err("a wrong setting");
            assert_eq!(error.key(), key, "{places} {networks}");
        }
    }
}
