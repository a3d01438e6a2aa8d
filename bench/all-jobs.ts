/** All 10 000 jobs of a primary in pages of 100, through the endpoint and from the primary itself. */
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEndpoint, createGroup } from '../bin/nbwss/local-setup.ts';
import type { LocalCloud } from '../local/cloud.ts';
import { NetBackupPrimary } from '../netbackup/index.ts';
import type { RestBackend } from '../netbackup/simulator/rest/types.ts';
import { HeavyPrimary } from '../test/support/heavy-primary/primary.ts';
import { ms, ratio, table } from './report.ts';

const JOBS = 10_000;
const LIMIT = 100;
/** Well below the gateway's 32 KB a frame: a response of 120 KB has fifteen frames. */
const FRAME_BYTES = 8 * 1024;
/** The primary's own time for a page. */
const OWN_MS = [0, 50];

const pause = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
const agent = new Agent({ keepAlive: true });

const fetchText = (url: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const sending = request(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${url} returned ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    sending.once('error', reject);
    sending.end();
  });

/** The primary's REST API on loopback, without TLS. */
const serve = async (backend: RestBackend): Promise<{ server: Server; base: string }> => {
  const server = createServer(async ({ method = 'GET', url = '/', headers }, response) => {
    const answer = await backend.call({ method, uri: url, headers: headers as Record<string, string> });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** Follows `meta.pagination.next` to the end, or until it has `jobs` jobs. @returns duration in ms */
const fetchJobs = async (base: string, apiKey: string, jobs: number): Promise<number> => {
  const headers = { 'x-api-key': apiKey, accept: 'application/vnd.netbackup+json;version=14.0' };
  const start = performance.now();
  let found = 0;
  let after = '';
  do {
    const cursor = after === '' ? '' : `&page[after]=${after}`;
    const text = await fetchText(`${base}/netbackup/admin/jobs?page[limit]=${LIMIT}${cursor}`, headers);
    const { data, meta } = JSON.parse(text);
    found += data.length;
    after = meta.pagination.next ?? '';
  } while (after !== '' && found < jobs);
  if (found !== jobs) throw new Error(`${found} jobs came instead of ${jobs}.`);
  return performance.now() - start;
};

const measure = async (cloud: LocalCloud, apiKey: string, ca: string, ownMs: number): Promise<string[]> => {
  const heavy = new HeavyPrimary(ownMs === 0 ? {} : { before: () => pause(ownMs) });
  const groupId = `all-jobs-${ownMs}`;
  await createGroup(cloud, apiKey, groupId);
  const primary = new NetBackupPrimary({
    endpoints: [await createEndpoint(cloud, apiKey, groupId)],
    trusted: [ca],
    backend: heavy,
    assumptions: { frameBytes: FRAME_BYTES },
  });
  const { server, base } = await serve(heavy);
  try {
    primary.start();
    if (!primary.isConnected()) await primary.when('connected');
    await cloud.drained();
    const proxy = `${cloud.apiUrl}/v1/groups/${groupId}`;
    // Cold starts and the measuring of job sizes are not part of this measurement.
    await fetchJobs(proxy, apiKey, 10 * LIMIT);
    await fetchJobs(base, apiKey, 10 * LIMIT);
    const own = await fetchJobs(base, apiKey, JOBS);
    const before = heavy.requests.length;
    const proxied = await fetchJobs(proxy, apiKey, JOBS);
    const calls = heavy.requests.length - before;
    return [`${ownMs} ms a page`, ms(own), ms(proxied), ratio(proxied, own), String(calls)];
  } finally {
    await primary.stop();
    server.close();
  }
};

export const benchAllJobs = async (cloud: LocalCloud, apiKey: string, ca: string): Promise<void> => {
  try {
    const rows: string[][] = [];
    for (const ownMs of OWN_MS) rows.push(await measure(cloud, apiKey, ca, ownMs));
    table(
      `All ${JOBS} jobs by cursor, ${LIMIT} a page, in fragments of ${FRAME_BYTES / 1024} KB (target: 5 × the primary's own time)`,
      ["the primary's own time", 'primary', 'endpoint', 'ratio', 'calls of NetBackup'],
      rows,
    );
  } finally {
    agent.destroy();
  }
};
