//! Who may ask: programs on this machine, and no page of another site.
//!
//! A server on loopback is reached by every browser on the machine. A page of another site can
//! post to it across sites, or have its own name resolve to 127.0.0.1 (DNS rebinding) and read
//! the answers too. The first sends an `Origin` of its own, the second a `Host` of its own.

use axum::http::{HeaderMap, Uri, header};

use super::problem::Problem;

/// Lets a request through whose `Host` is loopback, and whose `Origin`, if it has one, is too.
///
/// # Errors
/// [`Problem::HostNotLoopback`] or [`Problem::OriginNotLoopback`].
pub(super) fn admit(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    // A target with an authority overrides `Host` (RFC 9112, section 3.2.2); both must hold.
    let hosts = headers.get_all(header::HOST);
    let mut hosts = hosts.iter().map(|host| host.to_str().ok());
    let host = hosts.next().flatten();
    let one = host.is_some_and(is_loopback) && hosts.next().is_none();
    if !one || uri.authority().is_some_and(|authority| !is_loopback(authority.as_str())) {
        return Err(Problem::HostNotLoopback);
    }
    let local = headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().ok();
        let host = origin.and_then(|origin| {
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
        });
        host.is_some_and(is_loopback)
    });
    if local { Ok(()) } else { Err(Problem::OriginNotLoopback) }
}

/// Whether `host` or `host:port` names this machine by loopback.
fn is_loopback(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let is_loopback =
                address.parse::<std::net::Ipv6Addr>().is_ok_and(|address| address.is_loopback());
            return is_loopback && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_loopback = host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_loopback && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_what_looks_like_it() {
        for text in [
            "localhost",
            "LOCALHOST:8793",
            "127.0.0.1",
            "127.0.0.1:8793",
            "127.8.9.10:1",
            "[::1]",
            "[::1]:8793",
        ] {
            assert!(is_loopback(text), "{text}");
        }
        for text in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "127.0.0.1:80:80",
            "127.0.0.1:+80",
            "127.0.0.1@example.com",
            "0.0.0.0",
            "192.168.0.1",
            "[::]",
            "[::1",
            "[::1]x",
            "::1",
            "localhost.",
            "127.1",
            "2130706433",
            "user@localhost",
        ] {
            assert!(!is_loopback(text), "{text}");
        }
    }
}
