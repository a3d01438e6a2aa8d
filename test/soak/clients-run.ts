/** Many concurrent public clients and one primary with large lists: no connection closes, and no response is wrong. */
import type { Deployment } from '../support/deployment.ts';
import { ProxiedClient } from '../support/heavy-primary/client.ts';
import { DRIVER_NAMES, DRIVERS } from '../support/heavy-primary/clients/drivers.ts';
import { heavyDomain } from '../support/heavy-primary/domain.ts';
import { hashOf } from '../support/heavy-primary/sizes.ts';

export interface ClientsOptions {
  readonly clients: number;
  readonly minutes: number;
  /** Determines the sizes of items and the order of clients. */
  readonly seed: number;
}

export interface ClientsResult {
  /** HTTP requests to the proxy. */
  readonly requests: number;
  /** Those that got 429. */
  readonly refused: number;
  /** Calls that NetBackup received. */
  readonly calls: number;
  readonly turns: number;
  readonly posts: number;
  readonly disconnections: number;
  readonly tooBig: number;
  /** The first errors. */
  readonly violations: readonly string[];
  readonly violationCount: number;
}

const SHOWN = 20;

export const soakClients = async (
  deployment: Deployment,
  { clients, minutes, seed }: ClientsOptions,
): Promise<ClientsResult> => {
  const domain = await heavyDomain(deployment, 'soak-clients', { seed });
  const proxied = Array.from({ length: clients }, () => new ProxiedClient(deployment, domain));
  const violations: string[] = [];
  /** How often each restore ran, by its name. */
  const ran = new Map<string, number>();
  const sent = new Set<string>();
  let calls = 0;
  let turns = 0;

  /** Counts and removes the recorded calls, so that long runs do not fill the memory. */
  const gather = () => {
    for (const { uri, body } of domain.heavy.requests.splice(0)) {
      calls++;
      if (!uri.endsWith('/recover')) continue;
      const { name } = JSON.parse(body ?? '').data.attributes;
      ran.set(name, (ran.get(name) ?? 0) + 1);
    }
    for (const client of proxied) violations.push(...client.wrong.splice(0));
    violations.push(...deployment.output.splice(0).filter((line) => line.includes('"level":"ERROR"')));
    deployment.cloud.calls.reset();
  };

  const until = Date.now() + minutes * 60_000;
  await Promise.all(
    proxied.map(async (client, number) => {
      for (let turn = 0; Date.now() < until; turn++) {
        const chance = hashOf(`${seed}/${number}/${turn}`);
        const driver = DRIVER_NAMES[chance % DRIVER_NAMES.length] ?? 'exporter';
        const name = `client-${number}-turn-${turn}`;
        if (driver === 'restore') sent.add(name);
        await DRIVERS[driver](client, 1 + (chance % 5), name).catch((error: unknown) => {
          violations.push(`${driver}: ${error}`);
        });
        turns++;
        gather();
      }
    }),
  );
  gather();
  for (const name of sent)
    if (ran.get(name) !== 1) violations.push(`${name} was restored ${ran.get(name) ?? 0} times`);
  const sum = (of: (client: ProxiedClient) => number) =>
    proxied.reduce((total, client) => total + of(client), 0);
  return {
    requests: sum(({ requests }) => requests),
    refused: sum(({ refused }) => refused),
    calls,
    turns,
    posts: sent.size,
    disconnections: domain.ended(),
    tooBig: domain.tooBig(),
    violations: violations.slice(0, SHOWN),
    violationCount: violations.length + domain.ended(),
  };
};
