/** Many domains: their groups, which are written as the API writes them, and their sessions. */
import { setTimeout as pause } from 'node:timers/promises';
import { createEndpoint } from '../lambdas/endpoints/create-endpoint.ts';
import type { EndpointDetails } from '../lambdas/endpoints/endpoint.ts';
import { EndpointsStore } from '../lambdas/endpoints/endpoints-store.ts';
import { GroupsStore } from '../lambdas/groups/groups-store.ts';
import type { DynamoDBClient } from '../lambdas/platform/dynamodb/client.ts';
import type { GatewayKind } from '../lambdas/platform/gateway/kinds.ts';
import type { LocalCloud } from '../local/cloud.ts';
import { Domain } from './domain.ts';

/** How many domains are set up at the same time. */
export const WORKERS = 16;
/** How long a domain waits for the response to CONNECT. The contract says nothing about it. */
const CONNECT_MS = 10_000;
/** The pause before a domain tries again. NetBackup's own pause is a minute (CON-6, PRP-7). */
const RETRY_MS = 10_000;
/** How long a domain tries to become a session. */
const LIMIT_MS = 120_000;

/** A domain that is its group's session. */
export interface Connected {
  readonly domain: Domain;
  readonly details: EndpointDetails;
  readonly attempts: number;
  /** The time from CONNECT REQUEST to RESPONSE in the attempt that succeeded. */
  readonly ms: number;
}

/** @returns the results in order; at most {@link WORKERS} at the same time */
const each = async <T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await act(items[index] as T);
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return results;
};

const tableName = ({ resources }: LocalCloud, prefix: string): string => {
  const [, found] =
    Object.entries(resources).find(
      ([id, { type }]) => id.startsWith(prefix) && type === 'AWS::DynamoDB::Table',
    ) ?? [];
  if (!found) throw new Error(`The deployment has no table ${prefix}.`);
  return found.physicalId;
};

/** Tries until it is a session. @returns undefined when it could not become one in the time */
export const connect = async (details: EndpointDetails, ca: string): Promise<Connected | undefined> => {
  const until = Date.now() + LIMIT_MS;
  for (let attempts = 1; Date.now() < until; attempts++) {
    const domain = await Domain.open(details.url, ca).catch(() => undefined);
    const start = performance.now();
    const answer = await domain?.exchange('CONNECT', { token: details.token }, CONNECT_MS);
    const ms = performance.now() - start;
    if (domain && answer?.includes('true')) return { domain, details, attempts, ms };
    domain?.close();
    await pause(RETRY_MS);
  }
  return undefined;
};

export class Fleet {
  readonly #groups: GroupsStore;
  readonly #endpoints: EndpointsStore;
  readonly #cloud: LocalCloud;
  readonly #ca: string;
  #serial = 0;

  constructor(cloud: LocalCloud, client: DynamoDBClient, ca: string) {
    this.#cloud = cloud;
    this.#ca = ca;
    this.#groups = new GroupsStore(client, tableName(cloud, 'Groups'));
    this.#endpoints = new EndpointsStore(client, tableName(cloud, 'Endpoints'));
  }

  /** New groups, each with an endpoint at this gateway. */
  create(count: number, gateway: GatewayKind): Promise<EndpointDetails[]> {
    const context = {
      groups: this.#groups,
      endpoints: this.#endpoints,
      webSocketUrls: { 'api-gateway': this.#cloud.webSocketUrl, relay: this.#cloud.balancerUrl },
    };
    return each(Array.from({ length: count }), async () => {
      const groupId = `bench-${++this.#serial}`;
      const now = Date.now();
      await this.#groups.create({ groupId, kind: 'group', createdAt: now, epoch: 0 });
      const created = await createEndpoint(context, { groupId, priority: 1, gateway }, now);
      if (!created) throw new Error(`The group ${groupId} got no endpoint.`);
      return created.details;
    });
  }

  /** @throws Error when one does not become a session */
  connect(all: readonly EndpointDetails[]): Promise<Connected[]> {
    return each(all, async (details) => {
      const connected = await connect(details, this.#ca);
      if (!connected) throw new Error(`The domain of ${details.groupId} could not connect.`);
      return connected;
    });
  }

  /** How many of these groups have a session to which commands can be sent. */
  async sessions(all: readonly EndpointDetails[]): Promise<number> {
    const groups = await each(all, ({ groupId }) => this.#groups.get(groupId));
    return groups.filter((group) => group?.session?.ready === true).length;
  }
}
