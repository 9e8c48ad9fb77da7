//! One entry of `webhooks.allow`.

use url::{Host, Url};

/// A place that webhooks may lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// https to one host on its usual port.
    Host(String),
    /// https to every name below this one, which begins with a dot, on the usual port.
    Below(String),
    /// Scheme, host and port as named.
    Origin(String, String, u16),
}

impl Place {
    /// Reads an entry.
    pub(super) fn parse(entry: &str) -> Option<Place> {
        if entry.contains("://") {
            let url = Url::parse(entry).ok()?;
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            if !matches!(url.scheme(), "http" | "https") || !bare || !url.username().is_empty() {
                return None;
            }
            let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
            return Some(Place::Origin(url.scheme().to_owned(), host, url.port_or_known_default()?));
        }
        let (below, name) = match entry.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, entry),
        };
        let host = Host::parse(name).ok().filter(|_| !name.contains(['*', ':', '/']))?.to_string();
        Some(if below { Place::Below(format!(".{host}")) } else { Place::Host(host) })
    }

    /// Whether an address leads there.
    pub(super) fn covers(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        match self {
            Place::Host(name) => url.scheme() == "https" && port == 443 && host == name,
            Place::Below(end) => {
                url.scheme() == "https"
                    && port == 443
                    && host.len() > end.len()
                    && host.ends_with(end.as_str())
            }
            Place::Origin(scheme, name, number) => url.scheme() == scheme && host == name && port == *number,
        }
    }
}
