//! Tests changes in generated Rust, as a generator describes it.

use oas_diff::{CodeItem, CodeKind, GeneratedCode, Options, Profile, diff_with_code};

use crate::{document, today};

const BASE: &str = "\
openapi: 3.0.3
info: {title: Users, version: 1.0.0}
paths:
  /users/{id}:
    get:
      operationId: getUser
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
components:
  schemas:
    User: {type: object, required: [id], properties: {id: {type: string}, email: {type: string}, kind: {type: string, enum: [a, b]}}}
";

const USER: &str = "/components/schemas/User";

fn item(kind: CodeKind, owner: &str, name: &str, ty: &str, places: &[&str]) -> CodeItem {
    CodeItem {
        kind,
        owner: owner.into(),
        name: name.to_owned(),
        ty: ty.into(),
        required: !ty.starts_with("Option"),
        places: places
            .iter()
            .map(|place| format!("{USER}{place}"))
            .collect(),
    }
}

/// Returns items that a generator could emit for the document.
fn code() -> GeneratedCode {
    let mut items = vec![
        item(CodeKind::Type, "", "User", "struct", &[""]),
        item(
            CodeKind::Field,
            "User",
            "id",
            "String",
            &["/properties/id", "/required/0"],
        ),
        item(
            CodeKind::Field,
            "User",
            "email",
            "Option<String>",
            &["/properties/email"],
        ),
        item(
            CodeKind::Field,
            "User",
            "kind",
            "Option<UserKind>",
            &["/properties/kind"],
        ),
        item(
            CodeKind::Type,
            "",
            "UserKind",
            "enum",
            &["/properties/kind"],
        ),
        item(
            CodeKind::Variant,
            "UserKind",
            "A",
            "",
            &["/properties/kind/enum/0"],
        ),
        item(
            CodeKind::Variant,
            "UserKind",
            "B",
            "",
            &["/properties/kind/enum/1"],
        ),
    ];
    let get = "/paths/~1users~1{id}/get";
    let mut method = item(CodeKind::Method, "Client", "get_user", "", &[]);
    method.places = vec![get.to_owned()];
    let mut argument = item(CodeKind::Argument, "Client::get_user", "id", "String", &[]);
    argument.places = vec![format!("{get}/parameters/0")];
    let mut failure = item(CodeKind::Failure, "Client::get_user", "", "Infallible", &[]);
    failure.places = vec![get.to_owned()];
    items.extend([method, argument, failure]);
    GeneratedCode { items }
}

/// Returns severity, rule, and the change in Rust, for a change of document and code.
fn reported(edit: (&str, &str), change: impl FnOnce(&mut Vec<CodeItem>)) -> Vec<String> {
    assert!(BASE.contains(edit.0), "{}", edit.0);
    let (base, head) = (
        document("base.yaml", BASE),
        document("head.yaml", &BASE.replace(edit.0, edit.1)),
    );
    let (old, mut new) = (code(), code());
    change(&mut new.items);
    let options = Options::new(today()).with_profile(Profile::Codegen);
    let report = diff_with_code((&base, &old), (&head, &new), &options);
    let findings = report.findings.iter();
    findings
        .map(|finding| {
            let rust = finding.rust.as_deref().unwrap_or("-");
            format!("{} {}: {rust}", finding.severity, finding.rule)
        })
        .collect()
}

fn named<'c>(items: &'c mut [CodeItem], kind: CodeKind, name: &str) -> &'c mut CodeItem {
    items
        .iter_mut()
        .find(|item| item.kind == kind && item.name == name)
        .unwrap()
}

#[test]
fn nothing_is_claimed_of_code_that_stayed_the_same() {
    // Another format, another operation id, another name of a parameter: only the effect on the items counts.
    for edit in [
        (
            "email: {type: string}",
            "email: {type: string, format: email}",
        ),
        ("getUser", "get_user"),
    ] {
        let reported = reported(edit, |_| ());
        assert!(
            reported
                .iter()
                .all(|finding| finding.ends_with(": -") && !finding.contains("generated")),
            "{reported:?}"
        );
    }
}

#[test]
fn removed_added_and_changed_fields_are_reported() {
    assert_eq!(
        reported((", email: {type: string}", ""), |items| items
            .retain(|item| item.name != "email")),
        ["breaking generated-field-removed: field `User.email: Option<String>` disappears"]
    );
    assert_eq!(
        reported(("required: [id]", "required: [id, email]"), |items| {
            let email = named(items, CodeKind::Field, "email");
            email.ty = "String".into();
            email.places.push(format!("{USER}/required/1"));
        }),
        [
            "breaking generated-field-type-changed: field `User.email` changes from `Option<String>` to `String`"
        ]
    );
    assert_eq!(
        reported(
            (
                "email: {type: string}",
                "email: {type: string}, age: {type: integer}"
            ),
            |items| {
                items.push(item(
                    CodeKind::Field,
                    "User",
                    "age",
                    "Option<i64>",
                    &["/properties/age"],
                ));
            }
        ),
        ["info property-added: `User` gains field `age: Option<i64>`"]
    );
    assert_eq!(
        reported(
            (
                "[id], properties: {",
                "[id, age], properties: {age: {type: integer}, "
            ),
            |items| {
                items.push(item(
                    CodeKind::Field,
                    "User",
                    "age",
                    "i64",
                    &["/properties/age"],
                ));
            }
        ),
        [
            "breaking generated-constructor-changed: `User` gains field `age: i64`, which `User::new` takes"
        ]
    );
    assert_eq!(
        reported(("email:", "e_mail:"), |items| {
            let email = named(items, CodeKind::Field, "email");
            email.name = "e_mail".to_owned();
            email.places = vec![format!("{USER}/properties/e_mail")];
        }),
        ["breaking generated-field-removed: field `User.email` becomes `User.e_mail`"]
    );
}

#[test]
fn types_variants_and_methods_are_reported() {
    assert_eq!(
        reported(("[a, b]", "[a]"), |items| items
            .retain(|item| item.name != "B")),
        ["breaking generated-variant-removed: variant `UserKind::B` disappears"]
    );
    // Members of a renamed type are found under its new name, and need no finding.
    let base = BASE
        .replace("    User:", "    Account:")
        .replace("schemas/User'", "schemas/Account'");
    let (old, mut new) = (code(), code());
    for item in &mut new.items {
        item.owner = item.owner.replace("User", "Account").into();
        item.name = item.name.replace("User", "Account");
        item.ty = item.ty.replace("User", "Account").into();
        for place in &mut item.places {
            *place = place.replace(USER, "/components/schemas/Account");
        }
    }
    let (base, head) = (document("base.yaml", BASE), document("head.yaml", &base));
    let options = Options::new(today()).with_profile(Profile::Codegen);
    let report = diff_with_code((&base, &old), (&head, &new), &options);
    let reported: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.rule, finding.rust.as_deref()))
        .collect();
    assert_eq!(
        reported,
        [(
            "component-renamed",
            Some("type `User` becomes `Account`; type `UserKind` becomes `AccountKind`")
        )]
    );

    assert_eq!(
        self::reported(("getUser", "fetchUser"), |items| {
            named(items, CodeKind::Method, "get_user").name = "fetch_user".to_owned();
            named(items, CodeKind::Argument, "id").owner = "Client::fetch_user".into();
        }),
        ["breaking operation-id-renamed: method `Client::get_user` becomes `Client::fetch_user`"]
    );
}

#[test]
fn a_method_in_another_trait_is_the_same_method() {
    let with_trait = |name: &str, path: &str| {
        let mut code = code();
        let mut method = item(CodeKind::Method, name, "get_user", "", &[]);
        method.places = vec![format!("/paths/~1users~1{{{path}}}/get")];
        code.items.push(method);
        code
    };
    let (old, new) = (with_trait("Users", "id"), with_trait("People", "key"));
    let text = BASE.replace(
        "operationId: getUser",
        "operationId: getUser\n      tags: [Users]",
    );
    let head = text
        .replace("[Users]", "[People]")
        .replace("{id}", "{key}")
        .replace("name: id", "name: key");
    let (base, head) = (document("base.yaml", &text), document("head.yaml", &head));
    let options = Options::new(today()).with_profile(Profile::Codegen);
    let report = diff_with_code((&base, &old), (&head, &new), &options);
    let findings = report.findings.iter();
    let reported: Vec<_> = findings
        .filter_map(|finding| finding.rust.as_deref())
        .collect();
    assert_eq!(
        reported,
        ["method `Users::get_user` becomes `People::get_user`"]
    );
}

#[test]
fn a_change_of_code_without_one_of_the_document_is_reported() {
    assert_eq!(
        reported(("title: Users", "title: Users"), |items| {
            named(items, CodeKind::Field, "email").ty = "Option<Email>".into();
        }),
        [
            "breaking generated-field-type-changed: field `User.email` changes from `Option<String>` to `Option<Email>`"
        ]
    );
}

/// Returns two similar operations, with items that a generator could emit for them.
fn two_operations(first: &str, second: &str) -> (String, GeneratedCode) {
    let operation = |id: &str| format!("{{get: {{operationId: {id}, responses: {{}}}}}}");
    let text = format!(
        "{{openapi: 3.0.3, info: {{title: T, version: 1.0.0}}, paths: {{/a: {}, /b: {}}}}}",
        operation(first),
        operation(second)
    );
    let method = |name: &str, path: &str| CodeItem {
        places: vec![format!("/paths/~1{path}/get")],
        ..item(CodeKind::Method, "Client", name, "fn() -> Ok", &[])
    };
    let items = vec![method(first, "a"), method(second, "b")];
    (text, GeneratedCode { items })
}

#[test]
fn methods_that_exchange_their_names_compile_and_call_something_else() {
    let ((base, old), (head, new)) = (two_operations("x", "y"), two_operations("y", "x"));
    let (base, head) = (document("base.yaml", &base), document("head.yaml", &head));
    let options = Options::new(today()).with_profile(Profile::Codegen);
    let report = diff_with_code((&base, &old), (&head, &new), &options);
    assert_eq!(report.verdict.name(), "breaking");
    let rust = report
        .findings
        .iter()
        .filter_map(|finding| finding.rust.as_deref());
    let rust: Vec<_> = rust.collect();
    assert!(
        rust.iter()
            .any(|text| text.contains("`Client::x` calls another operation")),
        "{rust:?}"
    );
}

#[test]
fn what_a_method_takes_and_returns_is_part_of_it() {
    let added = (
        "        '200': {description: ok,",
        "        '404': {description: gone}\n        '200': {description: ok,",
    );
    assert_eq!(
        reported(added, |items| {
            named(items, CodeKind::Failure, "").ty = "OpaqueBody<()>".into();
        }),
        [
            "breaking generated-item-changed: failure of `Client::get_user` changes from `Infallible` to `OpaqueBody<()>`"
        ]
    );
    let removed = (
        "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n",
        "",
    );
    assert_eq!(
        reported(removed, |items| {
            items.retain(|item| item.kind != CodeKind::Argument);
        }),
        ["breaking generated-item-changed: argument `Client::get_user(id: String)` disappears"]
    );
}
