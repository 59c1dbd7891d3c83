//! Contains the samples in Rust of the documentation. A test of `docs.rs` compares them with the pages, and compiling
//! them is the test.

#![allow(dead_code, reason = "nobody asks a server for them")]

#[rustfmt::skip]
async fn recoverimage() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_client::{Client, types};
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client
        .recover_image(
            "c019173f2b5742868058049be43033a1",
            types::RecoverImageRequest::new(
                types::RecoverImageParams::new()
                    .backup_storage_uuids(["609d29fb59ee414f90cedbc3a71038c6"]),
            ),
        )
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn getimage() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client.get_image("c019173f2b5742868058049be43033a1").send().await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn getplatformtimezone() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client.get_platform_time_zone().send().await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn getversion() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::{Client, types};
    let client = Client::new("http://localhost:8080")?;
    let response = client
        .get_version(types::GetVersionRequest::new(serde_json::Map::new()))
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn loginbyaccount() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::{Client, types};
    let client = Client::new("http://localhost:8080")?;
    let response = client
        .log_in_by_account(
            types::LogInByAccountRequest::new(
                types::LogInByAccountParams::new(
                    "admin",
                    "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86",
                ),
            ),
        )
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn loginbyuser() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::{Client, types};
    let client = Client::new("http://localhost:8080")?;
    let response = client
        .log_in_by_user(
            types::LogInByUserRequest::new(
                types::LogInByUserParams::new(
                        "operator",
                        "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86",
                    )
                    .account_name("admin"),
            ),
        )
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn logout() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?;
    let response = client.log_out("2fe9d1a5b8d94cf0a1d1f2b0d95be09f").send().await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn queryapijob() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client
        .query_api_job("5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa")
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn querybackupstorage() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client.query_backup_storage().send().await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn renewsession() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::{Client, types};
    let client = Client::new("http://localhost:8080")?.with_session("secret");
    let response = client
        .renew_session(
            "2fe9d1a5b8d94cf0a1d1f2b0d95be09f",
            types::RenewSessionRequest::new(
                types::RenewSessionParams::new().duration(7200),
            ),
        )
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}

#[rustfmt::skip]
async fn validatesession() -> Result<(), Box<dyn std::error::Error>> {
    use zstack_node_protocol_client::Client;
    let client = Client::new("http://localhost:8080")?;
    let response = client
        .validate_session("2fe9d1a5b8d94cf0a1d1f2b0d95be09f")
        .send()
        .await?;
    println!("{:?}", response.into_inner());
    Ok(())
}
