/** How fast notifications are acknowledged, compared with a bare WebSocket server. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { loadOrCreateCertificate } from '../bin/nbwss/certificate.ts';
import { createAdminKey, createEndpoint, createGroup } from '../bin/nbwss/demo.ts';
import { type LocalCloud, startLocalCloud } from '../local/cloud.ts';
import { Domain } from './domain.ts';
import { ms, percentile, ratio, table } from './report.ts';

const SECONDS = 6;
const DOMAINS = [1, 50];

type Tls = Awaited<ReturnType<typeof loadOrCreateCertificate>>;

/** Parses and echoes: the minimum for an endpoint. */
const startBareServer = async ({ cert, key }: Tls): Promise<{ url: string; stop: () => void }> => {
  const server = createServer({ cert, key });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, type } = JSON.parse(data.toString()) as { id: string; type: string };
      socket.send(
        JSON.stringify({ version: '1.0', id, type, subType: 'RESPONSE', timeStamp: 0, payload: [] }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `wss://localhost:${port}/`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
};

interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const measure = async (domains: readonly Domain[]): Promise<Rate> => {
  const until = Date.now() + SECONDS * 1000;
  const times = (
    await Promise.all(domains.map((domain, index) => domain.report(index * 1_000_000 + 1, until)))
  ).flat();
  return { perSecond: times.length / SECONDS, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
};

const withDomains = async <T>(
  open: () => Promise<Domain>,
  count: number,
  act: (domains: Domain[]) => Promise<T>,
): Promise<T> => {
  const domains = await Promise.all(Array.from({ length: count }, open));
  try {
    return await act(domains);
  } finally {
    for (const domain of domains) domain.close();
  }
};

let serial = 0;
/** A connected domain in a new group. */
const connected = async (cloud: LocalCloud, apiKey: string, ca: string): Promise<Domain> => {
  const groupId = `bench-${++serial}`;
  await createGroup(cloud, apiKey, groupId);
  const details = await createEndpoint(cloud, apiKey, groupId);
  const domain = await Domain.open(details.url, ca);
  const answer = await domain.exchange('CONNECT', { token: details.token });
  if (!answer.includes('true')) throw new Error(`CONNECT was refused: ${answer}`);
  return domain;
};

export const benchAcknowledgements = async (assembly: string, dir: string): Promise<void> => {
  const tls = await loadOrCreateCertificate(join(dir, 'tls'), ['localhost']);
  const bare = await startBareServer(tls);
  const cloud = await startLocalCloud({ assembly, tls, order: 'serial', schedules: 'on-demand' });
  try {
    const apiKey = await createAdminKey(cloud);
    const rows: string[][] = [];
    for (const count of DOMAINS) {
      const base = await withDomains(() => Domain.open(bare.url, tls.cert), count, measure);
      const ours = await withDomains(
        () => connected(cloud, apiKey, tls.cert),
        count,
        async (domains) => {
          // Cold starts and first connections are not part of this measurement.
          await Promise.all(
            domains.map((domain, index) => domain.report(5_000_000 + index * 1000, Date.now() + 1_000)),
          );
          return measure(domains);
        },
      );
      rows.push(
        [`${count} · bare server`, base.perSecond.toFixed(0), '', ms(base.p50), ms(base.p99), ''],
        [
          `${count} · local cloud`,
          ours.perSecond.toFixed(0),
          ratio(ours.perSecond, base.perSecond),
          ms(ours.p50),
          ms(ours.p99),
          ratio(ours.p50, base.p50),
        ],
      );
    }
    table(
      'Acknowledgements, by the number of domains',
      ['domains', 'per second', 'ratio', 'p50', 'p99', 'p50 ratio'],
      rows,
    );
  } finally {
    await cloud.stop();
    bare.stop();
  }
};
