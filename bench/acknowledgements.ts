/** How fast notifications are acknowledged: by a bare WebSocket server, by the local API Gateway, and by the relay. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { relayOptions } from '../bin/nbwss/assembly.ts';
import { loadOrCreateCertificate } from '../bin/nbwss/certificate.ts';
import type { GatewayKind } from '../lambdas/platform/gateway/kinds.ts';
import { startLocalCloud } from '../local/cloud.ts';
import { startBareServer } from './bare-server.ts';
import { type Acknowledgement, Domain } from './domain.ts';
import { Fleet } from './fleet.ts';
import { maxDomains } from './open-files.ts';
import { benchReconnects } from './reconnects.ts';
import { ms, percentile, ratio, table } from './report.ts';

/** Each of these domains sends one notification after the other. */
const BUSY = [1, 50];
const BUSY_SECONDS = 4;
/** Of these domains, one after the other sends a notification: half as many a second as the slower gateway did under full load. */
const MANY = 2_000;
const MANY_SECONDS = 15;
const SHARE = 0.5;
/** The machine's memory and two cores would not hold a process for each of thousands of concurrent executions. */
const MAX_PROCESSES = 24;

const reportBusily = async (
  domains: readonly Domain[],
  seconds: number,
): Promise<(Acknowledgement | undefined)[]> => {
  const until = Date.now() + seconds * 1000;
  return (await Promise.all(domains.map((domain, index) => domain.report(index * 1_000 + 1, until)))).flat();
};

/** @param rate notifications a second; their number is limited to one of each domain */
const reportOnce = (domains: readonly Domain[], rate: number): Promise<(Acknowledgement | undefined)[]> => {
  const senders = domains.slice(0, Math.floor(rate * MANY_SECONDS));
  return Promise.all(
    senders.map(async (domain, index) => {
      await pause((index / rate) * 1000);
      return domain.notify(index + 1);
    }),
  );
};

/** The results of one server with one number of domains. */
interface Measured {
  readonly perSecond: number;
  readonly times: readonly number[];
  readonly sentAgain: number;
  /** Notifications that were never acknowledged. */
  readonly missing: number;
}

/** @param rate notifications a second; without it, as many as are acknowledged */
const measure = async (domains: readonly Domain[], rate?: number): Promise<Measured> => {
  const start = performance.now();
  const all = await (rate === undefined ? reportBusily(domains, BUSY_SECONDS) : reportOnce(domains, rate));
  const seconds = (performance.now() - start) / 1000;
  const done = all.flatMap((one) => one ?? []);
  return {
    perSecond: done.length / seconds,
    times: done.map((one) => one.ms),
    sentAgain: done.reduce((sum, { sends }) => sum + sends - 1, 0),
    missing: all.length - done.length,
  };
};

const row = (name: string, { perSecond, times, sentAgain, missing }: Measured, base: Measured): string[] => {
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  const p50Ratio = ratio(p50, percentile(base.times, 0.5));
  return [
    name,
    perSecond.toFixed(0),
    ...[ratio(perSecond, base.perSecond), ms(p50), ms(p99), p50Ratio, `${sentAgain}`, `${missing}`],
  ];
};

/** @param assembly with both gateways */
export const benchAcknowledgements = async (assembly: string, dir: string): Promise<void> => {
  const tls = await loadOrCreateCertificate(join(dir, 'tls'), ['localhost']);
  const bare = await startBareServer(tls);
  const cloud = await startLocalCloud({
    ...{ ...relayOptions('both', tls), assembly, tls, order: 'serial', schedules: 'on-demand' },
    maxProcesses: MAX_PROCESSES,
  });
  const client = new DynamoDBClient({
    ...{ region: cloud.region, endpoint: cloud.endpointUrl, credentials: cloud.credentials },
  });
  const fleet = new Fleet(cloud, client, tls.cert);
  const many = Math.min(MANY, maxDomains());
  const rows: string[][] = [];

  const throughGateway = async (count: number, gateway: GatewayKind, rate?: number) => {
    const connected = await fleet.connect(await fleet.create(count, gateway));
    const domains = connected.map(({ domain }) => domain);
    // Cold starts are not part of this measurement.
    if (rate === undefined) await reportBusily(domains, 1);
    const measured = await measure(domains, rate);
    await cloud.drained();
    return { connected, measured };
  };

  try {
    let slowest = Number.POSITIVE_INFINITY;
    for (const count of [...BUSY, many]) {
      const rate = count === many ? slowest * SHARE : undefined;
      const echoed = await Promise.all(Array.from({ length: count }, () => Domain.open(bare.url, tls.cert)));
      const base = await measure(echoed, rate);
      for (const domain of echoed) domain.close();
      rows.push(row(`${count} · bare server`, base, base));
      for (const gateway of ['api-gateway', 'relay'] as const) {
        const { connected, measured } = await throughGateway(count, gateway, rate);
        rows.push(row(`${count} · ${gateway}`, measured, base));
        slowest = Math.min(slowest, measured.perSecond);
        // Ending thousands of connections would be part of the next measurement, so they stay open.
        if (count !== many) for (const { domain } of connected) domain.close();
        else if (gateway === 'relay') {
          table(
            `Acknowledgements, by the number of domains (${many} domains: a notification now and then)`,
            ['domains', 'per second', 'ratio', 'p50', 'p99', 'p50 ratio', 'sent again', 'missing'],
            rows,
          );
          await benchReconnects(cloud, fleet, connected, tls.cert);
        }
        await cloud.drained();
      }
    }
  } finally {
    client.destroy();
    await cloud.stop();
    bare.stop();
  }
};
