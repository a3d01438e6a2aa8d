/** Alerts to receivers that fail, then work: nothing is lost, and nothing is delivered twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { ProblemsStore } from '../../../lambdas/problems/problems-store.ts';
import { createReconcile } from '../../../lambdas/problems/reconcile.ts';
import { ShiftableClock } from '../../support/clocks.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type ProblemDetail, problemDetail, publishProblems } from '../../support/problem-events.ts';
import { problemsWorld } from '../../support/problems.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { takeDeadLetter } from './dead-letters.ts';
import { alarmsAfter, alarmsOn, endMinute, MINUTE, raises } from './support.ts';

let folder: string;
let receiver: Receiver;
let deployment: Deployment;
beforeAll(async () => {
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'nbwss-alerts-'));
  const assembly = join(folder, 'cdk.out');
  const alerts = [
    {
      name: 'tickets',
      webhook: { url: `${receiver.url}/tickets`, keySecret: 'test/tickets' },
      when: ['opened', 'reminded', 'recovered'],
      groups: 'tickets',
    },
    { name: 'chat', slack: { urlSecret: 'test/slack' }, groups: 'chat' },
    { name: 'cards', teams: { urlSecret: 'test/teams' }, groups: 'chat' },
    { name: 'mail', email: ['a@example.com', 'b@example.com'], groups: 'chat', severities: 'critical' },
  ];
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, { alerts, customerManagedKey: true });
  const secrets = {
    'test/tickets': 'a-key',
    'test/slack': `${receiver.url}/services/T0/B0/secret`,
    'test/teams': `${receiver.url}/workflows/1?sig=secret`,
  };
  deployment = await startDeployment({ assembly, secrets, clock: new ShiftableClock('stepped') });
});
afterAll(async () => {
  await deployment?.stop();
  await receiver?.stop();
  await rm(folder, { recursive: true, force: true });
});

const publish = (type: Parameters<typeof publishProblems>[1], ...details: ProblemDetail[]) =>
  publishProblems(deployment.cloud, type, details);
const forTickets = (): ProblemDetail => problemDetail({ groupId: 'tickets' });
/** The ids of what the receiver has accepted since then. */
const accepted = (from: number) =>
  receiver.received
    .slice(from)
    .flatMap(({ reaction, headers }) => (reaction === 200 ? headers['webhook-id'] : []));

const takeLetter = () => takeDeadLetter(deployment);

test('a webhook gets the problem, with its key and the id of the event', async () => {
  const opened = forTickets();
  await publish('Problem Opened', opened);
  await deployment.cloud.drained();
  const [request, ...more] = receiver.received;
  expect(more).toEqual([]);
  expect(request).toMatchObject({
    path: '/tickets',
    headers: {
      'x-api-key': 'a-key',
      'webhook-id': opened.eventId,
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
    },
  });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    type: 'Problem Opened',
    timestamp: opened.at,
    data: opened,
  });
});

test('a receiver that fails in every way, then works, gets the event once', async () => {
  const from = receiver.received.length;
  receiver.reactions = [500, 429, 'close', 'hang', 503];
  const reminded = forTickets();
  await publish('Problem Reminded', reminded);
  for (const reaction of [...receiver.reactions]) {
    if (reaction === 'hang') {
      await receiver.hung();
      // No response for so long is a failure.
      deployment.clock.advance(5_000);
    }
    await deployment.cloud.drained();
    deployment.clock.advance(MINUTE);
  }
  await deployment.cloud.drained();
  expect(receiver.received.slice(from).map(({ reaction }) => reaction)).toEqual([
    500,
    429,
    'close',
    'hang',
    503,
    200,
  ]);
  expect(accepted(from)).toEqual([reminded.eventId]);
});

test('many events wait for a receiver that does not work: all are delivered, none twice', async () => {
  const from = receiver.received.length;
  receiver.otherwise = 503;
  const recovered = Array.from({ length: 10 }, forTickets);
  await publish('Problem Recovered', ...recovered);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await deployment.cloud.drained();
    deployment.clock.advance(MINUTE);
  }
  await deployment.cloud.drained();
  receiver.otherwise = 200;
  expect(accepted(from)).toEqual([]);
  deployment.clock.advance(10 * MINUTE);
  await deployment.cloud.drained();
  deployment.clock.advance(60 * MINUTE);
  await deployment.cloud.drained();
  expect(accepted(from).sort()).toEqual(recovered.map(({ eventId }) => eventId).sort());
  expect(await takeLetter()).toBeUndefined();
});

raises(['AlertsNotDelivered'], 'a receiver refuses an alert', async () => {
  receiver.reactions = [403];
  return alarmsAfter(deployment, 1, () => publish('Problem Opened', forTickets()));
});

test('what was refused is not sent again, and waits in the dead-letter queue as long as the alarm is on', async () => {
  const from = receiver.received.length;
  await endMinute(deployment);
  expect(alarmsOn(deployment)).toContain('AlertsNotDelivered');
  deployment.clock.advance(60 * MINUTE);
  await deployment.cloud.drained();
  expect(receiver.received).toHaveLength(from);
  const letter = await takeLetter();
  expect(letter).toMatchObject({
    event: { source: 'nbwss', 'detail-type': 'Problem Opened', detail: { groupId: 'tickets' } },
    attributes: {
      RULE_ARN: expect.stringContaining('AlertsRuletickets'),
      TARGET_ARN: expect.stringContaining('AlertsDestinationtickets'),
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'The receiver answered 403.',
      RETRY_ATTEMPTS: '0',
    },
  });
  await endMinute(deployment);
  await endMinute(deployment);
  expect(alarmsOn(deployment)).not.toContain('AlertsNotDelivered');
});

test('Slack, Teams and people get messages of their own', async () => {
  const from = receiver.received.length;
  const opened = problemDetail({ groupId: 'chat' });
  const warning = problemDetail({ groupId: 'chat', severity: 'warning' });
  await publish('Problem Opened', opened);
  await publish('Problem Reminded', problemDetail({ groupId: 'chat' }));
  await deployment.cloud.drained();
  const bodies = new Map(receiver.received.slice(from).map(({ path, body }) => [path, JSON.parse(body)]));
  expect([...bodies.keys()].sort()).toEqual(['/services/T0/B0/secret', '/workflows/1?sig=secret']);
  expect(bodies.get('/services/T0/B0/secret')).toMatchObject({ text: opened.text });
  expect(JSON.stringify(bodies.get('/workflows/1?sig=secret'))).toContain(JSON.stringify(opened.text));
  await publish('Problem Opened', warning);
  await deployment.cloud.drained();
  const mails = deployment.cloud.mails.all;
  expect(mails.map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
  expect(mails[0]?.text.split('\n')[0]).toBe(
    '"Problem Opened: The backup of db01 under the policy oracle \\"daily\\" failed with status 191."',
  );
});

test('a stored problem is published by the sweep, and reaches its receiver', async () => {
  const from = receiver.received.length;
  const [, table] =
    Object.entries(deployment.cloud.resources).find(([id]) => id.startsWith('Problems')) ?? [];
  const { endpointUrl: endpoint, credentials, region } = deployment.cloud;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const unavailable = { publish: () => Promise.reject(new Error('The bus is away.')) };
  const reconcile = createReconcile({
    ...problemsWorld().context,
    problems: new ProblemsStore(client, table?.physicalId ?? '', Date.now),
    bus: unavailable,
    clock: Date.now,
  });
  const now = Date.now();
  const [subject, text] = [{ clientName: 'db01', policyName: 'daily' }, 'The backup of db01 failed.'];
  const found = {
    kind: 'backup-failed',
    variant: 'media',
    since: now,
    last: now,
    count: 1,
    jobIds: [7],
    measures: [],
    text,
  } as const;
  await reconcile({ groupId: 'tickets', subject, kinds: ['backup-failed'] }, [found]).finally(() =>
    client.destroy(),
  );
  expect(receiver.received).toHaveLength(from);
  await deployment.sweep();
  const [request, ...more] = receiver.received.slice(from);
  expect(more).toEqual([]);
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    type: 'Problem Opened',
    data: { kind: 'backup-failed', groupId: 'tickets', subject, text, jobIds: [7], severity: 'critical' },
  });
});

test('what fails for a day is a dead letter', async () => {
  receiver.otherwise = 500;
  const opened = forTickets();
  await publish('Problem Opened', opened);
  let letter: Awaited<ReturnType<typeof takeLetter>>;
  for (let hours = 0; letter === undefined; hours += 1) {
    expect(hours).toBeLessThan(200);
    await deployment.cloud.drained();
    deployment.clock.advance(10 * MINUTE);
    await deployment.cloud.drained();
    letter = await takeLetter();
  }
  expect(letter).toMatchObject({
    event: { detail: { eventId: opened.eventId } },
    attributes: { ERROR_CODE: 'ERROR_FROM_TARGET', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' },
  });
});
