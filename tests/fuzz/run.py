"""Asks a demonstration whatever the schema allows, and what it does not.

    python run.py --seconds 30 [--seed 1]

Documents are made from the schema by schemathesis, always the same for a seed: with ids and
slugs that exist, with hostile text, with other texts in the same places, with values in variables
(some of another kind, some not given), and torn. Each is sent by a buyer, a supplier and nobody. What is
answered must be an answer: no 5xx, no error without a code of the schema's list, no mistake
of ours, no words from inside; and the server lives, with nothing in its log.

Prints `ok NAME` or `not ok NAME`, and of what failed how to see it again.

SAMSPILL_BIN   the built program (default: the workspace's debug build)
DATABASE_URL   an empty database on PostgreSQL (default: SQLite in a folder of its own)
"""

import argparse
import http.client
import json
import os
import random
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import graphql
import schemathesis.graphql
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = (ROOT / "graphql/schema.graphql").read_text()
CODES = set(re.findall(r"^\t([A-Z_]+)$", re.search(r"^enum ErrorCode \{(.*?)^\}", SCHEMA, re.S | re.M)[1], re.M))
SCHEMA_TYPES = graphql.build_schema(SCHEMA, assume_valid=True)
PERSONAS = ["Ingrid Moen", "Kari Lunde"]
# A seed is worth so many documents; then the next one.
ROUND = 15
# So many times each with other texts.
RESPLICED = 4
# Fewer, and the run says little.
LEAST_SENT, LEAST_RUN = 300, 60
# What may be in what somebody wrote, but not in our words.
INSIDE = re.compile(
    r"panick|backtrace|\.rs\b|\bsqlx\b|sqlite|postgres|\bserde|async.graphql|DbErr|SELECT |INSERT |UPDATE |"
    r"relation \"|column \"|constraint|(core|alloc|std|domain|sea_orm)::|/(home|root|tmp|var)/|Option<|Vec<|Some\(",
    re.I,
)
HOSTILE = [
    "", " ", "'", "\"", "'; DROP TABLE needs; --", "%", "_%", "\\", "../../etc/passwd", "\u0000", "\u202e", "🙂" * 50,
    "a" * 20_001, "<script>alert(1)</script>", "{{7*7}}", "NaN", "-1", "99999999999999999999", "2026-02-30",
    "2026-01-05T08:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00", "+275760-09-13", "noen@example.no", "https://x.no",
    "914778271", "48180000", "nb", "æøå", "\ufeff", "\ud7ff", "1e309",
]
KNOWN = """{
  needs(first: 10) { nodes { id slug organisation { id slug } } }
  events(first: 5) { nodes { id slug } }
  ownNeeds(first: 10) { nodes { id slug } }
  viewer { acting { organisation { id } } }
}"""


class Server:
    """A demonstration of its own."""

    def __init__(self):
        self.data = tempfile.mkdtemp(prefix="samspill-fuzz-")
        probe = socket.socket()
        probe.bind(("127.0.0.1", 0))
        self.host = "127.0.0.1:%d" % probe.getsockname()[1]
        probe.close()
        program = os.environ.get("SAMSPILL_BIN", str(ROOT / "target/debug/samspill"))
        # What the developer has set for other work must not decide what is tested.
        env = {"PATH": os.environ["PATH"]}
        if "DATABASE_URL" in os.environ:
            env["DATABASE_URL"] = os.environ["DATABASE_URL"]
        for caller in ("PERSON", "TOKEN", "ADDRESS"):
            env[f"SAMSPILL_LIMITS__{caller}_POINTS"] = "1000000000"
        self.log = open(self.data + ".log", "w+")
        command = [program, "demo", "--fresh", "--data", self.data, "--bind", self.host]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=self.log, text=True)
        if not any(line.startswith("Samspill serves") for line in self.process.stdout):
            self.stop()
            raise SystemExit("not ok the demonstration starts\n" + Path(self.log.name).read_text()[-2000:])
        self.connection = None

    def post(self, body, token=None):
        headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, timeout=30)
            try:
                self.connection.request("POST", "/graphql", body, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                # A kept connection may have been closed; a server that is gone stays gone.
                self.connection = None
                if attempt == 2:
                    raise

    def ask(self, query, variables=None, token=None):
        _, body = self.post(json.dumps({"query": query, "variables": variables}).encode(), token)
        return json.loads(body)

    def sign_in(self, persona):
        personas = self.ask("{ personas { name email } }")["data"]["personas"]
        email = next(p["email"] for p in personas if p["name"] == persona)
        mutation = "mutation($email: String!) { signInAsPersona(input: { email: $email }) { signedIn { accessToken } } }"
        return self.ask(mutation, {"email": email})["data"]["signInAsPersona"]["signedIn"]["accessToken"]

    def troubles(self):
        """What its log holds that should not be there."""
        lines = Path(self.log.name).read_text(errors="replace").splitlines()
        return [line for line in lines if re.search(r"\bERROR\b|panicked", line)]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)
        os.unlink(self.data + ".log")


def strings_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item)]
    return [value] if isinstance(value, str) else []


def documents(known):
    """The strategy: any operation of the schema, with values that mean something now and then."""
    node = schemathesis.graphql.nodes.String
    text = st.one_of(st.sampled_from(known), st.sampled_from(HOSTILE), st.text(max_size=30)).map(node)
    ids = st.one_of(st.sampled_from(known), st.sampled_from(known), st.text(max_size=10)).map(node)
    times = st.one_of(
        st.datetimes().map(lambda t: t.isoformat() + "Z"), st.sampled_from(HOSTILE), st.text(max_size=10)
    ).map(node)
    numbers = st.one_of(st.sampled_from(["974760673", "33100000", "33100000-1"]), st.text(max_size=10)).map(node)
    amounts = st.integers(-(2**63), 2**63 - 1).map(schemathesis.graphql.nodes.Int)
    scalars = {
        "String": text, "Markdown": text, "ID": ids, "DateTime": times, "Date": times,
        "OrganisationNumber": numbers, "CpvCode": numbers, "Money": amounts,
    }
    for name, strategy in scalars.items():
        schemathesis.graphql.scalar(name, strategy)
    schema = schemathesis.graphql.from_file(SCHEMA)
    operations = [operation.ok() for operation in schema.get_all_operations()]
    assert len(operations) > 100, f"only {len(operations)} operations"
    return st.one_of([operation.as_strategy() for operation in operations]).map(lambda case: case.body)


def torn(document, chance):
    """The document with something missing, doubled or changed."""
    at = chance.randrange(len(document) + 1)
    to = min(len(document), at + chance.randrange(1, 12))
    middle = chance.choice(["", document[at:to] * 2, chance.choice(HOSTILE)[:40], "{", "}", "(", "$", "...", "@skip"])
    return document[:at] + middle + document[to:]


def respliced(document, known, chance):
    """The document with other texts in it: making one from the schema takes a while, this does not."""

    def other(text):
        if chance.random() < 0.3:
            return text[0]
        # JSON's way of writing a character is GraphQL's, too.
        return json.dumps(chance.choice(known if chance.random() < 0.6 else HOSTILE))

    return re.sub(r'"(?:[^"\\\n]|\\.)*"', other, document)


def lifted(document, chance):
    """The document with values in variables, some of them of another kind, null, or not given."""
    try:
        parsed = graphql.parse(document)
    except graphql.GraphQLError:
        return document, {}
    info, given, declared = graphql.TypeInfo(SCHEMA_TYPES), {}, []

    class Lift(graphql.Visitor):
        def enter_argument(self, node, *_):
            kind = info.get_input_type()
            if kind is None or chance.random() < 0.3 or isinstance(node.value, graphql.VariableNode):
                return None
            name = f"v{len(declared)}"
            declared.append(f"${name}: {kind}")
            dice = chance.random()
            if dice < 0.6:
                given[name] = graphql.value_from_ast_untyped(node.value)
            elif dice < 0.75:
                given[name] = chance.choice([None, 1, 1.5, True, [], [None], {}, "x", chance.choice(HOSTILE)])
            return graphql.ArgumentNode(
                name=node.name, value=graphql.VariableNode(name=graphql.NameNode(value=name))
            )

    lift = graphql.visit(parsed, graphql.TypeInfoVisitor(info, Lift()))
    if not declared:
        return document, {}
    text = graphql.print_ast(lift)
    kind = next((k for k in ("query", "mutation", "subscription") if text.lstrip().startswith(k)), "")
    rest = text.lstrip()[len(kind):] if kind else text
    if "(" in rest.split("{", 1)[0]:
        return document, {}
    return f"{kind or 'query'} ({', '.join(declared)}) {rest}", given


def faults(status, body):
    """What is wrong with an answer."""
    if status >= 500:
        yield f"status {status}"
    try:
        answer = json.loads(body)
    except ValueError:
        yield f"no JSON: {body[:200]!r}"
        return
    errors = answer.get("errors", [])
    if "data" not in answer and not errors:
        yield "neither data nor errors"
    for error in errors:
        code, message = error.get("extensions", {}).get("code"), error.get("message", "")
        if code not in CODES:
            yield f"an error without a code: {error}"
        if code in ("INTERNAL", "UNAVAILABLE"):
            yield f"our mistake: {error}"
        if not message or INSIDE.search(message):
            yield f"words from inside: {error}"


def ran(body):
    return b'"data"' in body and b'"data":null' not in body


class Caller:
    def __init__(self, name, server, persona=None):
        self.name, self.server, self.persona = name, server, persona
        self.token = server.sign_in(persona) if persona else None
        self.sent, self.ran, self.failed, self.codes = 0, 0, [], Counter()

    def send(self, document, variables=None):
        body = json.dumps({"query": document, "variables": variables} if variables is not None else {"query": document}).encode()
        status, answer = self.server.post(body, self.token)
        if status == 401 and self.persona:
            # It has signed itself out.
            self.token = self.server.sign_in(self.persona)
            status, answer = self.server.post(body, self.token)
        self.sent += 1
        self.ran += ran(answer)
        self.codes.update(re.findall(rb'"code":"([A-Z_]+)"', answer) or [b"none"])
        for fault in faults(status, answer):
            self.failed.append((fault, body, answer))

    def tell(self):
        codes = ", ".join(f"{code.decode()} {count}" for code, count in self.codes.most_common(8))
        print(f"  {self.name}: {self.sent} documents, {self.ran} ran; {codes}")
        enough = self.sent >= LEAST_SENT and self.ran >= LEAST_RUN
        print(f"{'ok' if enough else 'not ok'} {self.name}: enough was sent, and enough of it ran")
        print(f"{'not ok' if self.failed else 'ok'} {self.name}: every answer is one")
        shown = set()
        for fault, body, answer in self.failed:
            kind = re.sub(r"\d+|'[^']*'|\"[^\"]*\"", "…", fault)
            if kind not in shown and len(shown) < 10:
                shown.add(kind)
                print(f"  {fault[:500]}\n  {answer[:500]!r}")
                print(f"  curl -s $BASE/graphql -H 'Content-Type: application/json' -d {shlex.quote(body.decode())}")
        return enough and not self.failed


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--seed", type=int, default=20260105)
    options = options.parse_args()
    engine = "PostgreSQL" if "DATABASE_URL" in os.environ else "SQLite"
    server = Server()
    good = False
    try:
        callers = [Caller(f"{engine}, {persona}", server, persona) for persona in PERSONAS]
        callers.append(Caller(f"{engine}, nobody", server))
        known = sorted(set(strings_in(server.ask(KNOWN, token=callers[0].token)["data"])))
        assert len(known) > 20, f"only {known} is known"
        strategy = documents(known)
        chance = random.Random(options.seed)
        end, number = time.monotonic() + options.seconds, 0

        def one(document):
            for caller in callers:
                caller.send(document)
                caller.send(torn(document, chance))
                caller.send(*lifted(document, chance))
                if '"' in document:
                    for _ in range(RESPLICED):
                        caller.send(respliced(document, known, chance))

        # Time ends it, but not before enough was sent: a busy machine is no excuse.
        latest = end + 5 * options.seconds
        while time.monotonic() < end or (callers[0].sent < LEAST_SENT and time.monotonic() < latest):
            given_some = settings(
                max_examples=ROUND, deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(given(strategy)(one))
            seed(options.seed + number)(given_some)()
            number += 1

        good = all([caller.tell() for caller in callers])
        troubles = server.troubles()
        lives = server.process.poll() is None and "data" in server.ask("{ awaitsSetUp }")
        print(f"{'ok' if lives else 'not ok'} {engine}: the server lives")
        print(f"{'not ok' if troubles else 'ok'} {engine}: its log tells of no mistake")
        for line in troubles[:10]:
            print(f"  {line[:600]}")
        good = good and lives and not troubles
    except (OSError, http.client.HTTPException) as error:
        print(f"not ok {engine}: the server lives\n  {error!r}; it ended with {server.process.poll()}")
    finally:
        server.stop()
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
