import {
  type Certificate,
  daysLeft,
  isExpiring,
} from '../../../lambdas/endpoints/certificate/certificate.ts';
import { CertificateStore } from '../../../lambdas/endpoints/certificate/certificate-store.ts';
import { certificateWatch } from '../../../lambdas/endpoints/certificate/watch-certificate.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { fakeProblems } from '../../support/fake-problems.ts';
import { fakeBus, fakeClock, fakeLog } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const START = 1_700_000_100_000;
const certificate = (fingerprint: string, days = 198, keyHash = fingerprint): Certificate => ({
  fingerprint,
  keyHash,
  issuer: 'CN=Authority',
  validFrom: START - DAY_MS,
  validTo: START + days * DAY_MS,
});

const watched = () => {
  const dynamodb = new MemoryDynamodb({ Endpoints: { key: ['endpointId'] } });
  const clock = fakeClock(START);
  const log = fakeLog();
  const bus = fakeBus();
  const served = { certificate: certificate('A') as Certificate | Error, reads: 0 };
  const certificates = new CertificateStore(dynamodb.client, 'Endpoints');
  const problems = fakeProblems();
  const context = {
    reconcile: problems.reconcile,
    certificates,
    read: async () => {
      served.reads++;
      if (served.certificate instanceof Error) throw served.certificate;
      return served.certificate;
    },
    webSocketUrl: 'wss://nbwss.example.com/nbwss',
    warningDays: 30,
    bus,
    clock,
    log,
  };
  const watch = certificateWatch(context);
  return {
    ...{ dynamodb, clock, log, bus, served, context, watch, problems },
    known: () => certificates.get('nbwss.example.com'),
    /** Puts the clock an hour forward, and watches. */
    nextHour: async () => {
      clock.advance(HOUR_MS);
      await watch();
    },
    types: () => bus.published.map(({ detailType }) => detailType),
  };
};

test('the certificate is read once an hour, and without an AWS call in the minutes between', async () => {
  const { watch, clock, served, dynamodb } = watched();
  for (let minute = 0; minute < 24 * 60; minute++) {
    await watch();
    clock.advance(MINUTE_MS);
  }
  expect(served.reads).toBe(25);
  expect(dynamodb.calls).toHaveLength(50);
});

test('another execution environment does not read it again in the same hour', async () => {
  const { watch, context, clock, served } = watched();
  await watch();
  clock.advance(30 * MINUTE_MS);
  const other = certificateWatch(context);
  await other();
  clock.advance(27 * MINUTE_MS);
  await other();
  expect(served.reads).toBe(1);
  // It knows when the first one read it.
  clock.advance(MINUTE_MS);
  await other();
  await watch();
  expect(served.reads).toBe(2);
});

test('it is read although the SDK had to repeat the claim, whose response was lost', async () => {
  const { context, dynamodb, served } = watched();
  const { client } = dynamodb;
  const send = async (command: object) => {
    await client.send(command as never);
    return client.send(command as never);
  };
  const certificates = new CertificateStore({ send } as never, 'Endpoints');
  await certificateWatch({ ...context, certificates })();
  expect(served.reads).toBe(1);
});

test('the first certificate is stored, and is no change', async () => {
  const { watch, known, bus, log } = watched();
  await watch();
  expect(await known()).toMatchObject({
    host: 'nbwss.example.com',
    certificate: certificate('A'),
    readAt: START,
  });
  expect([bus.published, log.codes()]).toEqual([[], []]);
});

test.each([
  ['a new key', 'other key', true],
  ['the same key', 'A', false],
])('a certificate with %s is a change, published once', async (_, keyHash, isKeyNew) => {
  const { watch, nextHour, served, bus, log, known } = watched();
  await watch();
  served.certificate = certificate('B', 198, keyHash);
  await nextHour();
  await nextHour();
  expect(log.codes()).toEqual(['certificate-changed']);
  expect(bus.published).toHaveLength(1);
  expect(bus.published[0]?.detail).toMatchObject({
    host: 'nbwss.example.com',
    fingerprint: 'B',
    previous: { fingerprint: 'A' },
    isKeyNew,
  });
  expect((await known())?.certificate?.fingerprint).toBe('B');
});

test('a change that the bus refused is published in the next hour', async () => {
  const { watch, nextHour, served, bus, types } = watched();
  await watch();
  served.certificate = certificate('B');
  const { publish } = bus;
  bus.publish = () => Promise.reject(new Error('refused'));
  await nextHour();
  bus.publish = publish;
  await nextHour();
  expect(types()).toEqual(['Certificate Changed']);
});

test('an expiry is logged in each hour from 30 days before, and published once a day', async () => {
  const { watch, nextHour, clock, log, bus, types } = watched();
  await watch();
  clock.advance((198 - 30) * DAY_MS - HOUR_MS);
  await nextHour();
  expect(log.codes()).toEqual([]);
  clock.advance(1);
  for (let hour = 0; hour < 48; hour++) await nextHour();
  expect(log.codes()).toEqual(Array(48).fill('certificate-expiring'));
  expect(types()).toEqual(['Certificate Expiring', 'Certificate Expiring']);
  expect(new Set(bus.published.map(({ detail }) => detail['eventId'])).size).toBe(2);
});

test('a renewed certificate ends the warnings; one that also expires is warned of at once', async () => {
  const { watch, nextHour, served, types } = watched();
  served.certificate = certificate('A', 3);
  await watch();
  served.certificate = certificate('B', 5);
  await nextHour();
  served.certificate = certificate('C', 198);
  await nextHour();
  await nextHour();
  const expected = [
    'Certificate Expiring',
    'Certificate Changed',
    'Certificate Expiring',
    'Certificate Changed',
  ];
  expect(types()).toEqual(expected);
});

test('a host that does not answer is logged in each hour, and what is known stays', async () => {
  const { watch, nextHour, served, log, known } = watched();
  await watch();
  served.certificate = new Error('connect ECONNREFUSED');
  await nextHour();
  await nextHour();
  expect(log.lines).toEqual(
    Array(2).fill({
      level: 'warn',
      code: 'certificate-not-readable',
      detail: { host: 'nbwss.example.com', reason: 'connect ECONNREFUSED' },
    }),
  );
  expect(await known()).toMatchObject({ readAt: START, certificate: { fingerprint: 'A' } });
});

test('a failure of the table does not stop the sweep, and is logged', async () => {
  const { watch, dynamodb, log, nextHour, served } = watched();
  dynamodb.before = () => {
    throw new Error('unavailable');
  };
  await watch();
  expect(log.codes()).toEqual(['certificate-not-watched']);
  dynamodb.before = () => {};
  await nextHour();
  expect(served.reads).toBe(1);
});

test('a certificate expires within the days of warning, and after its end', () => {
  const one = certificate('A', 30);
  expect([START, START + 1].map((now) => isExpiring(one, now, 30))).toEqual([false, true]);
  expect(isExpiring(one, START + 31 * DAY_MS, 30)).toBe(true);
  expect([0, 29.5, 30.5].map((days) => daysLeft(one, START + days * DAY_MS))).toEqual([30, 0, -1]);
});

test('a change is a problem for 14 days, then it is over and costs nothing', async () => {
  const { watch, nextHour, served, problems, clock, known } = watched();
  await watch();
  await nextHour();
  expect(problems.settled).toEqual([]);
  served.certificate = certificate('B');
  await nextHour();
  const changedAt = clock();
  expect(problems.open()).toMatchObject([
    {
      groupId: undefined,
      subject: { host: 'nbwss.example.com' },
      finding: { kind: 'certificate-changed', since: changedAt, text: expect.stringContaining('to B (SHA') },
    },
  ]);
  clock.advance(14 * DAY_MS - 2 * HOUR_MS);
  await nextHour();
  expect(problems.kinds()).toEqual(['certificate-changed']);
  await nextHour();
  expect([problems.kinds(), (await known())?.changedAt]).toEqual([[], undefined]);
  const before = problems.settled.length;
  await nextHour();
  expect(problems.settled).toHaveLength(before);
});

test('a change that could not be settled is settled in the next hour', async () => {
  const { watch, nextHour, served, problems, context, log } = watched();
  await watch();
  served.certificate = certificate('B');
  const { reconcile } = context;
  context.reconcile = () => Promise.reject(new Error('away'));
  await nextHour();
  expect([problems.kinds(), log.codes().at(-1)]).toEqual([[], 'certificate-not-watched']);
  context.reconcile = reconcile;
  await nextHour();
  expect(problems.kinds()).toEqual(['certificate-changed']);
});
