"""The faults that a document gives occasion for: each a document that the mock serves instead, or a change of its responses."""
import copy
import json
import re

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "multipleOf")
DEEPEST = 4


class Operation:
    def __init__(self, document, base, path, method):
        self.document, self.path, self.method = document, base + path, method.upper()
        self.steps = ("paths", path, method)
        self.name = f"{self.method} {path}"
        literals = re.split(r"\{.*?\}", self.path)
        self.pattern = re.compile("[^/]+".join(map(re.escape, literals)))

    def parameters(self):
        """Each parameter with its place."""
        for steps in (("paths", self.steps[1]), self.steps):
            for index in range(len(at(self.document, steps).get("parameters", []))):
                place = steps + ("parameters", index)
                yield place, at(self.document, place)

    def responses(self):
        responses = at(self.document, self.steps).get("responses", {})
        return {str(status): resolved(self.document, it) for status, it in responses.items()}

    def response(self, status):
        responses = self.responses()
        return next((responses[key] for key in (str(status), f"{status // 100}XX", "default") if key in responses), None)


class Fault:
    """`document` is what the mock serves instead; `change` what becomes of responses of the operation."""

    def __init__(self, kind, operation, what, document=None, change=None):
        self.kind, self.operation, self.what = kind, operation, what
        self.document = document
        self.change = change and (lambda at, *rest: change(*rest) if at.name == operation.name else None)


def target(document, reference):
    node = document
    for token in reference.removeprefix("#/").split("/"):
        node = node[token.replace("~1", "/").replace("~0", "~")]
    return node


def resolved(document, node):
    while isinstance(node, dict) and "$ref" in node:
        node = target(document, node["$ref"])
    return node


def at(document, steps):
    node = document
    for step in steps:
        node = resolved(document, node)[step]
    return resolved(document, node)


def changed(document, steps, change):
    """A copy in which the node at a place is changed there alone: references on the way are replaced by what they refer to."""
    document = copy.deepcopy(document)
    node, keys = document, list(steps)
    for key in keys:
        inner = node[key]
        if isinstance(inner, dict) and "$ref" in inner:
            inner = node[key] = copy.deepcopy(resolved(document, inner))
        node = inner
    change(node)
    return document


def operations(document):
    servers = document.get("servers") or [{"url": "/"}]
    base = re.sub(r"^https?://[^/]*", "", servers[0]["url"]).rstrip("/")
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(document, base, path, method)


def schemas(document, steps, depth=0):
    """Schemas below a place that every value of it has to obey, with their places."""
    schema = at(document, steps)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    yield steps, schema
    for name in schema.get("properties", {}):
        if not at(document, steps + ("properties", name)).get("readOnly"):
            yield from schemas(document, steps + ("properties", name), depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from schemas(document, steps + ("items",), depth + 1)
    for index in range(len(schema.get("allOf", []))):
        yield from schemas(document, steps + ("allOf", index), depth + 1)


def json_body(operation):
    """The place of the schema of the JSON body of requests."""
    content = resolved(operation.document, at(operation.document, operation.steps).get("requestBody", {})).get("content", {})
    name = next((name for name in content if "json" in name and "schema" in content[name]), None)
    return name and operation.steps + ("requestBody", "content", name, "schema")


def loosened(schema, keyword):
    """The other side of a bound, one further; nothing for what is no number of things."""
    value = schema[keyword]
    if keyword in ("pattern", "uniqueItems", "multipleOf") or not isinstance(value, int):
        return None
    return value + (1 if keyword.startswith("max") else -1)


def is_bound(schema, keyword, kind):
    """Whether a keyword rules anything out that the rest of the schema does not, and that can be written."""
    if keyword not in schema:
        return False
    if keyword == "minItems" and kind == "parameter":
        return schema[keyword] > 1  # An empty list is no parameter.
    if keyword == "minimum" and schema.get("format", "").startswith("uint"):
        return schema[keyword] > 0
    if keyword == "maxItems" and schema.get("uniqueItems"):
        return len(schema.get("items", {}).get("enum", range(1000))) > schema[keyword]
    return True


def of_requests(operation):
    """Faults in what the server makes of requests: it is built of another document."""
    document, steps = operation.document, operation.steps

    def fault(kind, what, place, change):
        return Fault(kind, operation, what, document=changed(document, place, change))

    object_ = at(document, steps)
    security = object_.get("security", document.get("security", []))
    if security and all(security):
        yield fault("credentials not demanded", "", steps, lambda it: it.update(security=[]))
    places = []
    for place, parameter in operation.parameters():
        if parameter["in"] == "header" and parameter["name"].lower() in ("accept", "authorization", "content-type"):
            continue  # The standard has these ignored.
        name = f"{parameter['in']} {parameter['name']}"
        if parameter["in"] != "path":
            if parameter.get("required"):
                yield fault("required parameter not demanded", name, place, lambda it: it.pop("required"))
            else:
                yield fault("optional parameter demanded", name, place, lambda it: it.update(required=True))
        if "schema" in parameter:
            places += [(name, *it) for it in schemas(document, place + ("schema",))]
    body = json_body(operation)
    if body:
        places += [("body", *it) for it in schemas(document, body)]
        if at(document, steps + ("requestBody",)).get("required"):
            yield fault("required body not demanded", "", steps + ("requestBody",), lambda it: it.pop("required"))
    content = resolved(document, object_.get("requestBody", {})).get("content", {})
    if len(content) > 1:
        for name in content:
            place = steps + ("requestBody", "content")
            yield fault("media type of bodies refused", name, place, lambda it, name=name: it.pop(name))
    for name, place, schema in places:
        where = "/".join(str(step) for step in place[place.index("schema") + 1 :])
        where = f"{name} {where}".strip()
        kind = "parameter" if name != "body" else "body"
        for keyword in BOUNDS:
            if is_bound(schema, keyword, kind):
                what = f"{where}: {keyword}"
                yield fault(f"{keyword} of a {kind} not checked", what, place, lambda it, keyword=keyword: it.pop(keyword))
                further = loosened(schema, keyword)
                if further is not None:
                    yield fault("bound off by one", what, place, lambda it, keyword=keyword, to=further: it.update({keyword: to}))
        if schema.get("type") in ("integer", "number", "boolean"):
            yield fault(f"type of a {kind} not checked", where, place, lambda it: (it.clear(), it.update({})))
        if len(schema.get("enum", [])) > 0:
            yield fault(f"enum of a {kind} not checked", where, place, lambda it: it.pop("enum"))
        if len(schema.get("enum", [])) > 1:
            yield fault("value of an enum refused", where, place, lambda it: it.update(enum=it["enum"][:-1]))
        for property_ in schema.get("required", []):
            without = [it for it in schema["required"] if it != property_]

            def optional(it, without=without):
                it.update(required=without) if without else it.pop("required")

            yield fault("required property not demanded", f"{where}: {property_}", place, optional)
        for property_ in schema.get("properties", {}):
            if property_ not in schema.get("required", []):
                more = [*schema.get("required", []), property_]
                yield fault("optional property demanded", f"{where}: {property_}", place, lambda it, more=more: it.update(required=more))
        if schema.get("additionalProperties") is False:
            yield fault("unknown property accepted", where, place, lambda it: it.pop("additionalProperties"))
    if len(document["paths"]) > 1:
        yield Fault("operation not there", operation, "", document=changed(document, steps[:2], lambda it: it.pop(steps[2])))


def values(document, schema, value, path=()):
    """Values of a body with their schemas and paths, and for each member whether it is required."""
    schema = resolved(document, schema)
    parts = [schema] + [resolved(document, it) for it in schema.get("allOf", [])]
    for part in parts:
        yield path, part, value
        if isinstance(value, dict):
            for name, inner in part.get("properties", {}).items():
                if name in value:
                    yield from values(document, inner, value[name], path + (name,))
        if isinstance(value, list) and value and isinstance(part.get("items"), dict):
            yield from values(document, part["items"], value[0], path + (0,))


def replaced(body, path, value):
    body = copy.deepcopy(body)
    if not path:
        return value
    node = body
    for step in path[:-1]:
        node = node[step]
    if value is Ellipsis:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return body


def broken(document, schema, body):
    """Bodies that break a schema in one place each, as (kind, place, body)."""
    for path, part, value in values(document, schema, body):
        where = "/".join(map(str, path)) or "the body"
        kinds = part.get("type")
        if isinstance(value, dict):
            for name in part.get("required", []):
                if name in value:
                    yield "required property missing", f"{where}: {name}", replaced(body, path + (name,), ...)
            if part.get("additionalProperties") is False:
                yield "unknown property", where, replaced(body, path + ("x-unknown",), True)
        if path and isinstance(kinds, str):
            wrong = {"string": 7, "array": {}, "object": [], "integer": "text", "number": "text", "boolean": "text"}[kinds]
            yield "property of another type", where, replaced(body, path, wrong)
            if not part.get("nullable"):
                yield "null for a property", where, replaced(body, path, None)
        if not path and kinds in ("object", "array"):
            yield "body of another type", where, {"array": {}, "object": []}[kinds]
        if "enum" in part:
            yield "value outside of an enum", where, replaced(body, path, "x-unknown" if kinds == "string" else -12345)
        if isinstance(part.get("minimum"), (int, float)):
            yield "value beyond a bound", where, replaced(body, path, part["minimum"] - 1)
        if isinstance(part.get("maxLength"), int):
            yield "value beyond a bound", where, replaced(body, path, "a" * (part["maxLength"] + 1))
        if "pattern" in part:
            yield "pattern not matched", where, replaced(body, path, "\u00e9 \u00e9")


def is_known(operation, status):
    return operation.response(status) is not None


def with_json(answer, value):
    answer.body = json.dumps(value).encode()
    return answer


def on(is_success):
    """Makes a change that is applied to successes, or to refusals of requests."""

    def condition(change):
        def changed_answer(_, answer, __):
            meant = answer.is_success if is_success else 400 <= answer.status < 500
            return change(answer) if meant else None

        return changed_answer

    return condition


def of_responses(operation, success, refusal):
    """Faults in the responses of an operation, of which two were recorded."""
    document = operation.document

    def fault(kind, what, change, is_success=True):
        return Fault(kind, operation, what, change=on(is_success)(change))

    def status(to):
        return lambda it: setattr(it, "status", to)

    if success:
        response = operation.response(success.status) or {}
        other = next((it for it in (203, 206, 226) if not is_known(operation, it)), None)
        if other:
            yield fault("undocumented status", str(other), status(other))
        yield fault("500 for a valid request", "", status(500))
        yield fault("connection closed", "", lambda it: setattr(it, "breaks_off", True))
        body = success.json()
        content = response.get("content", {})
        media = next((content[name] for name in content if "json" in name), None)
        if body is not None and media and "schema" in media:
            yield fault("undocumented media type", "", lambda it: it.set_header("content-type", "text/x-unknown"))
            yield fault("no media type", "", lambda it: it.set_header("content-type", None))
            yield fault("empty body", "", lambda it: setattr(it, "body", b""))
            yield fault("truncated JSON", "", lambda it: setattr(it, "body", it.body[: len(it.body) * 2 // 3]))
            for kind, where, value in broken(document, media["schema"], body):
                yield fault(kind, where, lambda it, value=value: with_json(it, value))
        for name, header in response.get("headers", {}).items():
            header = resolved(document, header)
            if header.get("required"):
                yield fault("required header missing", name, lambda it, name=name: it.set_header(name, None))
            if resolved(document, header.get("schema", {})).get("type") in ("integer", "number", "boolean"):
                yield fault("header of another type", name, lambda it, name=name: it.set_header(name, "many"))
    if refusal:
        yield fault("500 for an invalid request", "", status(500), is_success=False)
        response = operation.response(refusal.status)
        if response:
            other = next((it for it in (418, 451) if not is_known(operation, it)), None)
            if other:
                yield fault("undocumented refusal", str(other), status(other), is_success=False)
            body = refusal.json()
            content = response.get("content", {})
            media = next((content[name] for name in content if "json" in name), None)
            if body is not None and media and "schema" in media:
                wrong = next((it for kind, _, it in broken(document, media["schema"], body) if kind == "required property missing"), None)
                if wrong is not None:
                    yield fault("error body breaks the document", "", lambda it: with_json(it, wrong), is_success=False)
                yield fault("error body of another media type", "", lambda it: it.set_header("content-type", "text/x-unknown"), is_success=False)
    if success and json_body(operation):

        def takes(condition):
            """Answers with the success that was seen before, where the request meets a condition."""

            def change(request, answer, known):
                return known.copy() if known and 400 <= answer.status < 500 and condition(*request) else None

            return change

        def is_no_json(_, body):
            try:
                return bool(body) and json.loads(body) is None
            except ValueError:
                return True

        def is_other(headers, body):
            return bool(body) and "json" not in headers.get("content-type", "")

        yield Fault("body that is not JSON accepted", operation, "", change=takes(is_no_json))
        yield Fault("other media type accepted", operation, "", change=takes(is_other))


def chosen(faults, number, random):
    """Faults of as many kinds as there are, in turn."""
    kinds = {}
    for fault in faults:
        kinds.setdefault(fault.kind, []).append(fault)
    for group in kinds.values():
        random.shuffle(group)
    order = sorted(kinds)
    random.shuffle(order)
    picked = []
    while len(picked) < number and any(kinds.values()):
        for kind in order:
            if kinds[kind] and len(picked) < number:
                picked.append(kinds[kind].pop())
    return picked
