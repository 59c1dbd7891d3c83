//! Credentials: found, typed, rejected.

use oas_server::{
    Builder, ClientCertificate, Credential, Method, Operation, Parameter, Rejection, RejectionBody,
    Request, Requirement, Response, Server, StatusPattern, Violations, response, schema::Schema,
};

use crate::support::{BufferedResponse, request, send, serve};

/// Returns the names of the security schemes that were satisfied, and what is known of the credentials.
async fn whoami(mut request: Request) -> Result<Response, Rejection> {
    let credentials = request.authenticate_and_negotiate().await?;
    let words: Vec<_> = credentials
        .iter()
        .map(|(name, credential)| {
            let secret = match credential {
                Credential::Http(credential) => {
                    format!("{} {}", credential.scheme(), credential.expose())
                }
                Credential::Basic(credential) => {
                    format!("{}:{}", credential.username(), credential.expose())
                }
                Credential::Bearer(credential) => credential.expose().to_owned(),
                Credential::ApiKey(key) => key.expose().to_owned(),
                _ => "certificate".to_owned(),
            };
            format!("{name}={secret}")
        })
        .collect();
    Ok(response::status(200).text("text/plain", words.join(" ")))
}

macro_rules! operation {
    ($name:ident, $security:expr) => {
        static $name: Operation = Operation::new("WhoAmI", Method::GET, "/").security($security);
    };
}

fn get(server: &Server, header: &str) -> BufferedResponse {
    let query = header
        .strip_prefix('?')
        .map(|query| format!("GET /?{query}"));
    send(
        server,
        request(&query.unwrap_or_else(|| format!("GET /\n{header}"))),
    )
}

#[test]
fn each_kind_of_credential_is_found_or_asked_for() {
    operation!(OAUTH, &[&[Requirement::http("session", "OAuth")]]);
    operation!(BASIC, &[&[Requirement::basic("login")]]);
    operation!(BEARER, &[&[Requirement::bearer("token")]]);
    operation!(
        OIDC,
        &[&[Requirement::bearer("oidc").with_scopes(&["read"])]]
    );
    operation!(HEADER, &[&[Requirement::api_key_header("key", "X-Key")]]);
    operation!(QUERY, &[&[Requirement::api_key_query("key", "api key")]]);
    operation!(COOKIE, &[&[Requirement::api_key_cookie("key", "sid")]]);
    let basic = "Basic realm=\"login\", charset=\"UTF-8\"";
    let table: &[(&'static Operation, &str, &str)] = &[
        (&OAUTH, "Authorization: OAuth 5f7c", "session=OAuth 5f7c"),
        (
            &OAUTH,
            "authorization:   oauth    5f7c,  more ",
            "session=OAuth 5f7c,  more",
        ),
        (&OAUTH, "Authorization: OAuth ä", "session=OAuth ä"),
        (&OAUTH, "Accept: */*", "401 OAuth"),
        (&OAUTH, "Authorization: 5f7c", "401 OAuth"),
        (&OAUTH, "Authorization: OAuth", "401 OAuth"),
        (&OAUTH, "Authorization: OAuth ", "401 OAuth"),
        (&OAUTH, "Authorization: OAuth2 5f7c", "401 OAuth"),
        (&OAUTH, "Authorization: Bearer 5f7c", "401 OAuth"),
        (
            &OAUTH,
            "Authorization: OAuth a\nAuthorization: OAuth b",
            "401 OAuth",
        ),
        (&BASIC, "Authorization: Basic YTpiOmM=", "login=a:b:c"),
        (&BASIC, "authorization: bASIC YTpiOmM", "login=a:b:c"),
        (&BASIC, "Authorization: Basic w6Q6w7w6IMO2", "login=ä:ü: ö"),
        // Latin-1 is not the charset of the challenge.
        (&BASIC, "Authorization: Basic 5Dr8", &format!("401 {basic}")),
        (&BASIC, "Authorization: Basic YQ==", &format!("401 {basic}")),
        (&BASIC, "Authorization: Basic ***", &format!("401 {basic}")),
        (&BEARER, "Authorization: bearer abc.def", "token=abc.def"),
        (&BEARER, "Authorization: Bearer abc def", "401 Bearer"),
        (&OIDC, "Authorization: Bearer abc", "oidc=abc"),
        (&OIDC, "Authorization: Basic YTpi", "401 Bearer"),
        (&HEADER, "x-key: k1", "key=k1"),
        (&HEADER, "x-key:", "401 ApiKey"),
        (&HEADER, "x-key: a\nx-key: b", "401 ApiKey"),
        (&QUERY, "?a=b&api%20key=k%2F1", "key=k/1"),
        (&QUERY, "?api", "401 ApiKey"),
        (&COOKIE, "Cookie: a=b; sid=\"k1\"; c=d", "key=k1"),
        (&QUERY, "?api+key=a%2Bb%3D%26c+d", "key=a+b=&c d"),
        (&QUERY, "?api%20key=%ff", "401 ApiKey"),
        // A session comes back as the server made it.
        (&COOKIE, "Cookie: sid=s%3Aa=b+c", "key=s%3Aa=b+c"),
        (&COOKIE, "Cookie: sid=a\nCookie: sid=b", "401 ApiKey"),
        (&COOKIE, "Cookie: sid2=k1", "401 ApiKey"),
    ];
    for (operation, header, expected) in table {
        let response = get(&serve(operation, whoami), header);
        let found = match response.status {
            200 => response.body,
            status => format!("{status} {}", response.header("www-authenticate")),
        };
        assert_eq!(found, *expected, "{header}");
    }
}

#[test]
fn requirements_are_alternatives_of_combinations() {
    operation!(
        MIXED,
        &[
            &[
                Requirement::bearer("token"),
                Requirement::api_key_header("key", "x-key")
            ],
            &[Requirement::basic("login")],
        ]
    );
    let server = serve(&MIXED, whoami);
    assert_eq!(
        get(&server, "Authorization: Bearer a\nx-key: b").body,
        "token=a key=b"
    );
    assert_eq!(
        get(&server, "Authorization: Basic YTpi\nx-key: b").body,
        "login=a:b"
    );
    for insufficient in ["Authorization: Bearer a", "x-key: b", "accept: */*"] {
        let response = get(&server, insufficient);
        assert_eq!(response.status, 401, "{insufficient}");
        let challenges: Vec<_> = response
            .headers
            .get_all("www-authenticate")
            .iter()
            .collect();
        assert_eq!(
            challenges,
            [
                "Bearer",
                "ApiKey",
                "Basic realm=\"login\", charset=\"UTF-8\""
            ]
        );
    }
}

#[test]
fn optional_security_lets_in_those_who_present_nothing() {
    operation!(OPTIONAL, &[&[Requirement::bearer("token")], &[]]);
    let server = serve(&OPTIONAL, whoami);
    assert_eq!(get(&server, "accept: */*").body, "");
    assert_eq!(get(&server, "Authorization: Bearer a").body, "token=a");
    assert_eq!(get(&server, "Authorization: Basic YTpi").status, 401);
}

#[test]
fn a_client_certificate_is_the_transports_word() {
    operation!(CERTIFICATE, &[&[Requirement::mutual_tls("mtls")]]);
    let server = serve(&CERTIFICATE, whoami);
    assert_eq!(get(&server, "accept: */*").status, 401);
    let mut checked = request("GET /");
    checked.extensions_mut().insert(ClientCertificate);
    assert_eq!(send(&server, checked).body, "mtls=certificate");
}

#[test]
fn a_verifier_decides_in_one_place() {
    operation!(SESSION, &[&[Requirement::http("session", "OAuth")]]);
    let server = Builder::new()
        .route(&SESSION, whoami)
        .verify(|mut credentials, operation| async move {
            let session = credentials
                .http("session")
                .ok_or(Rejection::unauthorized(operation))?;
            if session.matches("guest") {
                Err(Rejection::Forbidden)
            } else if session.matches("root") {
                Ok(())
            } else {
                Err(Rejection::unauthorized(operation))
            }
        })
        .build();
    assert_eq!(get(&server, "Authorization: OAuth root").status, 200);
    assert_eq!(get(&server, "Authorization: OAuth guest").status, 403);
    let response = get(&server, "Authorization: OAuth roo");
    assert_eq!(
        (response.status, response.header("www-authenticate")),
        (401, "OAuth")
    );
}

#[test]
fn a_verifier_sees_the_scopes_of_the_alternative() {
    operation!(
        SCOPED,
        &[
            &[Requirement::bearer("login").with_scopes(&["read"])],
            &[Requirement::api_key_header("key", "x-key").with_scopes(&["admin"])],
        ]
    );
    let server = Builder::new()
        .route(&SCOPED, whoami)
        .verify(|mut credentials, _| async move {
            // A token that lists its scopes.
            let wanted = credentials.scopes("login");
            let token = credentials.bearer("login");
            let covers = |scope: &&str| token.as_ref().is_some_and(|token| token.matches(scope));
            match wanted.iter().all(covers) && credentials.scopes("key").is_empty() {
                true => Ok(()),
                false => Err(Rejection::Forbidden),
            }
        })
        .build();
    assert_eq!(get(&server, "Authorization: Bearer read").status, 200);
    assert_eq!(get(&server, "Authorization: Bearer write").status, 403);
    assert_eq!(get(&server, "x-key: a").status, 403);
}

#[test]
fn any_alternative_that_the_verifier_accepts_will_do() {
    operation!(
        EITHER,
        &[
            &[Requirement::api_key_header("old", "x-old")],
            &[Requirement::bearer("token")],
            &[],
        ]
    );
    let server = Builder::new()
        .route(&EITHER, whoami)
        .verify(|mut credentials, operation| async move {
            if credentials.is_anonymous() || credentials.bearer("token").is_some() {
                Ok(())
            } else if credentials
                .api_key("old")
                .is_some_and(|key| key.matches("known"))
            {
                Err(Rejection::Forbidden)
            } else {
                Err(Rejection::unauthorized(operation))
            }
        })
        .build();
    let table = [
        ("x-old: gone\nauthorization: Bearer a", 200, "token=a"),
        ("authorization: Bearer a", 200, "token=a"),
        ("accept: */*", 200, ""),
        // A caller that presents something is not anonymous.
        ("x-old: gone", 401, ""),
        ("x-old: known", 403, ""),
        ("x-old: gone\nauthorization: Bearer", 401, ""),
    ];
    for (header, status, expected) in table {
        let response = get(&server, header);
        assert_eq!(response.status, status, "{header}");
        if status == 200 {
            assert_eq!(response.body, expected, "{header}");
        }
    }
}

#[test]
fn nothing_is_looked_at_before_the_credentials() {
    static STRICT: Operation = Operation::new("Strict", Method::POST, "/{id}")
        .security(&[&[Requirement::bearer("token")]])
        .consumes(&["application/json"])
        .produces(&["application/json"]);
    static ID: Parameter = Parameter::path("id", &Schema::integer());
    let server = serve(&STRICT, |mut request: Request| async move {
        request.authenticate_and_negotiate().await?;
        let mut violations = Violations::new();
        request.parameter::<i64>(&ID, &mut violations);
        request.bytes(&mut violations).await?;
        violations.into_result()?;
        Ok(response::status(204).empty())
    });
    let wrong = "POST /x\nAccept: text/html\nContent-Type: text/plain\nContent-Length: 99999999";
    assert_eq!(send(&server, request(&format!("{wrong}\n\n!"))).status, 401);
    let admitted = format!("{wrong}\nAuthorization: Bearer a\n\n!");
    assert_eq!(send(&server, request(&admitted)).status, 406);
}

#[test]
fn secrets_show_in_no_debug_output_and_in_no_response() {
    static PLAIN: Operation = Operation::new("Plain", Method::GET, "/")
        .security(&[&[
            Requirement::basic("login"),
            Requirement::api_key_query("key", "key"),
        ]])
        .rejections(&[RejectionBody::new(
            StatusPattern::Default,
            "text/plain",
            "{violations} {detail} {title}",
        )]);
    let server = serve(&PLAIN, |mut request: Request| async move {
        let shown = format!("{request:?}");
        let credentials = request.authenticate_and_negotiate().await?;
        Ok(response::status(200).text("text/plain", format!("{shown} {credentials:?}")))
    });
    // user:hunter2
    let good = "GET /?key=hunter2\nAuthorization: Basic dXNlcjpodW50ZXIy";
    let bad = "GET /?key=hunter2\nAuthorization: Basi dXNlcjpodW50ZXIy";
    for (line, status) in [(good, 200), (bad, 401)] {
        let response = send(&server, request(line));
        assert_eq!(response.status, status);
        assert!(
            !response.body.contains("hunter2") && !response.body.contains("dXNlcj"),
            "{}",
            response.body
        );
    }
    assert!(send(&server, request(good)).body.contains("Secret(***)"));
}

#[test]
fn a_handler_knows_who_the_verifier_let_in_and_what_layers_added() {
    #[derive(Debug, PartialEq)]
    struct User(String);
    #[derive(Clone)]
    struct RequestId(u32);

    operation!(SESSION, &[&[Requirement::http("session", "OAuth")]]);
    let server = Builder::new()
        .route(&SESSION, |mut request: Request| async move {
            request.authenticate_and_negotiate().await?;
            let context = request.into_context();
            let RequestId(id) = context.extension().cloned().unwrap();
            let agent = context.headers()["user-agent"].to_str().unwrap().to_owned();
            let peer = context.peer().map_or(0, |peer| peer.port());
            let shown = format!("{context:?}");
            assert!(
                !shown.contains("root") && !shown.contains("curl"),
                "{shown}"
            );
            let User(name) = context.identity().unwrap();
            assert_eq!(context.identity::<String>(), None);
            let text = format!("{name} {id} {agent} {peer}");
            Ok(response::status(200).text("text/plain", text))
        })
        .verify(|mut credentials, operation| async move {
            let session = credentials
                .http("session")
                .ok_or(Rejection::unauthorized(operation))?;
            Ok(User(session.expose().to_owned()))
        })
        .build();
    let mut request = request("GET /\nAuthorization: OAuth root\nUser-Agent: curl");
    let peer = std::net::SocketAddr::from(([127, 0, 0, 1], 4711));
    request.extensions_mut().insert(RequestId(17));
    request
        .extensions_mut()
        .insert(axum::extract::ConnectInfo(peer));
    assert_eq!(send(&server, request).body, "root 17 curl 4711");
}
