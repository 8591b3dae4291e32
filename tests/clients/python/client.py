"""Python's `gql` in all its ways: by HTTP, and by WebSocket as it is out of the box.

usage: client.py BASE TOKEN NEED

Prints `ok NAME` or `not ok NAME` with the reason, one line each.
"""

import asyncio
import sys
import traceback

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

BASE, TOKEN, NEED = sys.argv[1:]
AUTHORIZATION = {"authorization": f"Bearer {TOKEN}"}

VIEWER = "{ viewer { name } }"
CREATE = """
mutation Create($input: CreateNeedInput!) {
  createNeed(input: $input) { need { id title } userErrors { code message path } }
}
"""
ANNOUNCE = """
mutation Tell($input: PublishAnnouncementInput!) { publishAnnouncement(input: $input) { userErrors { code } } }
"""
LISTEN = "subscription Listen($id: ID!) { needChanged(needId: $id) { kind text } }"


def operation(document, **variables):
    request = gql(document)
    request.variable_values = variables
    return request


def over_http(headers=AUTHORIZATION):
    return Client(transport=AIOHTTPTransport(url=f"{BASE}/graphql", headers=headers), fetch_schema_from_transport=True)


def over_socket(payload=AUTHORIZATION, **how):
    url = f"{BASE.replace('http', 'ws', 1)}/graphql/ws"
    return Client(transport=WebsocketsTransport(url=url, init_payload=payload, **how), fetch_schema_from_transport=True)


async def ask_and_change(client, title):
    async with client as session:
        # The schema that the client has read by introspection: it checks each document itself.
        assert "title" in session.client.schema.type_map["Need"].fields
        assert (await session.execute(gql(VIEWER)))["viewer"]["name"] == "Ingrid Moen"
        try:
            await session.execute(gql("{ viewer { nose } }"))
            raise AssertionError("the client did not know the schema")
        except GraphQLError as error:
            assert "nose" in str(error), error
        made = await session.execute(operation(CREATE, input={"content": {"title": title}}))
        assert made["createNeed"]["need"]["title"] == title, made
        refused = await session.execute(operation(CREATE, input={"content": {"title": "a" * 300}}))
        [error] = refused["createNeed"]["userErrors"]
        assert error["code"] == "TOO_LONG" and error["path"] == ["title"], error
        try:
            await session.execute(gql("{ needs(first: 1000) { nodes { id } } }"))
            raise AssertionError("it was answered")
        except TransportQueryError as refusal:
            assert refusal.errors[0]["extensions"]["code"] == "BAD_USER_INPUT", refusal.errors


async def a_query_and_a_mutation_by_http():
    await ask_and_change(over_http(), "Fra Python")


async def a_query_and_a_mutation_over_a_socket():
    await ask_and_change(over_socket(), "Fra Python, over en sokkel")


async def a_subscription_over_a_socket():
    async with over_socket() as listener, over_http() as teller:

        async def heard():
            async for told in listener.subscribe(operation(LISTEN, id=NEED)):
                return told["needChanged"]["kind"]

        hearing = asyncio.create_task(heard())
        # A subscription has begun when it begins: nobody is told when.
        for n in range(100):
            news = {"needId": NEED, "title": f"Nytt {n}", "body": "Til alle."}
            await teller.execute(operation(ANNOUNCE, input=news))
            done, _ = await asyncio.wait({hearing}, timeout=0.3)
            if done:
                break
        assert await asyncio.wait_for(hearing, 5) == "announcement.published"
        # Its end ends nothing else on the socket.
        assert (await listener.execute(gql(VIEWER)))["viewer"]["name"] == "Ingrid Moen"


async def the_protocols_own_pings_keep_it():
    async with over_socket(ping_interval=0.2, pong_timeout=5) as session:
        await asyncio.wait_for(session.transport.pong_received.wait(), 5)
        assert (await session.execute(gql(VIEWER)))["viewer"]["name"] == "Ingrid Moen"


async def a_bad_token_is_told():
    bad = {"authorization": "Bearer no"}
    try:
        async with over_http(bad):
            raise AssertionError("it was let in")
    except (TransportQueryError, TransportServerError) as refusal:
        assert "UNAUTHENTICATED" in str(refusal), refusal
    try:
        async with over_socket(bad):
            raise AssertionError("it was let in")
    except Exception as refusal:
        told, causes = refusal, []
        while told is not None:
            causes.append(str(told))
            told = told.__cause__ or told.__context__
        assert any("4403" in cause for cause in causes), causes


async def main():
    cases = [
        a_query_and_a_mutation_by_http,
        a_query_and_a_mutation_over_a_socket,
        a_subscription_over_a_socket,
        the_protocols_own_pings_keep_it,
        a_bad_token_is_told,
    ]
    for case in cases:
        name = case.__name__.replace("_", " ")
        try:
            await asyncio.wait_for(case(), 90)
            print(f"ok {name}", flush=True)
        except BaseException:
            reason = "".join(traceback.format_exc()).strip().replace("\n", " | ")
            print(f"not ok {name}: {reason}", flush=True)


asyncio.run(main())
