/** What is wrong with a group by its own item: disconnected, and a credential that is refused. */
import { disconnectedCheck } from '../../../lambdas/groups/disconnected.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import {
  recordCredentialStatus,
  refusedCredentialCheck,
} from '../../../lambdas/groups/refused-credential.ts';
import { HOUR_MS, MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { fakeClock, fakeLog, noAnswer } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { sessionOf } from '../../support/sessions.ts';

const group = (change: Partial<Group> = {}): Group => ({
  groupId: 'berlin',
  kind: 'group',
  createdAt: 0,
  epoch: 1,
  ...change,
});

describe('domain-disconnected', () => {
  const clock = fakeClock();
  const now = clock();
  const { find } = disconnectedCheck({ clock, disconnectedMinutes: 15 });
  const down = (minutes: number) => group({ downSince: now - minutes * MINUTE_MS });

  test('is found when the minutes of the configuration have passed, since the domain was lost', async () => {
    expect(await find(down(14.9))).toEqual([]);
    expect(await find(down(60))).toMatchObject([
      {
        subject: {},
        finding: {
          since: now - HOUR_MS,
          last: now - HOUR_MS,
          measures: [{ name: 'downHours', ageOf: now - HOUR_MS, value: 1, threshold: 0.25 }],
        },
      },
    ]);
  });

  test('says why the connection ended', async () => {
    const lastSession = { connectionId: 'c1', endpointId: 'e1', since: 1, endedAt: 2, closeCode: 1006 };
    const found = await find({ ...down(60), lastSession });
    expect(found?.[0]?.finding.text).toContain('(the network connection broke)');
  });

  test('is no problem of a group that has never connected, or is connected', async () => {
    expect(await find(group())).toEqual([]);
    expect(await find({ ...down(60), session: sessionOf('c1') })).toEqual([]);
  });
});

describe('credential-refused', () => {
  const CREDENTIAL = { key: 'k', iv: 'i', tag: 't', data: 'first' };
  const world = () => {
    const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] } });
    dynamodb.set('groups', group({ netbackupCredential: CREDENTIAL }));
    const groups = new GroupsStore(dynamodb.client, 'groups');
    const [clock, log] = [fakeClock(), fakeLog()];
    const stored = () => dynamodb.items<Group>('groups')[0] as Group;
    const answers = (status: number, before = stored()) =>
      recordCredentialStatus({ groups, clock, log }, before, status);
    const found = () => refusedCredentialCheck.find(stored());
    return { dynamodb, groups, clock, log, stored, answers, found };
  };

  test('is found after NetBackup has answered 401, and over after another answer', async () => {
    const { answers, found, clock, stored } = world();
    const start = clock();
    await answers(401);
    clock.advance(2 * MINUTE_MS);
    await answers(401);
    const last = start + 2 * MINUTE_MS;
    expect(await found()).toMatchObject([
      { subject: {}, finding: { since: start, last, count: 2, measures: [{ value: 2, threshold: 1 }] } },
    ]);
    expect(stored().markShard).toBe('marked');
    await answers(200);
    expect(await found()).toEqual([]);
  });

  test.each([200, 403, 404, 500])(
    'is not found after an answer %i, which costs no AWS call',
    async (status) => {
      const { answers, found, dynamodb } = world();
      await answers(status);
      expect([await found(), dynamodb.calls]).toEqual([[], []]);
    },
  );

  test('many refusals cost one write a minute', async () => {
    const { answers, dynamodb } = world();
    for (let call = 0; call < 20; call++) await answers(401);
    expect(dynamodb.calls).toEqual(['UpdateItem']);
  });

  test('is over when another key is stored, and the late answer to the older one does not count', async () => {
    const { answers, found, groups, stored } = world();
    await answers(401);
    const { credentialRefused: _, ...before } = stored();
    await groups.setCredential('berlin', { ...CREDENTIAL, data: 'second' });
    expect(await found()).toEqual([]);
    await answers(401, before);
    expect(await found()).toEqual([]);
  });

  test('is over when the key is deleted', async () => {
    const { answers, found, groups } = world();
    await answers(401);
    await groups.setCredential('berlin', undefined);
    expect(await found()).toEqual([]);
  });

  test('an answer is delivered although it cannot be noted', async () => {
    const { answers, dynamodb, log } = world();
    dynamodb.before = () => {
      throw noAnswer();
    };
    await answers(401);
    expect(log.codes()).toEqual(['refusal-not-stored']);
  });
});
