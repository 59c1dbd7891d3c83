//! Tests the generated client against the generated server, with an implementation by hand between them.

use zstack_client::{Client, types};
use zstack_server::RecoverImageOutput;

use crate::service::{Running, Service, client, recovered};

const GOOD: &str = "2fe9d1a5b8d94cf0a1d1f2b0d95be09f";

fn service() -> Service {
    Service::new(|request| {
        let failure = |code: &str| types::ErrorEnvelope::new(types::ErrorCode::new(code));
        if !request.session.matches(GOOD) {
            return RecoverImageOutput::Unauthorized(failure("ID.1001"));
        }
        match request.image_uuid.as_str() {
            "missing" => RecoverImageOutput::NotFound(failure("SYS.1003")),
            "broken" => RecoverImageOutput::Ok(recovered("broken").error(
                types::ErrorCode::new("SYS.1006").cause(types::ErrorCode::new("HOST.1001")),
            )),
            "panic" => panic!("the implementation has a defect"),
            uuid => RecoverImageOutput::Ok(recovered(uuid)),
        }
    })
}

async fn call(client: &Client, image: &str) -> Result<String, String> {
    let params = types::RecoverImageParams::new().backup_storage_uuids(["b"]);
    let request = types::RecoverImageRequest::new(params).user_tags(["u"]);
    match client.recover_image(image, request).send().await {
        Ok(response) => Ok(response.into_inner().inventory.uuid),
        Err(error) => match error.into_error_body() {
            Ok(body) => Err(body.error.code),
            Err(other) => panic!("{other}"),
        },
    }
}

#[tokio::test]
async fn they_understand_each_other() {
    let service = service();
    let server = Running::start(service.clone()).await;
    let client = client(&server.url());
    let good = client.with_session(GOOD);

    assert_eq!(call(&good, "a b/c").await, Ok("a b/c".to_owned()));
    assert_eq!(call(&good, "missing").await, Err("SYS.1003".to_owned()));
    assert_eq!(call(&good, "broken").await, Err("SYS.1006".to_owned()));
    assert_eq!(
        call(&client.with_session("bad"), "u").await,
        Err("ID.1001".to_owned())
    );
    assert_eq!(service.seen().len(), 4);
    assert_eq!(
        service.seen()[0].body.user_tags.as_deref(),
        Some(&["u".to_owned()][..])
    );
}

#[tokio::test]
async fn a_panic_of_the_implementation_is_an_error_of_the_server() {
    let server = Running::start(service()).await;
    let client = client(&server.url()).with_session(GOOD);
    assert_eq!(call(&client, "panic").await, Err("SYS.1000".to_owned()));
    assert_eq!(call(&client, "next").await, Ok("next".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_sent_is_reported_before() {
    let service = service();
    let server = Running::start(service.clone()).await;
    let client = client(&server.url());
    let request = || types::RecoverImageRequest::new(types::RecoverImageParams::new());
    let session = client.with_session(GOOD);
    let unsendable = client.with_session("two\r\nlines");
    let calls = [
        ("imageUuid", session.recover_image("", request())),
        ("session", client.recover_image("u", request())),
        ("session", unsendable.recover_image("u", request())),
    ];
    for (what, call) in calls {
        let error = call.send().await.unwrap_err();
        assert!(
            matches!(&error, zstack_client::Error::InvalidRequest(why) if why.contains(what)),
            "{what}: {error}"
        );
    }
    assert_eq!(service.seen().len(), 0);
}

#[tokio::test]
async fn the_adapters_answer_by_themselves() {
    for (builder, expected) in [
        (
            zstack_server::server(zstack_server::Examples),
            Ok("c019173f2b5742868058049be43033a1".to_owned()),
        ),
        (
            zstack_server::server(zstack_server::Unimplemented),
            Err("SYS.1000".to_owned()),
        ),
    ] {
        let server = Running::start_with(builder).await;
        let client = client(&server.url()).with_session(GOOD);
        assert_eq!(call(&client, "u").await, expected);
    }
}
