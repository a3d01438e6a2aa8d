/** Signed webhooks to receivers that fail, then work: nothing is lost, and nothing is delivered twice. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { ShiftableClock } from '../../support/clocks.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { verifiersSay } from '../../support/documented-verifiers.ts';
import { type ProblemDetail, problemDetail, publishProblems } from '../../support/problem-events.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { takeDeadLetter } from './dead-letters.ts';
import { alarmsAfter, MINUTE } from './support.ts';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const SECRET = newSecret();

let folder: string;
let receiver: Receiver;
let other: Receiver;
let deployment: Deployment;
beforeAll(async () => {
  [receiver, other] = [await startReceiver(), await startReceiver()];
  folder = await mkdtemp(join(tmpdir(), 'nbwss-signed-'));
  const assembly = join(folder, 'cdk.out');
  const when = ['opened', 'reminded', 'recovered'];
  const alert = (name: string, webhook: object) => ({ name, webhook, when, groups: name });
  const alerts = [
    alert('tickets', { url: `${receiver.url}/tickets`, signingSecret: 'test/signing' }),
    alert('relay', { urlSecret: 'test/relay', signingSecret: 'test/signing' }),
    alert('later', { url: `${other.url}/later`, signingSecret: 'test/later' }),
  ];
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, { alerts, customerManagedKey: true });
  const secrets = { 'test/signing': SECRET, 'test/relay': `${other.url}/relay?key=hidden` };
  deployment = await startDeployment({ assembly, secrets, clock: new ShiftableClock('stepped') });
});
afterAll(async () => {
  await deployment?.stop();
  await receiver?.stop();
  await other?.stop();
  await rm(folder, { recursive: true, force: true });
});

const publish = (...details: ProblemDetail[]) => publishProblems(deployment.cloud, 'Problem Opened', details);
const of = (groupId: string): ProblemDetail => problemDetail({ groupId });
const idsOf = (received: Receiver['received']) =>
  received.flatMap(({ reaction, headers }) => (reaction === 200 ? headers['webhook-id'] : []));
/** By the specification: HMAC-SHA256 of id, time stamp and body. */
const signature = ({ headers, body }: Receiver['received'][number], secret: string): string => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
};
const signaturesOf = ({ headers }: Receiver['received'][number]) =>
  String(headers['webhook-signature']).split(' ');
const warnings = (code: string) =>
  deployment.output.filter((line) => line.includes(`"level":"WARN","message":"${code}"`));

test('the documented verifiers accept what was sent, and nothing else', async () => {
  const opened = of('tickets');
  await publish(opened);
  await deployment.cloud.drained();
  const [request, ...more] = receiver.received;
  expect(more).toEqual([]);
  if (!request) throw new Error('Nothing was received.');
  expect(request).toMatchObject({
    path: '/tickets',
    headers: { 'webhook-id': opened.eventId, 'content-type': 'application/json; charset=utf-8' },
  });
  expect(JSON.parse(request.body)).toEqual({ type: 'Problem Opened', timestamp: opened.at, data: opened });
  const { headers, body } = request;
  const say = (change: object, secret = SECRET) => verifiersSay({ headers, body, ...change }, secret);
  expect(new Set(say({}))).toEqual(new Set(['true']));
  const wrong = [
    say({ body: body.replace('critical', 'warning!') }),
    say({ headers: { ...headers, 'webhook-id': 'another' } }),
    say({ headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) } }),
    say({}, newSecret()),
  ];
  expect(new Set(wrong.flat())).toEqual(new Set(['false']));
});

test('a receiver that fails in every way, then works, gets the event once, and delays no other', async () => {
  const from = receiver.received.length;
  const reactions = ['hang', 500, 'close', 409, 429, 503] as const;
  receiver.reactions = [...reactions];
  const [opened, relayed] = [of('tickets'), of('relay')];
  await publish(opened);
  await receiver.hung();
  await publish(relayed);
  await until(() => other.received.length === 1);
  expect(other.received[0]).toMatchObject({
    path: '/relay?key=hidden',
    headers: { 'webhook-id': relayed.eventId },
  });
  expect(receiver.received).toHaveLength(from + 1);
  for (const _ of reactions) {
    await deployment.cloud.drained();
    deployment.clock.advance(10 * MINUTE);
  }
  await deployment.cloud.drained();
  const attempts = receiver.received.slice(from);
  expect(attempts.map(({ reaction }) => reaction)).toEqual([...reactions, 200]);
  expect(new Set(attempts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([opened.eventId]));
  expect(new Set(attempts.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(attempts.length);
  for (const attempt of attempts) expect(signaturesOf(attempt)).toEqual([signature(attempt, SECRET)]);
  deployment.clock.advance(60 * MINUTE);
  await deployment.cloud.drained();
  expect(receiver.received).toHaveLength(from + attempts.length);
});

test('many events wait for an hour: all are delivered, none twice', async () => {
  const from = receiver.received.length;
  receiver.otherwise = 503;
  const events = Array.from({ length: 10 }, () => of('tickets'));
  await publish(...events);
  for (let minutes = 0; minutes < 60; minutes += 10) {
    await deployment.cloud.drained();
    deployment.clock.advance(10 * MINUTE);
  }
  await deployment.cloud.drained();
  expect(idsOf(receiver.received.slice(from))).toEqual([]);
  receiver.otherwise = 200;
  deployment.clock.advance(10 * MINUTE);
  await deployment.cloud.drained();
  deployment.clock.advance(60 * MINUTE);
  await deployment.cloud.drained();
  expect(idsOf(receiver.received.slice(from)).sort()).toEqual(events.map(({ eventId }) => eventId).sort());
  expect(await takeDeadLetter(deployment)).toBeUndefined();
});

test.each([403, 410, 302])(
  '%i is not delivered: a dead letter and the alarm, until it is sent again',
  async (status) => {
    const from = receiver.received.length;
    const opened = of('tickets');
    receiver.reactions = [status];
    expect(await alarmsAfter(deployment, 1, () => publish(opened))).toContain('AlertsNotDelivered');
    deployment.clock.advance(60 * MINUTE);
    await deployment.cloud.drained();
    expect(receiver.received).toHaveLength(from + 1);
    expect(await takeDeadLetter(deployment)).toEqual({
      event: { alert: 'tickets', body: { type: 'Problem Opened', timestamp: opened.at, data: opened } },
      attributes: {
        ALERT: 'tickets',
        ERROR_CODE: 'ERROR_FROM_TARGET',
        ERROR_MESSAGE: `The receiver answered ${status}.`,
        RETRY_ATTEMPTS: '0',
      },
    });
    // As a replay of the archive does.
    expect(await alarmsAfter(deployment, 2, async () => {})).not.toContain('AlertsNotDelivered');
    await publish(opened);
    await deployment.cloud.drained();
    expect(idsOf(receiver.received.slice(from))).toEqual([opened.eventId]);
  },
);

test('while the key is changed, a receiver may have the old or the new one', async () => {
  const changed = newSecret();
  deployment.cloud.putSecret('test/signing', changed);
  deployment.clock.advance(6 * MINUTE);
  await publish(of('tickets'));
  await deployment.cloud.drained();
  const latest = receiver.received.at(-1);
  if (!latest) throw new Error('Nothing was received.');
  expect(signaturesOf(latest)).toEqual([signature(latest, changed), signature(latest, SECRET)]);
});

test('a secret that is missing or malformed: a dead letter that says which, and nothing of its text', async () => {
  const malformed = 'whsec_tooshort';
  const letters = [];
  for (const text of [undefined, malformed]) {
    if (text !== undefined) deployment.cloud.putSecret('test/later', text);
    await publish(of('later'));
    await deployment.cloud.drained();
    letters.push(await takeDeadLetter(deployment));
  }
  expect(letters.map((letter) => letter?.attributes)).toMatchObject([
    { ALERT: 'later', ERROR_CODE: 'SECRET', ERROR_MESSAGE: 'The secret test/later does not exist.' },
    {
      ALERT: 'later',
      ERROR_CODE: 'SECRET',
      ERROR_MESSAGE: 'The secret test/later is not whsec_ and the base64 of 24 to 64 bytes.',
    },
  ]);
  const secret = newSecret();
  deployment.cloud.putSecret('test/later', secret);
  deployment.clock.advance(6 * MINUTE);
  const mended = of('later');
  await publish(mended);
  await deployment.cloud.drained();
  const latest = other.received.at(-1);
  expect(latest?.headers['webhook-id']).toBe(mended.eventId);
  // What was there before was not a key.
  expect(latest && signaturesOf(latest)).toEqual([latest && signature(latest, secret)]);
  expect(warnings('webhook-not-delivered')).toHaveLength(5);
  for (const text of [malformed, secret, SECRET, 'hidden'])
    expect(deployment.output.filter((line) => line.includes(text))).toEqual([]);
});

test('what fails for a day is a dead letter', async () => {
  receiver.otherwise = 500;
  const opened = of('tickets');
  await publish(opened);
  const from = receiver.received.length;
  let letter: Awaited<ReturnType<typeof takeDeadLetter>>;
  for (let minutes = 0; letter === undefined; minutes += 30) {
    expect(minutes).toBeLessThan(25 * 60);
    await deployment.cloud.drained();
    deployment.clock.advance(30 * MINUTE);
    await deployment.cloud.drained();
    letter = await takeDeadLetter(deployment);
  }
  expect(letter).toMatchObject({
    event: { body: { data: { eventId: opened.eventId } } },
    attributes: { ERROR_CODE: 'ERROR_FROM_TARGET', ERROR_MESSAGE: 'The receiver answered 500.' },
  });
  expect(receiver.received.length - from).toBeGreaterThan(40);
});

test('the function has used all its permissions', () => {
  const unused = deployment.cloud.unusedGrants().filter(({ role }) => role.startsWith('WebhookRole'));
  expect(unused.map(({ action, resources }) => [action, resources])).toEqual([]);
});
