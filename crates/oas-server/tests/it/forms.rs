//! Tests forms: properties, parts, and the files among them.

use axum::body::Body;
use oas_server::schema::{Number, Property, Schema};
use oas_server::{Encoding, Method, Operation, Parameter, Request, Style, Violations, response};
use serde_json::Value;

use crate::bodies::{IMAGE, INTEGER, STRING};
use crate::support::{normal, request, send, serve};

#[test]
fn forms_are_read_as_objects() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["application/x-www-form-urlencoded"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let body = request.form::<Value>(&IMAGE, &mut violations).await?;
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &body))
    });
    let table = [
        (
            "name=a+b&size=7&tags=x&tags=y%26",
            r#"{"name":"a b","size":7,"tags":["x","y&"]}"#,
        ),
        ("name=1&tags=x", r#"{"name":"1","tags":["x"]}"#),
        (
            "size=x",
            "body /size: expected integer, found string; body /name: is required",
        ),
        ("name=a&name=b", "body /name: is given more than once"),
        ("name=%ff", "body /name: is not percent-encoded UTF-8"),
        ("%ff=name", "body : is not percent-encoded UTF-8"),
    ];
    for (body, expected) in table {
        let response = send(
            &server,
            request(&format!(
                "POST /\nContent-Type: application/x-www-form-urlencoded\n\n{body}"
            )),
        );
        let found = if response.status == 200 {
            response.body
        } else {
            response.violations().join("; ")
        };
        assert_eq!(normal(&found), normal(expected), "{body}");
    }
}

#[test]
fn properties_of_forms_are_read_as_they_are_encoded() {
    static STRING: Schema = Schema::string();
    static STRINGS: Schema = Schema::array(&STRING);
    static RANGE: Schema = Schema::object(&[
        Property::optional("from", &Schema::integer()),
        Property::optional("names", &STRINGS),
    ]);
    static FORM: Schema = Schema::object(&[
        Property::optional("tags", &STRINGS),
        Property::optional("words", &STRINGS),
        Property::optional("range", &RANGE),
        Property::optional("filter", &RANGE),
        Property::optional("filters", &Schema::array(&RANGE)),
        Property::optional("note", &STRING),
    ])
    .deny_additional_properties();
    static ENCODINGS: &[Encoding] = &[
        Encoding::style("tags", Style::PipeDelimited),
        Encoding::style("words", Style::Form).explode(false),
        Encoding::style("range", Style::DeepObject),
        Encoding::json("filter"),
    ];
    static ENCODED: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["application/x-www-form-urlencoded"]);
    let server = serve(&ENCODED, |mut request: Request| async move {
        let mut violations = Violations::new();
        let body = request
            .form_encoded::<Value>(&FORM, ENCODINGS, &mut violations)
            .await?;
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &body))
    });
    let table = [
        (
            "note=x&tags=a|b&words=c,d%2Ce&range[from]=1&range[names][0]=f",
            r#"{"tags":["a","b"],"words":["c","d,e"],"range":{"from":1,"names":["f"]},"note":"x"}"#,
        ),
        ("filter=%7B%22from%22:1%7D", r#"{"filter":{"from":1}}"#),
        (
            "filters=%5B%7B%22from%22:1%7D%5D",
            r#"{"filters":[{"from":1}]}"#,
        ),
        (
            "filters=%7B%22from%22:1%7D&filters=%7B%7D",
            r#"{"filters":[{"from":1},{}]}"#,
        ),
        ("tags=", r#"{"tags":[]}"#),
        (
            "range[from]=x",
            "body /range/from: expected integer, found string",
        ),
        (
            "filter=%7B%22from%22:true%7D",
            "body /filter/from: expected integer, found boolean",
        ),
        ("filter=x", "body /filter: is not JSON"),
        // No property is smuggled in with another.
        (
            "filter=%7B%7D,%22note%22:%22x%22",
            "body /filter: is not JSON",
        ),
        (
            "filters=%7B%7D&filters=%7B%7D,%7B%7D",
            "body /filters/1: expected object, found string",
        ),
        ("other=1", "body /other: is not a property of this object"),
        ("words=a&words=b", "body /words: is given more than once"),
    ];
    for (body, expected) in table {
        let line = "POST /\nContent-Type: application/x-www-form-urlencoded";
        let response = send(&server, request(&format!("{line}\n\n{body}")));
        let found = match response.status {
            200 => response.body,
            _ => response.violations().join("; "),
        };
        assert_eq!(normal(&found), normal(expected), "{body}");
    }
}

#[test]
fn multipart_forms_are_taken_apart() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    static SIZES: Schema = Schema::array(&INTEGER);
    static IMAGES: Schema = Schema::array(&IMAGE);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let form = request.multipart(&mut violations).await?;
        let response = form.map(|mut form| {
            let file = form.file("file", true, &mut violations);
            let file = file.map(|file| {
                (
                    file.file_name.clone(),
                    file.media_type.clone(),
                    file.bytes().cloned(),
                )
            });
            let name = form.field::<String>("name", &STRING, true, &mut violations);
            let sizes = form.field::<Vec<i32>>("size", &SIZES, false, &mut violations);
            let image = form.field::<Value>("image", &IMAGE, false, &mut violations);
            form.field::<Value>("images", &IMAGES, false, &mut violations);
            format!("{file:?} {name:?} {sizes:?} {image:?}")
        });
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", response.unwrap_or_default()))
    });
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.img\"\ncontent-type: image/raw\n\n\0\r\n--x";
    let field =
        |name: &str, text: &str| format!("Content-Disposition: form-data; name={name}\n\n{text}");
    let json = |text: &str| format!("Content-Type: application/json\n{}", field("image", text));
    let name = field("\"name\"", "12");
    let table: &[(&[&str], &str)] = &[
        (
            &[file, &name],
            r#"Some((Some("a\"b.img"), Some("image/raw"), Some(b"\0\r\n--x"))) Some("12") None None"#,
        ),
        (
            &[
                file,
                &field("size", "1"),
                &name,
                &field("size", "2"),
                &json("{\"name\": \"\"}"),
            ],
            r#"Some((Some("a\"b.img"), Some("image/raw"), Some(b"\0\r\n--x"))) Some("12") Some([1, 2]) Some(Object {"name": String("")})"#,
        ),
        (&[file], "body /name: is required"),
        (
            &[&name, &name],
            "body /file: is required; body /name: is given more than once",
        ),
        (
            &[file, file, &name, &field("size", "x"), &json("{}")],
            "body /file: is given more than once; body /size/0: expected integer, found string; body /image/name: is required",
        ),
        (
            &[
                file,
                &name,
                &json("{}").replace("image", "images"),
                &json("{},{}").replace("image", "images"),
            ],
            "body /images: is not JSON",
        ),
        (
            &["no header"],
            "body : has a part whose header does not end",
        ),
        (
            &["A: b\n\n"],
            "body : has a part without Content-Disposition",
        ),
        (
            &["Content-Disposition: form-data\n\n"],
            "body : has a part without a name",
        ),
        (&[], "body /file: is required; body /name: is required"),
    ];
    for (parts, expected) in table {
        let parts: String = parts
            .iter()
            .map(|part| {
                format!(
                    "--q y\r\n{}\r\n",
                    part.replace('\n', "\r\n").replace("\r\r\n", "\r\n")
                )
            })
            .collect();
        let mut request =
            request("POST /\nContent-Type: multipart/form-data; charset=x; boundary=\"q y\"");
        *request.body_mut() = Body::from(format!("{parts}--q y--\r\nepilogue"));
        let response = send(&server, request);
        let found = if response.status == 200 {
            response.body
        } else {
            response.violations().join("; ")
        };
        assert_eq!(found, *expected);
    }
    for (media_type, body, expected) in [
        (
            "multipart/form-data",
            "--b--",
            "body : has no boundary in its media type",
        ),
        (
            "multipart/form-data; boundary=b",
            "preamble",
            "body : has no boundary line",
        ),
        (
            "multipart/form-data; boundary=b",
            "--b",
            "body : ends within a boundary line",
        ),
        (
            "multipart/form-data; boundary=b",
            "preamble\r\n--b \r\nA: b\r\n\r\n",
            "body : has no closing boundary line",
        ),
    ] {
        let mut request = request(&format!("POST /\nContent-Type: {media_type}"));
        *request.body_mut() = Body::from(body);
        assert_eq!(send(&server, request).violations(), [expected]);
    }
}

#[test]
fn values_have_the_header_of_their_part() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    static TEXT: Schema = Schema::string();
    static NUMBERS: Schema = Schema::array(&Schema::int64());
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let mut text = String::new();
        if let Some(mut form) = request.multipart(&mut violations).await? {
            let title = form.value::<String>("title", &TEXT, true, &mut violations);
            let numbers = form.values::<i64>("n", &NUMBERS, false, &mut violations);
            violations.into_result()?;
            if let Some(title) = title {
                text = format!("{} {:?}", title.value, title.headers.get("x-language"));
            }
            for number in numbers {
                text += &format!(" {} {:?}", number.value, number.headers.get("x-weight"));
            }
        }
        Ok(response::status(200).text("text/plain", text))
    });
    let exchange = |parts: &[(&str, &str, &str)]| {
        let parts = parts.iter().map(|(name, header, content)| {
            format!(
                "--b\r\nContent-Disposition: form-data; name={name}{header}\r\n\r\n{content}\r\n"
            )
        });
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(parts.collect::<String>() + "--b--\r\n");
        send(&server, request)
    };
    let response = exchange(&[
        ("n", "\r\nX-Weight: 2", "1"),
        ("title", "\r\nX-Language: en", "Fjord"),
        ("n", "", "3"),
    ]);
    assert_eq!(response.body, r#"Fjord Some("en") 1 Some("2") 3 None"#);
    assert_eq!(exchange(&[("n", "", "x")]).status, 400);
}

#[test]
fn the_header_of_each_file_is_checked() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    static WIDTH: Schema = Schema::int64().minimum(Number::Integer(1));
    static HEADERS: [Parameter; 1] = [Parameter::header("X-Width", &WIDTH).required()];
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        if let Some(mut form) = request.multipart(&mut violations).await? {
            form.check_headers("file", &HEADERS, &mut violations);
            form.files("file", true, &mut violations);
        }
        violations.into_result()?;
        Ok(response::status(204).empty())
    });
    let exchange = |headers: &[&str]| {
        let disposition = "Content-Disposition: form-data; name=file; filename=a.png";
        let parts = headers
            .iter()
            .map(|header| format!("--b\r\n{disposition}{header}\r\n\r\ncontent\r\n"));
        let body = parts.collect::<String>() + "--b--\r\n";
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(body);
        send(&server, request)
    };
    let valid = "\r\nx-width: 7";
    assert_eq!(exchange(&[valid, valid]).status, 204);
    let table = [
        ("", "body /file: header `X-Width`: is required"),
        (
            "\r\nX-Width: 0",
            "body /file: header `X-Width`: must be at least 1",
        ),
        (
            "\r\nX-Width: wide",
            "body /file: header `X-Width`: expected integer, found string",
        ),
    ];
    for (invalid, expected) in table {
        let response = exchange(&[valid, invalid]);
        assert_eq!(response.status, 400, "{invalid:?}");
        assert_eq!(response.violations(), [expected]);
    }
}

#[test]
fn the_files_of_a_list_are_counted_and_have_a_size() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        if let Some(mut form) = request.multipart(&mut violations).await? {
            form.check_count("file", 2, Some(3), &mut violations);
            form.check_size("other", 1, Some(7), &mut violations);
            form.files("file", false, &mut violations);
        }
        violations.into_result()?;
        Ok(response::status(204).empty())
    });
    let exchange = |files: usize, other: &str| {
        let head = "--b\r\nContent-Disposition: form-data; name=";
        let file = format!("{head}file; filename=a\r\n\r\ncontent\r\n");
        let other = format!("{head}other\r\n\r\n{other}\r\n--b--\r\n");
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(file.repeat(files) + &other);
        send(&server, request)
    };
    for (files, other) in [(0, "content"), (2, "content"), (3, "7")] {
        assert_eq!(exchange(files, other).status, 204);
    }
    for (files, other, expected) in [
        (1, "content", "body /file: has fewer than 2 parts"),
        (4, "content", "body /file: has more than 3 parts"),
        (2, "", "body /other: has fewer than 1 byte"),
        (2, "contents", "body /other: has more than 7 bytes"),
    ] {
        let response = exchange(files, other);
        assert_eq!(response.status, 400);
        assert_eq!(response.violations(), [expected]);
    }
}

#[test]
fn parts_say_what_they_are() {
    static FORM: Operation =
        Operation::new("Form", Method::POST, "/").consumes(&["multipart/form-data"]);
    let server = serve(&FORM, |mut request: Request| async move {
        let mut violations = Violations::new();
        let form = request.multipart(&mut violations).await?;
        let mut response = String::new();
        if let Some(mut form) = form {
            form.check_media_type("file", &["image/png", "text/*"], &mut violations);
            let file = form.file("file", true, &mut violations);
            response = file
                .as_ref()
                .map(|file| format!("{file:?}"))
                .unwrap_or_default();
            let checksum = file.and_then(|file| file.headers.get("x-checksum").cloned());
            response.push_str(&format!(" {checksum:?}"));
            form.reject_others(&mut violations);
        }
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", response))
    });
    let disposition = "Content-Disposition: form-data; name=file";
    let many: String = (0..1_000).map(|n| format!("a{n}:\r\n")).collect();
    let table = [
        (
            format!(
                "{disposition}\r\nContent-Type: image/PNG; a=b\r\nX-Checksum: 7\r\nbad name: 1"
            ),
            "Part { name: \"file\", file_name: None, media_type: Some(\"image/PNG; a=b\"), content: 7 bytes, .. } Some(\"7\")",
        ),
        (
            format!("{many}{disposition}"),
            "Part { name: \"file\", file_name: None, media_type: None, content: 7 bytes, .. } None",
        ),
        (many.repeat(3), "body : has a part whose header is too long"),
        (
            format!("{disposition}\r\nContent-Type: image/gif"),
            "body /file: must be of the media type image/png or text/*",
        ),
        (
            "Content-Disposition: form-data; name=other".to_owned(),
            "body /file: is required; body /other: is not a property of this object",
        ),
    ];
    for (header, expected) in table {
        let mut request = request("POST /\nContent-Type: multipart/form-data; boundary=b");
        *request.body_mut() = Body::from(format!("--b\r\n{header}\r\n\r\nhunter2\r\n--b--"));
        let response = send(&server, request);
        let found = match response.status {
            200 => response.body,
            _ => response.violations().join("; "),
        };
        assert_eq!(found, expected);
    }
}
