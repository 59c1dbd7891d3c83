//! Requests and replies in the words of a management node.

use oas_testing::{Reply, Request};

use crate::{IMAGE, STORAGE};

/// Parses a request of the node protocol.
pub(crate) trait NodeRequest {
    /// Returns the UUID of the job that the request begins, or asks for.
    fn job(&self) -> String;
    fn is_action(&self) -> bool;
    fn is_poll(&self) -> bool;
    fn is_login(&self) -> bool;
    fn reads_image(&self) -> bool;
    fn asks_version(&self) -> bool;
}

impl NodeRequest for Request {
    fn job(&self) -> String {
        let asked = self.target.rsplit('/').next().unwrap();
        self.header("x-job-uuid").unwrap_or(asked).to_owned()
    }

    fn is_action(&self) -> bool {
        self.method == "PUT" && self.target.ends_with("/actions") && !self.asks_version()
    }

    fn is_poll(&self) -> bool {
        self.target.contains("/api-jobs/")
    }

    fn is_login(&self) -> bool {
        self.target.ends_with("/accounts/login")
    }

    fn reads_image(&self) -> bool {
        self.method == "GET" && self.target.contains("/images/")
    }

    fn asks_version(&self) -> bool {
        self.target.ends_with("/management-nodes/actions")
    }
}

/// Returns a response in the format of nodes: without a `Content-Type`.
pub(crate) fn reply_with(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply::new(status).body(body)
}

/// Returns the response that the job of a request has begun. The host in its location is unreachable. The
/// host in its location is out of reach.
pub(crate) fn accepted(request: &Request) -> Reply {
    let location = format!(
        "http://172.16.9.9:8080/zstack/v1/api-jobs/{}",
        request.job()
    );
    reply_with(
        202,
        format!(r#"{{"location":"{location}","apiTimeout":1800000}}"#),
    )
}

/// The jobs that a node has begun.
#[derive(Default)]
pub(crate) struct Begun(Vec<String>);

impl Begun {
    /// Returns the response that the job of a request has begun.
    pub(crate) fn accept(&mut self, request: &Request) -> Reply {
        self.0.push(request.job());
        accepted(request)
    }

    /// Returns whether a question is one for one of the jobs.
    pub(crate) fn has(&self, request: &Request) -> bool {
        self.0.contains(&request.job())
    }

    /// Returns this reply to a question for one of the jobs. Of no other job is anything known.
    pub(crate) fn reply(&self, request: &Request, reply: Reply) -> Reply {
        match self.has(request) {
            true => reply,
            false => gone(),
        }
    }
}

/// Returns the response that the node does not know the job.
pub(crate) fn gone() -> Reply {
    reply_with(404, "the job has been expired")
}

/// Returns the response that the operation failed with this code.
pub(crate) fn failed(code: &str) -> Reply {
    reply_with(
        503,
        format!(r#"{{"error":{{"code":"{code}","description":"d"}}}}"#),
    )
}

/// Returns the version of the node.
pub(crate) fn version(version: &str) -> Reply {
    reply_with(200, format!(r#"{{"version":"{version}"}}"#))
}

/// Returns the response that a session was opened.
pub(crate) fn session(uuid: &str) -> Reply {
    reply_with(200, format!(r#"{{"inventory":{{"uuid":"{uuid}"}}}}"#))
}

/// Returns an image in the format of nodes, which differs from the API page.
pub(crate) fn image(status: &str) -> String {
    format!(
        r#"{{"uuid":"{IMAGE}","name":"TinyLinux","url":"http:\u002f\u002f192.168.1.20/tiny.qcow2","mediaType":"Hologram",
            "format":"qcow2","status":"Ready","state":"Enabled","architecture":"x86_64","virtio":true,"size":1073741824,
            "createDate":"Nov 14, 2017 10:20:57 PM","backupStorageRefs":[{{"id":7,"imageUuid":"{IMAGE}",
            "backupStorageUuid":"{STORAGE}","installPath":"ceph://zs-images/f0b1","status":"{status}"}}]}}"#
    )
}

/// Returns the response that the job has ended with the image as its result.
pub(crate) fn recovered() -> Reply {
    reply_with(200, format!(r#"{{"inventory":{}}}"#, image("Ready")))
}

/// Returns the image in the format of a read.
pub(crate) fn shown(status: &str) -> Reply {
    reply_with(200, format!(r#"{{"inventories":[{}]}}"#, image(status)))
}
