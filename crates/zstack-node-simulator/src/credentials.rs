//! Credentials of requests: a session, or a signature with an access key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, DATE};
use http::request::Parts;
use jiff::SignedDuration;
use sha1::Sha1;

use crate::clock::{Zone, wall_of};
use crate::response::Response;
use crate::sessions::{Sessions, password_hash, uuid};

/// By how much the clock of a signed request may be wrong, in minutes.
const SKEW: i64 = 15;

/// The accounts and the access keys of the node. They are secrets, so there is no `Debug`.
#[derive(Default)]
pub(crate) struct Accounts {
    passwords: Vec<(String, String)>,
    users: Vec<User>,
    keys: Vec<AccessKey>,
}

struct User {
    account: String,
    name: String,
    password: String,
    uuid: String,
}

struct AccessKey {
    id: String,
    secret: String,
}

impl Accounts {
    pub(crate) fn put(&mut self, name: String, password: &str) {
        self.passwords.retain(|(other, _)| *other != name);
        self.passwords.push((name, password_hash(password)));
    }

    pub(crate) fn put_user(&mut self, account: String, name: String, password: &str) {
        self.users
            .retain(|user| user.account != account || user.name != name);
        self.users.push(User {
            account,
            name,
            password: password_hash(password),
            uuid: uuid(),
        });
    }

    /// Returns the UUID of the user of this name below an account, where the password has this SHA-512.
    pub(crate) fn user(&self, account: &str, name: &str, hash: &str) -> Option<&str> {
        let mut users = self.users.iter();
        let found = users.find(|user| user.account == account && user.name == name)?;
        (found.password == hash).then_some(&found.uuid)
    }

    pub(crate) fn put_key(&mut self, id: String, secret: String) {
        self.keys.push(AccessKey { id, secret });
    }

    /// Returns whether there is an account of this name whose password has this SHA-512.
    pub(crate) fn knows(&self, name: &str, hash: &str) -> bool {
        let mut accounts = self.passwords.iter();
        accounts.any(|(known, password)| known == name && password == hash)
    }

    /// Returns the session of a request. Whether it is open is checked later, in the job: a request is not rejected for it.
    pub(crate) fn session(
        &self,
        parts: &Parts,
        sessions: &Sessions,
        zone: &Zone,
    ) -> Result<String, Response> {
        let header = parts.headers.get(AUTHORIZATION);
        let header = header.ok_or_else(|| rejected("missing header 'Authorization'"))?;
        let header = header.to_str().unwrap_or_default();
        if let Some(session) = header.strip_prefix("OAuth") {
            Ok(session.trim().to_owned())
        } else if let Some(signed) = header.strip_prefix("ZStack") {
            self.check_signature(signed.trim(), parts, zone)?;
            Ok(sessions.signed().to_owned())
        } else {
            Err(rejected("Authorization type must be 'OAuth'"))
        }
    }

    /// Checks that an access key of the node signed the request. The part of a node that words the rejections is not public; the
    /// texts here contain the words that its SDK looks for.
    fn check_signature(&self, signed: &str, parts: &Parts, zone: &Zone) -> Result<(), Response> {
        let date = parts.headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.ok_or_else(|| rejected("'Date' must be incuded in request header"))?;
        let wall = wall_of(date).ok_or_else(|| {
            rejected("'Date' format error, correct format is 'EEE, dd MMM yyyy HH:mm:ss z'")
        })?;
        let (id, signature) = signed
            .split_once(':')
            .ok_or_else(|| rejected("accessKey format is 'ZStack AccessKeyId:Signature'"))?;
        let skew = zone.wall().duration_since(wall).abs();
        if skew > SignedDuration::from_mins(SKEW) {
            return Err(Response::text(403, "requestTimeTooSkewed"));
        }
        let key = self.keys.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| rejected("access key id is not known"))?;
        let path = parts.uri.path();
        let path = path.strip_prefix("/zstack").unwrap_or(path);
        let text = format!("{}\n{date}\n{path}", parts.method);
        let wrong = || rejected("wrong accessKey signature");
        let signature = STANDARD.decode(signature).map_err(|_| wrong())?;
        let mut mac = Hmac::<Sha1>::new_from_slice(key.secret.as_bytes()).map_err(|_| wrong())?;
        mac.update(text.as_bytes());
        mac.verify_slice(&signature).map_err(|_| wrong())
    }
}

fn rejected(text: &str) -> Response {
    Response::text(400, text)
}
