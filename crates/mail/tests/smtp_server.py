"""A real SMTP server for the tests: TLS, AUTH, and refusals by address.

usage: smtp_server.py FOLDER MODE

starttls   offers STARTTLS, and AUTH after it; wants both
implicit   TLS from the first byte, wants AUTH
stripped   offers AUTH but no TLS, as somebody between would make it seem
plain      neither

Writes root.pem (the authority to trust), each accepted mail as <n>.eml with
<n>.json (envelope and what an independent parser finds), and a line in
commands.log for each AUTH and MAIL. Prints its port once it listens; ends with
its standard input, so that it never outlives the test.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, MODE = pathlib.Path(sys.argv[1]), sys.argv[2]
USER, PASSWORD = b"samspill", b"riktig hest"


class Logged(SMTP):
    def note(self, command):
        secure = MODE == "implicit" or self.session.ssl is not None
        with (FOLDER / "commands.log").open("a") as log:
            log.write(f"{command} {'encrypted' if secure else 'clear'}\n")

    async def smtp_AUTH(self, arg):
        self.note("AUTH")
        await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        self.note("MAIL")
        await super().smtp_MAIL(arg)


def parts(message):
    for part in message.walk():
        if not part.is_multipart():
            yield {
                "type": part.get_content_type(),
                "params": dict(part["content-type"].params),
                "filename": part.get_filename(),
                "content": part.get_payload(decode=True).decode("utf-8"),
            }


class Handler:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        match address.partition("@")[0]:
            case "ukjent":
                return "550 5.1.1 No such user here"
            case "opptatt":
                return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("treg@"):
            await asyncio.Event().wait()
        self.count += 1
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        about = {
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "peer_port": session.peer[1],
            "headers": [[name, str(value)] for name, value in message.items()],
            "to": [[a.display_name, a.addr_spec] for a in message["to"].addresses],
            "structure": [part.get_content_type() for part in message.walk()],
            "parts": list(parts(message)),
            "defects": [repr(d) for part in message.walk() for d in part.defects],
        }
        (FOLDER / f"{self.count}.eml").write_bytes(raw)
        (FOLDER / f"{self.count}.json").write_text(json.dumps(about))
        return "250 2.0.0 Accepted"


def authenticate(server, session, envelope, mechanism, data):
    success = data.login == USER and data.password == PASSWORD
    return AuthResult(success=success, handled=success, auth_data=data)


async def main():
    authority = trustme.CA()
    authority.cert_pem.write_to_path(FOLDER / "root.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    handler = Handler()

    def protocol():
        return Logged(
            handler,
            hostname="localhost",
            tls_context=context if MODE == "starttls" else None,
            require_starttls=MODE == "starttls",
            authenticator=authenticate if MODE != "plain" else None,
            auth_required=MODE in ("starttls", "implicit"),
            auth_require_tls=MODE in ("starttls", "plain"),
        )

    server = await asyncio.get_running_loop().create_server(
        protocol, "localhost", 0, ssl=context if MODE == "implicit" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
