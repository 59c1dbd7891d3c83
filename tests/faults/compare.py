#!/usr/bin/env python3
"""Seeds faults into mocks of documents, and counts how many `oas verify` and schemathesis find in the same time.

    tests/faults/compare.py [--number N] [--seconds S] [--only TOOL] [DOCUMENT...]

A fault is a document with one change that the mock serves in the place of the original, or a change of the responses by a proxy in
between; nothing is compiled. Both tools get the original. What they report about the mock without a fault counts for nothing: of
schemathesis that is its own baseline, made with the same seed and three times the time. Faults are chosen by a fixed seed, of as many
kinds as a document has, in turn.

The program is `OAS` (target/release/oas without it), and schemathesis what is on the path or in tests/faults/venv; without it, or with
`--only`, one column is empty. It needs PyYAML, takes half an hour, is no part of the test command, and writes results.md beside this
file.
"""
import argparse
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.dirname(HERE))

import documents
import faults
from proxy import Proxy

OAS = os.environ.get("OAS", os.path.join(ROOT, "target", "release", "oas"))
DOCUMENTS = (
    "openapi/recover-image.yaml",
    "tests/bench/openapi/recover.yaml",
    "tests/features/constraints.yaml",
    "tests/features/responses.yaml",
    "tests/features/bodies.yaml",
)
SECRET = "5e1a5e1a"


@contextmanager
def mock(document, folder):
    """Serves a document; yields the port."""
    file = os.path.join(folder, "served.json")
    with open(file, "w") as out:
        json.dump(document, out)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [OAS, "serve", "--spec", file, "--addr", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        for _ in range(500):
            if process.poll() is not None:
                raise RuntimeError("the mock refuses the document")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


class Verify:
    """`oas verify`: what is new are findings with another message than those without a fault."""

    name = "oas verify"

    def __init__(self, document, file, base, seconds, folder):
        schemes = faults.resolved(document, document.get("components", {})).get("securitySchemes", {})
        value = {"basic": f"user:{SECRET}"}
        credentials = [f"{name}={value.get(it.get('scheme'), SECRET)}" for name, it in schemes.items()]
        self.command = [OAS, "verify", "--spec", file, "--allow", "all", "--format", "json", "--time-limit", str(seconds)]
        self.command += [part for it in credentials for part in ("--credential", it)]
        self.folder, self.known = folder, set()

    def findings(self, port):
        done = subprocess.run([*self.command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, cwd=self.folder)
        if not done.stdout:
            # Not one answer arrived, which is reported as well.
            return {done.stderr.strip().splitlines()[-1]}
        return {(it["rule"], it["message"]) for it in json.loads(done.stdout)["findings"]}

    def learn(self, port):
        self.known = self.findings(port)

    def finds(self, port):
        return bool(self.findings(port) - self.known)


class Schemathesis:
    """schemathesis, with a baseline of what it reports without a fault."""

    name = "schemathesis"

    def __init__(self, document, file, base, seconds, folder):
        schemes = faults.resolved(document, document.get("components", {})).get("securitySchemes", {}).values()
        headers = []
        for it in schemes:
            if it["type"] == "apiKey" and it["in"] == "header":
                headers.append(f"{it['name']}: {SECRET}")
            elif it["type"] in ("oauth2", "openIdConnect"):
                headers.append(f"Authorization: Bearer {SECRET}")
            elif it["type"] == "http":
                headers.append(f"Authorization: {'Basic dXNlcjo1ZTFh' if it['scheme'] == 'basic' else it['scheme'].title() + ' ' + SECRET}")
        self.seconds, self.base, self.folder = seconds, base, folder
        self.baseline = os.path.join(folder, "baseline.json")
        self.command = [self.program(), "run", file, "--seed", "1", "--generation-database", "none", "--no-shrink"]
        self.command += ["--suppress-health-check", "all", "--continue-on-failure", "--baseline", self.baseline]
        # An Authorization that several schemes share is given once.
        for header in {it.split(":")[0]: it for it in headers}.values():
            self.command += ["-H", header.replace("Oauth", "OAuth")]

    @staticmethod
    def program():
        folders = os.pathsep.join([os.path.join(HERE, "venv", "bin"), os.environ.get("PATH", "")])
        return shutil.which("schemathesis", path=folders)

    def run(self, port, seconds, *more):
        url = f"http://127.0.0.1:{port}{self.base}"
        command = [*self.command, "--url", url, "--max-time", str(seconds), *more]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder).returncode

    def learn(self, port):
        for _ in range(2):
            self.run(port, 3 * self.seconds // 2, "--baseline-update")

    def finds(self, port):
        return self.run(port, self.seconds, "--max-failures", "1") == 1


def measured(path, arguments, tools, report):
    document = documents.read(path)
    name = os.path.basename(path)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "document.json")
        with open(file, "w") as out:
            json.dump(document, out)
        operations = list(faults.operations(document))
        base = operations[0].path.removesuffix(operations[0].steps[1])
        tools = [tool(document, file, base, arguments.seconds, folder) for tool in tools]
        with mock(document, folder) as port, Proxy(operations, port) as proxy:
            # Which also records the responses.
            verify = Verify(document, file, base, arguments.seconds, folder)
            verify.learn(proxy.port)
            for tool in tools:
                tool.learn(proxy.port)
                assert not tool.finds(proxy.port), f"{tool.name} finds something in {name} without a fault"
            successes, refusals = proxy.successes, proxy.refusals
        found = []
        for operation in operations:
            found += faults.of_requests(operation)
            found += faults.of_responses(operation, successes.get(operation.name), refusals.get(operation.name))
        for fault in faults.chosen(found, arguments.number, random.Random(name)):
            with mock(fault.document or document, folder) as port, Proxy(operations, port, fault.change) as proxy:
                outcome = {}
                for tool in tools:
                    start = time.monotonic()
                    outcome[tool.name] = (tool.finds(proxy.port), time.monotonic() - start)
            report(name, fault, outcome)


def results(lines, arguments):
    """The tables, in Markdown."""
    out = [
        "<!-- @generated by tests/faults/compare.py; do not edit. -->\n",
        "# Faults that are found\n",
        f"At most {arguments.seconds} s a fault and a tool; see [the script](compare.py) for what was done.\n",
        "| Document | Kind of the fault | Operation | Place | " + " | ".join(lines[0][2]) + " |",
        "| --- | --- | --- | --- |" + " --- |" * len(lines[0][2]),
    ]
    for name, fault, outcome in lines:
        cells = ["found" if found else "**missed**" for found, _ in outcome.values()]
        what = fault.what.replace("|", "\\|")
        out.append(f"| {name} | {fault.kind} | `{fault.operation.name}` | {what} | " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=20, help="faults a document")
    parser.add_argument("--seconds", type=int, default=10, help="time for each fault and tool")
    parser.add_argument("--only", choices=("verify", "schemathesis"))
    parser.add_argument("documents", nargs="*", default=[os.path.join(ROOT, it) for it in DOCUMENTS])
    arguments = parser.parse_args()
    tools = {"verify": Verify, "schemathesis": Schemathesis}
    if not Schemathesis.program():
        print("schemathesis is not installed: python3 -m venv tests/faults/venv && tests/faults/venv/bin/pip install schemathesis pyyaml")
        del tools["schemathesis"]
    tools = [tool for name, tool in tools.items() if arguments.only in (None, name)]
    lines = []

    def report(name, fault, outcome):
        lines.append((name, fault, outcome))
        words = ", ".join(f"{tool} {'finds' if found else 'MISSES'} it in {seconds:.1f} s" for tool, (found, seconds) in outcome.items())
        print(f"{name}: {fault.kind}, {fault.operation.name} {fault.what}: {words}", flush=True)

    for path in arguments.documents:
        measured(os.path.abspath(path), arguments, tools, report)
    for tool in lines[0][2] if lines else []:
        found = [outcome[tool] for _, _, outcome in lines]
        seconds = statistics.median(seconds for _, seconds in found)
        print(f"{tool}: {sum(it for it, _ in found)} of {len(found)}, median {seconds:.1f} s")
    if lines and not arguments.only:
        with open(os.path.join(HERE, "results.md"), "w") as out:
            out.write(results(lines, arguments))


if __name__ == "__main__":
    main()
