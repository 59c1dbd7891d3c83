//! Sends web hooks: the result of a job, to the URL in the `X-Web-Hook` of its request.

use std::time::Duration;

use zstack_node_protocol_types::JobEnd;
use zstack_node_protocol_webhooks_client::{Client, Config};

use crate::response::Response;

/// The number of times that a result is sent to a caller that does not accept it.
const ATTEMPTS: usize = 15;
/// The wait between two attempts.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends the end of a job to a URL, until it is accepted. An invalid URL is ignored.
pub(crate) async fn send(url: &str, job: &str, end: &Response) {
    let client = Client::with_config("http://localhost", Config::default().no_proxy());
    let Ok(client) = client.and_then(|client| client.to_url(url)) else {
        return;
    };
    // Every end of a job is an object.
    let body = JobEnd::JobResult(serde_json::from_str(&end.body).unwrap_or_default());
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let sent = client.job_ended(job, end.status == 200, body.clone());
        if sent.send().await.is_ok() {
            return;
        }
    }
}
