/** How long a call of NetBackup's API takes through the endpoint, compared with its single hops. */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { WebSocket } from 'ws';
import { loadOrCreateCertificate } from '../bin/nbwss/certificate.ts';
import { createAdminKey, createEndpoint, createGroup } from '../bin/nbwss/local-setup.ts';
import { type LocalCloud, startLocalCloud } from '../local/cloud.ts';
import { HeavyPrimary } from '../test/support/heavy-primary/primary.ts';
import { benchAllJobs } from './all-jobs.ts';
import { ms, percentile, ratio, table } from './report.ts';

const GROUP = 'round-trips';
const IN_FLIGHT = 200;
const CALLS = 300;
const HELD = '/netbackup/held';
const JOB = '/netbackup/admin/jobs/1';
/** One job as NetBackup shows it, 1.8 KB. */
const JOB_BODY = new HeavyPrimary({ details: () => 1_800 }).own({
  method: 'GET',
  uri: JOB,
  headers: {},
}).body;

interface Message {
  readonly payload?: { readonly uri?: string };
  readonly id: string;
  readonly type: string;
  readonly subType: string;
}

/** A NetBackup that answers each command immediately, except those to {@link HELD}. */
class Peer {
  readonly socket: WebSocket;
  readonly #waiting = new Map<string, () => void>();
  readonly #held: string[] = [];
  #serial = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as Message;
      this.#waiting.get(message.id)?.();
      if (message.type !== 'COMMAND' || message.subType !== 'REQUEST') return;
      if (message.payload?.uri === HELD) this.#held.push(message.id);
      else this.#answer(message.id);
    });
  }

  #send(type: string, subType: string, id: string, payload: unknown): void {
    const timeStamp = Math.floor(Date.now() / 1000);
    this.socket.send(JSON.stringify({ version: '1.0', id, type, subType, timeStamp, payload }));
  }

  #answer(id: string): void {
    this.#send('COMMAND', 'RESPONSE', id, { responseCode: 200, headers: {}, body: JOB_BODY });
  }

  get held(): number {
    return this.#held.length;
  }

  release(): void {
    for (const id of this.#held.splice(0)) this.#answer(id);
  }

  /** Resolves when a message with this id is received. */
  received(id: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(id, () => {
        this.#waiting.delete(id);
        resolve();
      });
    });
  }

  /** Sends a request and waits for its answer. */
  exchange(type: string, payload: unknown): Promise<void> {
    const id = `B0000000-0000-4000-8000-${String(++this.#serial).padStart(12, '0')}`;
    const answered = this.received(id);
    this.#send(type, 'REQUEST', id, payload);
    return answered;
  }
}

const agent = new Agent({ keepAlive: true });
const call = (
  { apiUrl }: LocalCloud,
  apiKey: string,
  path: string,
  body?: object,
): Promise<{ status: number | undefined }> =>
  new Promise((resolve, reject) => {
    const sending = request(
      `${apiUrl}${path}`,
      {
        agent,
        method: body ? 'POST' : 'GET',
        headers: { 'x-api-key': apiKey, ...(body ? { 'content-type': 'application/json' } : {}) },
      },
      (response) => {
        response.resume().once('end', () => resolve({ status: response.statusCode }));
      },
    );
    sending.once('error', reject);
    sending.end(body ? JSON.stringify(body) : undefined);
  });
const get = async (cloud: LocalCloud, apiKey: string, path: string): Promise<void> => {
  const { status } = await call(cloud, apiKey, path);
  if (status !== 200) throw new Error(`${path} returned ${status}`);
};

/** The time of each of `count` runs, `concurrency` at a time. */
const timesOf = async (
  count: number,
  concurrency: number,
  run: () => Promise<unknown>,
): Promise<number[]> => {
  const times: number[] = [];
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return times;
};

const open = async (url: string, ca: string): Promise<Peer> => {
  const socket = new WebSocket(url, { ca, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return new Peer(socket);
};

const measure = async (cloud: LocalCloud, apiKey: string, peer: Peer, ca: string): Promise<void> => {
  const poster = new ApiGatewayManagementApiClient({
    endpoint: cloud.webSocketUrl.replace('wss:', 'https:'),
    region: cloud.region,
    credentials: cloud.credentials,
    requestHandler: { httpsAgent: { ca, keepAlive: true } },
  });
  const connectionId = await connectionOf(cloud, apiKey);
  let serial = 0;
  const hops: Readonly<Record<string, () => Promise<unknown>>> = {
    'HTTP → function → HTTP': () => get(cloud, apiKey, `/v1/groups/${GROUP}`),
    'function → NetBackup': () => {
      const id = `POSTED-${++serial}`;
      const text = JSON.stringify({ id, type: 'CONNECT', subType: 'RESPONSE' });
      const arrived = peer.received(id);
      return Promise.all([
        poster.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text })),
        arrived,
      ]);
    },
    'NetBackup → function → NetBackup': () =>
      peer.exchange('NOTIFICATION', [{ notificationType: 'INFO', object: 'NOTE', data: [{ n: ++serial }] }]),
  };
  const proxied = () => get(cloud, apiKey, `/v1/groups/${GROUP}${JOB}`);
  // Cold starts are not part of this measurement.
  for (const run of [...Object.values(hops), proxied]) await timesOf(50, 1, run);
  const bare = new Map<string, number[]>();
  for (const [name, run] of Object.entries(hops)) bare.set(name, await timesOf(CALLS, 1, run));
  const sum = [...bare.values()].reduce((total, times) => total + percentile(times, 0.5), 0);
  const single = await timesOf(CALLS, 1, proxied);
  const body = { method: 'GET', uri: HELD };
  await timesOf(IN_FLIGHT - 1, 4, () => call(cloud, apiKey, `/v1/groups/${GROUP}/commands`, body));
  await cloud.drained();
  if (peer.held < IN_FLIGHT - 1) throw new Error(`Only ${peer.held} commands are in flight.`);
  const many = await timesOf(CALLS, 1, proxied);
  peer.release();
  await cloud.drained();
  const row = (name: string, times: readonly number[]) => [
    name,
    ms(percentile(times, 0.5)),
    ms(percentile(times, 0.99)),
  ];
  table(
    "One job, HTTP → NetBackup → HTTP, without NetBackup's own time (target: 2 × the sum of the hops)",
    ['', 'p50', 'p99', 'p50 by the sum of the hops'],
    [
      ...[...bare].map(([name, times]) => [...row(name, times), '']),
      ['sum of the hops', ms(sum), '', ''],
      [...row('1 in flight', single), ratio(percentile(single, 0.5), sum)],
      [...row(`${IN_FLIGHT} in flight`, many), ratio(percentile(many, 0.5), sum)],
    ],
  );
  poster.destroy();
};

/** The connection id, which only functions receive. */
const connectionOf = async (cloud: LocalCloud, apiKey: string): Promise<string> => {
  const mark = cloud.calls.all.length;
  await get(cloud, apiKey, `/v1/groups/${GROUP}/netbackup/ping`);
  const posted = cloud.calls.all.slice(mark).find(({ action }) => action === 'PostToConnection');
  return decodeURIComponent(posted?.resource.split('/').at(-1) ?? '');
};

export const benchRoundTrips = async (assembly: string, dir: string): Promise<void> => {
  const tls = await loadOrCreateCertificate(join(dir, 'tls'), ['localhost']);
  const cloud = await startLocalCloud({
    assembly,
    tls,
    order: 'shuffled',
    schedules: 'on-demand',
  });
  try {
    const apiKey = await createAdminKey(cloud);
    await createGroup(cloud, apiKey, GROUP);
    const { token, url } = await createEndpoint(cloud, apiKey, GROUP);
    const peer = await open(url, tls.cert);
    await peer.exchange('CONNECT', { token });
    await cloud.drained();
    await measure(cloud, apiKey, peer, tls.cert);
    peer.socket.terminate();
    await benchAllJobs(cloud, apiKey, tls.cert);
  } finally {
    agent.destroy();
    await cloud.stop();
  }
};
