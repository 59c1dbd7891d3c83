//! Parses the address to listen on, and reports invalid ones.

use std::io::{self, ErrorKind};
use std::net::IpAddr;

use anyhow::anyhow;
use tokio::net::TcpListener;

use crate::system;

/// Reads `8080`, `:8080` and `HOST:PORT`; a port alone is one of this machine, which others do not reach.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let (host, port) = match text.rsplit_once(':') {
        Some(("", port)) => ("127.0.0.1", port),
        Some((host, port)) => (host, port),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => ("127.0.0.1", text),
        None => return Err("it has no port; write it as 127.0.0.1:8080".to_owned()),
    };
    if host.contains("//") {
        return Err("it is a URL; write the host and the port alone, as 127.0.0.1:8080".to_owned());
    }
    let is_bare_v6 = host.contains(':') && host.parse::<IpAddr>().is_ok();
    if is_bare_v6 || host.contains(':') && !host.starts_with('[') {
        return Err("an IPv6 address is in brackets before the port: [::1]:8080".to_owned());
    }
    if port.parse::<u16>().is_err() {
        return Err(format!(
            "`{port}` is not a port, which is a number up to 65535"
        ));
    }
    Ok(format!("{host}:{port}"))
}

/// Listens there.
pub(super) async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| anyhow!("cannot listen on {address}: {}", reason(&error)))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "another program listens there\nEnd it, or let the system choose a free port: --addr 127.0.0.1:0"
                .to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            "this machine does not have the address\nUse one that it has, such as 127.0.0.1."
                .to_owned()
        }
        ErrorKind::PermissionDenied => {
            "the system does not permit it\nPorts from 1024 on need no privileges.".to_owned()
        }
        // The message of the system's resolver, in its words.
        _ => system::words(error),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let table = [
            ("8080", Ok("127.0.0.1:8080")),
            (":0", Ok("127.0.0.1:0")),
            ("localhost:8080", Ok("localhost:8080")),
            ("[::1]:8080", Ok("[::1]:8080")),
            ("99999", Err("a number up to 65535")),
            ("localhost", Err("has no port")),
            ("::1", Err("brackets")),
            ("http://localhost:8080", Err("it is a URL")),
            ("localhost:", Err("`` is not a port")),
        ];
        for (text, expected) in table {
            match (parse(text), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(found), Err(part)) => assert!(found.contains(part), "{text}: {found}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
