/** What each operation uses, counted by AWS's rules, is what bench/cost calculates with. UPDATE_COUNTS=1 writes it again. */
import { writeFileSync } from 'node:fs';
import {
  BATCHES,
  type Batch,
  COUNTS_FILE,
  type Counts,
  readCounts,
  sum,
  type Usage,
  writeUnits,
} from '../../../bench/cost/counts.ts';
import { REVIEW_PERIOD, turnOf } from '../../../lambdas/groups/review/sweep-reviews.ts';
import { journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { writeUnits as tableUnits } from '../../../lambdas/platform/dynamodb/item-size.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';
import { type Frame, job, message, type RawClient } from '../../support/raw-client.ts';
import { realisticDay } from '../../support/realistic-day.ts';
import { relayCounts } from '../../support/relay-parts.ts';
import { send, settled } from '../../support/reporting.ts';
import {
  deploymentCounts,
  difference,
  dividedBy,
  rounded,
  storedBytes,
  usageOf,
} from '../../support/usage.ts';
import { answering, MINUTE } from '../connections/support.ts';

let deployment: Deployment;
let counts: Counts;
beforeAll(async () => {
  deployment = await startDeployment({ order: 'serial' });
  counts = await count();
  if (process.env['UPDATE_COUNTS']) writeFileSync(COUNTS_FILE, `${JSON.stringify(counts, null, 2)}\n`);
});
afterAll(() => deployment.stop());

const count = async (): Promise<Counts> => {
  return {
    ...(await countNotifications()),
    command: await countCommand(),
    ...(await countSummary()),
    ...(await countConnections()),
    relay: relayCounts(),
    deployment: deploymentCounts(),
  };
};

/** Lets time pass to the beginning of the minute in which a group has this turn, but not of a full hour. Connections stay open. */
const passTo = async ({ clock, sweep }: Deployment, turn: number): Promise<void> => {
  let end = (Math.floor(clock.now() / MINUTE) + 1) * MINUTE;
  while ((end / MINUTE) % REVIEW_PERIOD !== turn || (end / MINUTE) % 60 === 0) end += MINUTE;
  for (; end - clock.now() > MINUTE; await sweep()) clock.advance(MINUTE);
  clock.advance(end - clock.now());
};

const close = async (client: RawClient): Promise<void> => {
  await client.close(1000);
  await deployment.cloud.drained();
};

/**
 * In a deployment of its own: no other group has its turn to be reviewed, and the SDK repeats failed conditions once the clocks of
 * functions and local cloud differ by minutes.
 */
const countConnections = async () => {
  const GROUPS = ['idle-0', 'idle-1', 'idle-2', 'idle-3'];
  const firstTurn = turnOf('idle-0');
  const quiet = await startDeployment({ order: 'serial' });
  try {
    // No domain has its turn in this minute, nor nine minutes later.
    const nobodysTurn = (firstTurn + GROUPS.length) % REVIEW_PERIOD;
    await passTo(quiet, nobodysTurn);
    // Checks the certificate, as only one sweep of an hour does.
    await quiet.sweep();
    const sweep = await usageOf(quiet, [], () => quiet.sweep());
    const clients: RawClient[] = [];
    let connect: Usage | undefined;
    for (const groupId of GROUPS) {
      const details = await quiet.createGroup(groupId);
      connect = await usageOf(quiet, clients, async () => {
        clients.push(await quiet.connect(details));
      });
    }
    for (const client of clients) answering(client);
    const withDomains = await usageOf(quiet, clients, () => quiet.sweep());
    quiet.clock.advance(9 * MINUTE);
    const withHeartbeats = await usageOf(quiet, clients, () => quiet.sweep());
    // Up to date, 15 minutes after they have connected.
    await passTo(quiet, nobodysTurn);
    await passTo(quiet, firstTurn);
    await quiet.sweep();
    // Heartbeats that were due within the duration of the first sweep are sent by the second one.
    quiet.clock.advance(MINUTE / 3);
    await quiet.sweep();
    const withReview = await usageOf(quiet, clients, () => quiet.sweep());
    return {
      connect: connect as Usage,
      heartbeat: dividedBy(GROUPS.length, difference(withHeartbeats, withDomains)),
      sweep,
      sweepDomain: dividedBy(GROUPS.length, difference(withDomains, sweep)),
      review: difference(withReview, withDomains),
    };
  } finally {
    await quiet.stop();
  }
};

/** What a message would cost in the journal as text. */
const unitsAsText = (message: Frame): number => {
  const [text, receivedAt] = [JSON.stringify(message), Date.now()];
  return tableUnits(
    journalEntry({ groupId: 'batch-30', text, timeStamp: message['timeStamp'], receivedAt }, 35),
  );
};

const countNotifications = async () => {
  const SENT: Readonly<Record<Batch, number>> = { 1: 100, 10: 300, 30: 600, 100: 600 };
  const notification: Partial<Record<Batch, Usage>> = {};
  const journalAsText: Partial<Record<Batch, number>> = {};
  const journalBytes: Partial<Record<Batch, Counts['journalBytes'][Batch]>> = {};
  let viewBytes: Record<string, number> = {};
  let [resend, disconnect]: Usage[] = [];
  // The last two hours: of an older day every backup would be overdue too.
  const today = Math.floor(deployment.clock.now() / 1000) - 2 * 3600;
  for (const size of BATCHES) {
    const client = await deployment.connect(await deployment.createGroup(`batch-${size}`));
    const { messages, notifications } = realisticDay(SENT[size], size, today);
    const before = await storedBytes(deployment, ['Journal', 'Jobs', 'Images']);
    const all = await usageOf(deployment, [client], async () => {
      for (const [index, one] of messages.entries()) {
        await send(client, one);
        // As in reality, each message is applied before the next one arrives.
        if (index % 10 === 9) await settled(deployment);
      }
      await settled(deployment);
    });
    const after = await storedBytes(deployment, ['Journal', 'Jobs', 'Images']);
    const each = (name: string) => Math.round(((after[name] ?? 0) - (before[name] ?? 0)) / notifications);
    journalBytes[size] = { table: each('Journal'), withIndex: each('Journal') + each('Journal/feed') };
    const views = Object.keys(after).filter((name) => !name.startsWith('Journal'));
    if (size === 30) viewBytes = Object.fromEntries(views.map((name) => [name, each(name)]));
    notification[size] = {
      ...dividedBy(notifications, all),
      messages: all.messages / messages.length,
      // Of a message: here the stream gathers some.
      invocations: { notify: 1, project: 1 },
    };
    journalAsText[size] = rounded(sum(messages.map(unitsAsText)) / notifications);
    if (size === 30) resend = await usageOf(deployment, [client], () => send(client, messages[0] ?? {}));
    disconnect = await usageOf(deployment, [], () => close(client));
  }
  return { notification, journalAsText, resend, disconnect, journalBytes, viewBytes } as Pick<
    Counts,
    'notification' | 'journalAsText' | 'resend' | 'disconnect' | 'journalBytes' | 'viewBytes'
  >;
};

const countCommand = async (): Promise<Usage> => {
  const domain = await PlayedDomain.connect(deployment, 'commanded');
  const data = Array.from({ length: 10 }, (_, index) => ({ type: 'job', attributes: job(index, 'DONE') }));
  const usage = await usageOf(deployment, [domain.client], async () => {
    const body = { method: 'GET', uri: '/netbackup/admin/jobs?page[limit]=10' };
    const submitted = await deployment.http('POST', '/v1/groups/commanded/commands', { body });
    const { id } = await domain.next();
    await domain.answer(id, { body: JSON.stringify({ data }) });
    const path = `/v1/groups/commanded/commands/${submitted.json.commandId}`;
    expect((await deployment.http('GET', path)).json).toMatchObject({ state: 'completed' });
  });
  await domain.disconnect();
  return usage;
};

const countSummary = async () => {
  const GROUPS = 25;
  const JOBS = 300;
  const create = (groupId: string, label: string) =>
    deployment.http('POST', '/v1/groups', { body: { groupId, timeZone: 'UTC', labels: { cost: label } } });
  for (let index = 0; index < GROUPS; index++) await create(`summary-${index}`, 'quiet');
  await create('busy', 'busy');
  const details = await deployment.http('POST', '/v1/groups/busy/endpoints', { body: { priority: 1 } });
  const client = await deployment.connect(details.json);
  const startTime = Math.floor(deployment.clock.now() / 1000) - 3_600;
  for (let from = 0; from < JOBS; from += 30) {
    const data = Array.from({ length: 30 }, (_, index) => job(from + index + 1, 'DONE', { startTime }));
    const timeStamp = startTime + 1_800;
    const payload = [{ notificationType: 'INFO', object: 'JOB', data }];
    await send(client, message('NOTIFICATION', 'REQUEST', payload, { timeStamp }));
  }
  await settled(deployment);
  await close(client);
  const poll = (label: string) =>
    usageOf(deployment, [], () => deployment.http('GET', `/v1/summary?limit=100&label=cost=${label}`));
  const computed = await poll('quiet');
  const known = await poll('quiet');
  const [busy, busyKnown] = [await poll('busy'), await poll('busy')];
  const overview = dividedBy(GROUPS, difference(computed, known));
  const overviewJob = dividedBy(JOBS, difference(difference(busy, busyKnown), overview));
  return {
    summaryGroup: { ...dividedBy(GROUPS, known), requests: 0, invocations: {} },
    overview,
    overviewJob,
  };
};

/** The places where two counts differ by more than 2 %, since lengths of names and times vary. */
const differences = (counted: unknown, known: unknown, path = ''): string[] => {
  if (typeof counted === 'number' && typeof known === 'number') {
    const isSame = Math.abs(counted - known) <= Math.max(0.02, 0.02 * Math.abs(known));
    return isSame ? [] : [`${path}: counted ${counted}, known ${known}`];
  }
  if (typeof counted !== 'object' || typeof known !== 'object' || counted === null || known === null)
    return counted === known ? [] : [`${path}: counted ${counted}, known ${known}`];
  const [a, b] = [counted as Record<string, unknown>, known as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
    differences(a[name] ?? 0, b[name] ?? 0, `${path}/${name}`),
  );
};

test('the costs are calculated with what is counted (UPDATE_COUNTS=1 npx jest test/integration/cost/counts)', () => {
  expect(differences(counts, readCounts())).toEqual([]);
});

test('a notification of a message of 30 costs at most 3.5 write units, over everything', () => {
  expect(writeUnits(counts.notification[30])).toBeLessThanOrEqual(3.5);
});

test('in smaller messages only the journal costs more', () => {
  const journal = ({ writeUnits: units }: Usage) => (units['Journal'] ?? 0) + (units['Journal/feed'] ?? 0);
  const others = (size: Batch) => writeUnits(counts.notification[size]) - journal(counts.notification[size]);
  for (const size of [1, 10] as const) {
    const more = others(size) - others(30);
    expect([size, Math.abs(more) < 0.3 ? 0 : more]).toEqual([size, 0]);
  }
});

test('compressed, ten notifications or more cost the journal a third of what their text would, or less', () => {
  const { notification, journalAsText } = counts;
  const share = (size: Batch) => (notification[size].writeUnits['Journal'] ?? 0) / journalAsText[size];
  expect(share(1)).toBe(1);
  for (const size of [10, 30, 100] as const) expect([size, share(size) < 0.36]).toEqual([size, true]);
});

test('an idle domain costs no write but those of its heartbeats', () => {
  expect(writeUnits(counts.sweepDomain) + writeUnits(counts.review)).toBe(0);
});
