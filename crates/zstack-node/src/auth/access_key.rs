//! Signs every request with the secret of an AccessKey, instead of opening a session.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{Timestamp, ZonedDateTime};
use oas_client::{Method, Secret};
use oas_wire::base64;
use sha1::Sha1;

use crate::zone::Zone;

/// The id of an AccessKey, its secret, and the zone that the node's clock is in.
#[derive(Clone)]
pub(crate) struct AccessKey {
    id: String,
    secret: Secret,
    zone: Zone,
}

impl AccessKey {
    pub(crate) fn new(id: impl Into<String>, secret: impl Into<Secret>, zone: Zone) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            zone,
        }
    }

    /// Returns the current time in the format that the node parses. By default a node ignores the zone, so
    /// that the local time has to be that of the node.
    pub(super) fn date(&self) -> String {
        date(&Timestamp::now().to_zoned_datetime(self.zone.inner().clone()))
    }

    /// Returns `id:signature`. The signature covers the method, the date and the path, from `/v1` on and
    /// without the query.
    pub(super) fn signature(&self, method: &Method, date: &str, path: &str) -> Secret {
        let path = path.strip_prefix("/zstack").unwrap_or(path);
        let text = format!("{method}\n{date}\n{path}");
        // Never an error: HMAC takes keys of any length.
        let signature = Hmac::<Sha1>::new_from_slice(self.secret.expose().as_bytes())
            .map(|mac| mac.chain_update(text).finalize().into_bytes())
            .map(base64::encode)
            .unwrap_or_default();
        Secret::new(format!("{}:{signature}", self.id))
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

/// Formats a time as `Tue, 14 Nov 2017 22:20:57 CST`. Java parses the names of zones, and offsets that begin
/// with `GMT`.
fn date(time: &ZonedDateTime) -> String {
    let seconds = time.offset().seconds();
    let zone = match time.strftime("%Z").to_string() {
        name if name.bytes().all(|byte| byte.is_ascii_uppercase()) && name.len() >= 3 => name,
        _ if seconds == 0 => "UTC".to_owned(),
        _ => {
            let minutes = seconds.abs() / 60;
            let sign = if seconds < 0 { '-' } else { '+' };
            format!("GMT{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    format!("{} {zone}", time.strftime("%a, %d %b %Y %H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with a signature that another implementation of HMAC (openssl) computed.
    #[test]
    fn a_signature_is_of_method_date_and_path() {
        let key = AccessKey::new("id", "secret", Zone::utc());
        let date = "Tue, 14 Nov 2017 14:20:57 UTC";
        let path = "/zstack/v1/images/c019173f2b5742868058049be43033a1/actions";
        let signature = key.signature(&Method::PUT, date, path);
        assert_eq!(signature.expose(), "id:kWUxRoeoGgmvXdGgW+h8zmst+eo=");
        assert!(!format!("{key:?}").contains("secret\""));
    }

    #[test]
    fn dates_are_in_the_wall_clock_of_the_zone() {
        let dates = [
            "Asia/Shanghai",
            "UTC",
            "+06:30",
            "Asia/Yangon",
            "America/Caracas",
        ]
        .map(|name| {
            let zone = Zone::named(name).expect("a zone");
            let time = Timestamp::from_second(1_510_669_257).expect("a time");
            date(&time.to_zoned_datetime(zone.inner().clone()))
        });
        assert_eq!(
            dates,
            [
                "Tue, 14 Nov 2017 22:20:57 CST",
                "Tue, 14 Nov 2017 14:20:57 UTC",
                "Tue, 14 Nov 2017 20:50:57 GMT+06:30",
                "Tue, 14 Nov 2017 20:50:57 GMT+06:30",
                "Tue, 14 Nov 2017 10:20:57 GMT-04:00",
            ]
        );
    }
}
