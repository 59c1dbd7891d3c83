#!/usr/bin/env python3
"""Compares the profile `codegen` with cargo-semver-checks on edits of this project's own documents.

    tests/semver/compare.py [FOLDER]

Every edit changes one place of a document. The crates of all edits are modules of one package, so that rustdoc runs once
for the old and once for the new revision; what cargo-semver-checks reports belongs to the edit of the module that it names.
The result is written to results.md beside this file. It needs `cargo install cargo-semver-checks` and PyYAML, takes some minutes,
and is no part of the test command.
"""
import copy, json, os, re, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.dirname(HERE))

import documents

WORK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target", "semver"))
XTASK = os.environ.get("XTASK", os.path.join(ROOT, "target", "debug", "xtask"))
DOCUMENTS = [("zstack", "recover-image.yaml", 130), ("zstack-node-protocol", "node-protocol.yaml", 130)]
METHODS = {"get", "put", "post", "delete", "patch"}


def schemas(document):
    """Every schema object that is no reference, by its path."""
    found = []

    def walk(node, path):
        if isinstance(node, dict):
            if not path or path[-1] not in ("example", "examples", "x-i18n", "properties"):
                if "$ref" not in node and ("type" in node or "properties" in node or "enum" in node):
                    found.append(path)
            for key, inner in node.items():
                if key not in ("example", "examples", "x-i18n", "default"):
                    walk(inner, path + [key])
        elif isinstance(node, list):
            for index, inner in enumerate(node):
                walk(inner, path + [index])

    walk(document, [])
    return found


def at(document, path):
    for key in path:
        document = document[key]
    return document


def edits(document):
    """Names and functions, each of which edits a copy of the document in one place."""

    def pointer(path):
        return "/" + "/".join(str(key).replace("~", "~0").replace("/", "~1") for key in path)

    for path in schemas(document):
        schema = at(document, path)
        where = pointer(path)
        yield f"type changed: {where}", lambda d, p=path, s=schema: at(d, p).update(
            type="integer" if s.get("type") == "string" else "string")
        yield f"maxLength or minProperties added: {where}", lambda d, p=path, s=schema: at(d, p).update(
            {"maxLength": 7} if s.get("type") == "string" else {"minProperties": 1})
        if "enum" in schema and len(schema["enum"]) > 1:
            yield f"value removed: {where}/enum", lambda d, p=path: at(d, p)["enum"].pop()
        if "enum" in schema:
            yield f"value added: {where}/enum", lambda d, p=path: at(d, p)["enum"].append("Brandnew")
        for name in schema.get("properties", {}):
            yield f"property removed: {where}/properties/{name}", lambda d, p=path, n=name: (
                at(d, p)["properties"].pop(n),
                at(d, p).get("required", []) and at(d, p).update(required=[r for r in at(d, p)["required"] if r != n] or ["zz"]))
            if name in schema.get("required", []):
                yield f"property optional: {where}/properties/{name}", lambda d, p=path, n=name: at(d, p)["required"].remove(n)
            else:
                yield f"property required: {where}/properties/{name}", lambda d, p=path, n=name: at(d, p).setdefault("required", []).append(n)
        if "properties" in schema:
            yield f"optional property added: {where}", lambda d, p=path: at(d, p)["properties"].update(brandNew={"type": "string"})
            yield f"required property added: {where}", lambda d, p=path: (
                at(d, p)["properties"].update(brandNew={"type": "string"}), at(d, p).setdefault("required", []).append("brandNew"))
    for route, item in document["paths"].items():
        for method in METHODS & set(item):
            here, where = ["paths", route, method], f"{method.upper()} {route}"
            yield f"operation removed: {where}", lambda d, r=route, m=method: d["paths"][r].pop(m)
            yield f"operationId renamed: {where}", lambda d, p=here: at(d, p).update(operationId="brandNewName")
            yield f"tag changed: {where}", lambda d, p=here: at(d, p).update(tags=["brand new"])
            yield f"optional query parameter added: {where}", lambda d, p=here: at(d, p).setdefault("parameters", []).append(
                {"name": "brandNew", "in": "query", "schema": {"type": "string"}})
            yield f"required query parameter added: {where}", lambda d, p=here: at(d, p).setdefault("parameters", []).append(
                {"name": "brandNew", "in": "query", "required": True, "schema": {"type": "string"}})
            yield f"response 418 added: {where}", lambda d, p=here: at(d, p)["responses"].update({"418": {"description": "teapot"}})
            for status in item[method]["responses"]:
                yield f"response {status} removed: {where}", lambda d, p=here, s=status: at(d, p)["responses"].pop(s)
            if "requestBody" in item[method]:
                yield f"request body removed: {where}", lambda d, p=here: at(d, p).pop("requestBody")
                yield f"request body turned optional or required: {where}", lambda d, p=here: at(d, p)["requestBody"].update(
                    required=not at(d, p)["requestBody"].get("required"))
            if item[method].get("security"):
                yield f"authentication removed: {where}", lambda d, p=here: at(d, p).update(security=[])


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)


def package(side, modules):
    """A package with a module for each edit."""
    folder = os.path.join(WORK, side)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "src"))
    runtime = lambda name: f'{name} = {{ path = "{ROOT}/crates/{name}" }}\n'
    with open(os.path.join(folder, "Cargo.toml"), "w") as file:
        file.write('[package]\nname = "batch"\nversion = "1.0.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\nhttp = "1.4"\n'
                   'serde = { version = "1.0", features = ["derive"] }\nserde_json = "1.0"\n' + "".join(map(runtime, ["oas-types", "oas-client", "oas-server"])))
    shutil.copy(os.path.join(ROOT, "Cargo.lock"), folder)
    with open(os.path.join(folder, "src", "lib.rs"), "w") as file:
        file.write("".join(f"pub mod {name};\n" for name, _, _ in modules))
    for name, crate, generated in modules:
        here = os.path.join(folder, "src", name)
        for part in ("types", "client", "server"):
            source = os.path.join(generated, f"{crate}-{part}", "src")
            os.makedirs(os.path.join(here, part))
            for file in os.listdir(source):
                text = open(os.path.join(source, file)).read()
                text = re.sub(r"#!\[[^\n]*\n", "", text)
                text = text.replace("crate::", f"crate::{name}::{part}::")
                text = text.replace(f"{crate.replace('-', '_')}_types", f"crate::{name}::types")
                open(os.path.join(here, part, "mod.rs" if file == "lib.rs" else file), "w").write(text)
        open(os.path.join(here, "mod.rs"), "w").write("pub mod types;\npub mod client;\npub mod server;\n")
    return folder


def generate(document, crate, folder):
    path = folder + ".json"
    with open(path, "w") as file:
        json.dump(document, file)
    shutil.rmtree(folder, ignore_errors=True)
    done = run(XTASK, "generate", "--spec", path, "--out", folder, "--name", crate, "--no-tests", "--no-lint")
    return path if done.returncode == 0 else None


def main():
    os.makedirs(WORK, exist_ok=True)
    old, new, rows = [], [], []
    for crate, file, limit in DOCUMENTS:
        document = documents.read(os.path.join(ROOT, "openapi", file))
        base = os.path.join(WORK, crate)
        base_path = generate(document, crate, base)
        assert base_path, f"{file} cannot be generated"
        all_edits = list(edits(document))
        # Evenly, so that every kind is among them.
        step = max(1, len(all_edits) / limit)
        for at_index in range(min(limit, len(all_edits))):
            what, edit = all_edits[int(at_index * step)]
            head = copy.deepcopy(document)
            edit(head)
            name = f"e{len(rows):03}"
            path = generate(head, crate, os.path.join(WORK, name))
            if path is None:
                continue
            report = run(XTASK, "diff", base_path, path, "--profile", "codegen", "--format", "json", "--fail-on", "never", "--review", os.devnull)
            report = json.loads(report.stdout)
            old.append((name, crate, base))
            new.append((name, crate, os.path.join(WORK, name)))
            rows.append((name, file, what, report))
    base, head = package("base", old), package("head", new)
    checked = run("cargo", "semver-checks", "--manifest-path", os.path.join(head, "Cargo.toml"), "--baseline-root", base,
                  "--release-type", "minor", env={**os.environ, "CARGO_TARGET_DIR": os.path.join(WORK, "target")})
    output = checked.stdout + checked.stderr
    open(os.path.join(WORK, "output.txt"), "w").write(output)
    assert "Summary" in output or "no semver update required" in output, output[-3000:]
    lints, lint = {}, None
    for line in output.splitlines():
        if found := re.match(r"--- failure (\w+)", line):
            lint = found.group(1)
        if lint and line.startswith("  "):
            for module in set(re.findall(r"\b(e\d{3})\b", line)):
                lints.setdefault(module, set()).add(lint)
    write(rows, lints)


def write(rows, lints):
    same, table = 0, []
    for name, file, what, report in rows:
        broken = [f for f in report["findings"] if f["severity"] == "breaking"]
        ours, theirs = report["verdict"] == "breaking", sorted(lints.get(name, []))
        rust = [f["rust"] for f in report["findings"] if f.get("rust")]
        if ours == bool(theirs):
            same += 1
            why = ""
        elif theirs:
            why = "**MISSED**"
        elif not any(f.get("rust") for f in broken):
            why = "the wire alone breaks: the code compiles, and requests are refused or responses have other values"
        elif all("changes from" in text or "calls another" in text for text in rust):
            why = "cargo-semver-checks has no lint for the types of fields, variants, arguments and results"
        else:
            why = "**MORE**: " + rust[0]
        table.append(f"| {file} | {what} | {report['verdict']} | {', '.join(theirs) or '-'} | {why} |")
    with open(os.path.join(HERE, "results.md"), "w") as out:
        out.write("# The profile `codegen` beside cargo-semver-checks\n\nWritten by [compare.py](compare.py). "
                  f"{len(rows)} edits of this project's documents; {same} of them are rated alike, and each difference has its reason.\n\n"
                  "| Document | Edit | Profile | cargo-semver-checks | Where they differ |\n|---|---|---|---|---|\n" + "\n".join(table).replace("{", "\\{") + "\n")
    print(f"{same} of {len(rows)} alike; {sum('**' in row for row in table)} to look at")


main()
