// Apollo Client: queries and mutations by HTTP, subscriptions by WebSocket.

import assert from "node:assert/strict";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { LISTEN, within } from "../kit.mjs";

export default {
  async "Apollo Client: a query, a mutation and a subscription"(kit) {
    const authorization = `Bearer ${kit.token}`;
    const socket = createClient({ url: kit.socket, webSocketImpl: WebSocket, connectionParams: { authorization } });
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: kit.url, headers: { authorization } }),
      ),
    });
    const { data } = await client.query({ query: gql`{ viewer { name } }` });
    assert.equal(data.viewer.name, "Ingrid Moen");
    const mutation = gql`
      mutation ($input: CreateNeedInput!) { createNeed(input: $input) { need { id title } userErrors { code } } }
    `;
    const made = await client.mutate({ mutation, variables: { input: { content: { title: "Fra Apollo" } } } });
    assert.equal(made.data.createNeed.need.title, "Fra Apollo");
    const heard = new Promise((resolve, reject) => {
      client.subscribe({ query: gql(LISTEN), variables: { id: kit.need } }).subscribe({ next: resolve, error: reject });
    });
    const told = await within(30, kit.announceUntil(heard), "the subscription");
    assert.equal(told.data.needChanged.kind, "announcement.published");
    client.stop();
    await socket.dispose();
  },
};
