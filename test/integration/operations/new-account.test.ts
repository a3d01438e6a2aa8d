/** A new account has ten concurrent executions: strangers must not take those that NetBackup needs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { ManualClock } from '../../support/clocks.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';

const EXECUTIONS = 10;
const DOMAINS = 10;
const SECONDS = 10;
/** Of strangers: 500 a second, in tenths of a second. */
const REQUESTS_AT_ONCE = 50;

let folder: string;
let deployment: Deployment;
/**
 * It stands still unless it is put forward. Each simulated second ends when everything in it is answered: so an execution
 * takes up to a second, as long as a cold start, however fast the machine is.
 */
const clock = new ManualClock();
const domains: RawClient[] = [];
const closed: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-new-account-'));
  const assembly = join(folder, 'cdk.out');
  const root = resolve(import.meta.dirname, '../../..');
  await synthesize(root, assembly, { accountConcurrency: EXECUTIONS });
  deployment = await startDeployment({ assembly, clock, accountConcurrency: EXECUTIONS });
  for (let number = 0; number < DOMAINS; number += 1) {
    // Setting up a domain takes the burst of a route.
    clock.advance(1_000);
    const client = await deployment.connect(await deployment.createGroup(`domain-${number}`));
    void client.closed.then((how) => closed.push(how));
    domains.push(client);
  }
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** One request without a key. @returns its status */
const stranger = async (path: string): Promise<number> => {
  const response = await fetch(`${deployment.cloud.apiUrl}${path}`);
  await response.text();
  return response.status;
};

/**
 * Sends a notification until it is acknowledged, as NetBackup does: on a busy machine the time of the function can be over before the
 * message is stored, and then it says so with a harmless command (I-1).
 */
const report = async (client: RawClient, request: Frame): Promise<void> => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    client.send(request);
    const answer = await client.next((frame) => frame['id'] === request['id'] || frame['type'] === 'COMMAND');
    if (answer['type'] === 'NOTIFICATION') return;
    expect(answer).toMatchObject({ type: 'COMMAND', payload: { uri: '/netbackup/ping' } });
  }
  throw new Error('The notification was not acknowledged in ten attempts.');
};

/** What waits for the clock, such as a batching window, gets it. */
const drained = async (): Promise<void> => {
  let done = false;
  const all = deployment.cloud.drained().then(() => {
    done = true;
  });
  while (!done) {
    clock.advance(1_000);
    await setTimeout(20);
  }
  await all;
};

test('500 requests of strangers a second disconnect none of ten domains, and every notification is acknowledged', async () => {
  const statuses: number[] = [];
  for (let second = 0; second < SECONDS; second += 1) {
    const answers: Promise<number>[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      clock.advance(100);
      for (let n = 0; n < REQUESTS_AT_ONCE; n += 1) answers.push(stranger(`/v1/groups?page=${n}`));
      // Two domains report at a time; each reports once a second.
      if (tenth % 2 === 0) {
        const pair = domains.slice(tenth, tenth + 2);
        await Promise.all(pair.map((client) => report(client, notification('JOB', job(second + 1)))));
      }
    }
    statuses.push(...(await Promise.all(answers)));
  }
  await drained();

  const { cloud } = deployment;
  const count = (status: number) => statuses.filter((one) => one === status).length;
  // Two at once, and two a second.
  expect(count(401)).toBeGreaterThan(SECONDS);
  expect(count(401)).toBeLessThanOrEqual(2 + 2 * SECONDS);
  expect(count(429)).toBe(SECONDS * 10 * REQUESTS_AT_ONCE - count(401));
  expect(cloud.throttled()).toEqual({ http: { $default: count(429) }, webSocket: {} });

  expect(cloud.lambda.throttles()).toEqual({});
  expect(cloud.lambda.peak()).toBeLessThanOrEqual(EXECUTIONS);
  expect(closed).toEqual([]);
  // Each acknowledgement was waited for; nothing else came, such as an error of the gateway.
  expect(domains.flatMap(({ unexpected }) => unexpected)).toEqual([]);
  const jobs: number[] = [];
  for (let number = 0; number < DOMAINS; number += 1) {
    clock.advance(1_000);
    jobs.push((await deployment.http('GET', `/v1/groups/domain-${number}/jobs`)).json.items.length);
  }
  expect(jobs).toEqual(Array(DOMAINS).fill(SECONDS));
});

test('more connections than the limit admits are refused with 429, and the connected domains do not notice', async () => {
  clock.advance(1_000);
  const opened = await Promise.allSettled(Array.from({ length: 100 }, () => deployment.open()));
  const refused = opened.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(refused).toHaveLength(98);
  for (const reason of refused) expect(reason).toContain('429');
  expect(deployment.cloud.throttled().webSocket).toEqual({ $connect: 98 });
  await Promise.all(
    domains.slice(0, 2).map((client) => report(client, notification('JOB', job(SECONDS + 1)))),
  );
  expect(closed).toEqual([]);
});
