//! Who may ask: programs on this machine, and no page of another site.
//!
//! What stands behind these routes can be disturbed by them. A page of another site can post
//! across sites, or have its own name resolve to 127.0.0.1 (DNS rebinding): the first sends an
//! `Origin` of its own, the second a `Host` of its own. An image of it that is asked for here has
//! no `Origin`, but browsers say in `Sec-Fetch-Site` (Fetch Metadata, section 2.3) whose it is.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// Lets a request through whose `Host` is loopback, whose `Origin`, if it has one, is too, and
/// whose `Sec-Fetch-Site`, if it has one, tells of no other page.
pub async fn admit(request: Request, next: Next) -> Response {
    match refusal(request.uri(), request.headers()) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
    let refuse = |code, reason| Some(Problem::new(StatusCode::FORBIDDEN, code, reason));
    // A target with an authority overrides `Host` (RFC 9112, section 3.2.2); both must hold.
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let is_one = host.is_some_and(is_loopback) && hosts.next().is_none();
    if !is_one || uri.authority().is_some_and(|authority| !is_loopback(authority.as_str())) {
        let reason = "Host is not loopback: ask for the address that `cargo xtask up` printed";
        return refuse("host_not_loopback", reason);
    }
    let is_local = headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let scheme = |scheme| origin.strip_prefix(scheme);
        scheme("http://").or_else(|| scheme("https://")).is_some_and(is_loopback)
    });
    if !is_local {
        let reason = "Origin is not loopback: only pages of this machine may ask";
        return refuse("origin_not_loopback", reason);
    }
    // Another port of this machine is "same-site": any page may be served there.
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if sites.all(|site| site == "same-origin" || site == "none") {
        return None;
    }
    let reason = "Sec-Fetch-Site tells of another page: open the page that is served here";
    refuse("site_not_own", reason)
}

/// Whether `host` or `host:port` names this machine by loopback.
fn is_loopback(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else { return false };
    let host = authority.host();
    // Nothing else beside them: a name before an @ makes what follows look like what it is not.
    let whole =
        authority.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    if whole != text {
        return false;
    }
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_what_looks_like_it() {
        let loopback =
            ["localhost", "LOCALHOST:8791", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:8791"];
        for text in loopback {
            assert!(is_loopback(text), "{text}");
        }
        for text in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "127.0.0.1:80:80",
            "127.0.0.1@example.com",
            "user@localhost",
            "0.0.0.0",
            "192.168.0.1",
            "[::]",
            "[::1",
            "[::1]x",
            "localhost.",
            "localhost:",
            "127.1",
            "2130706433",
        ] {
            assert!(!is_loopback(text), "{text}");
        }
    }
}
