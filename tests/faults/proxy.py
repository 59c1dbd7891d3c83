"""A proxy before the mock: it keeps what it has seen, and breaks responses in one way."""
import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# These belong to one connection (RFC 9110 §7.6.1), or are made anew.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade", "date", "host"}


class Answer:
    """A response, to be changed."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, list(headers), body
        self.breaks_off = False

    def copy(self):
        return Answer(self.status, self.headers, self.body)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set_header(self, name, value):
        """Sets a header field, or removes it without a value."""
        self.headers = [(key, old) for key, old in self.headers if key.lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def json(self):
        if "json" not in (self.header("content-type") or ""):
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def is_success(self):
        return 200 <= self.status < 300


def route(operations, method, path):
    """The operation of a request, by its method and template; the one with the most literal text."""
    found = [it for it in operations if it.method == method and it.pattern.fullmatch(path)]
    return max(found, key=lambda it: len(re.sub(r"\{.*?\}", "", it.path)), default=None)


class Proxy:
    """Passes requests to operations of a document on to a port. `change` gets the request, the response and the first success."""

    def __init__(self, operations, port, change=None):
        self.successes, self.refusals = {}, {}
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # header and body leave together
            disable_nagle_algorithm = True

            def handle_any(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP}
                upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                try:
                    upstream.request(self.command, self.path, body or None, headers)
                    response = upstream.getresponse()
                    kept = [(key, value) for key, value in response.getheaders() if key.lower() not in HOP]
                    answer = Answer(response.status, kept, response.read())
                finally:
                    upstream.close()
                operation = route(operations, self.command, self.path.split("?")[0])
                if operation:
                    seen = proxy.successes if answer.is_success else proxy.refusals
                    seen.setdefault(operation.name, answer.copy())
                    if change:
                        request = (self.headers, body)
                        answer = change(operation, request, answer, proxy.successes.get(operation.name)) or answer
                if answer.breaks_off:
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for key, value in answer.headers:
                    self.send_header(key, value)
                if not (answer.status < 200 or answer.status in (204, 304)):
                    self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD" and answer.status not in (204, 304):
                    self.wfile.write(answer.body)
                self.wfile.flush()

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.handle_any
                raise AttributeError(name)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # A client that went away.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
