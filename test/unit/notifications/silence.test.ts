import type { Group } from '../../../lambdas/groups/group.ts';
import { JournalStore } from '../../../lambdas/notifications/journal-store.ts';
import { silenceCheck } from '../../../lambdas/notifications/silence.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { sessionOf } from '../../support/sessions.ts';

/** A Monday, midnight. */
const MONDAY = Date.UTC(2026, 10, 2);
const at = (day: number, hour: number) => MONDAY + day * DAY_MS + hour * HOUR_MS;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const WORKDAYS = [0, 1, 2, 3, 4];

/** A domain that reports at these hours of the days of the week, from week 0 on. */
const world = (days: readonly number[], hours: readonly number[]) => {
  const dynamodb = new MemoryDynamodb({
    journal: { key: ['groupDay', 'entry'], indexes: { feed: ['groupId', 'arrival'] } },
  });
  const journal = new JournalStore(dynamodb.client, 'journal');
  const clock = fakeClock(MONDAY);
  let reports = 0;
  const report = (time: number) => {
    const entry = String(reports++);
    dynamodb.set('journal', {
      groupDay: 'g',
      entry,
      groupId: 'berlin',
      arrival: `${isoTime(time)}#${entry}`,
    });
  };
  /** Reports as usual before `until`. */
  const usual = (until: number) => {
    for (let week = 0; week < 6; week++)
      for (const day of days)
        for (const hour of hours) {
          // Some minutes earlier or later each day.
          const time = at(week * 7 + day, hour) + ((week * 7 + day * 13) % 40) * MINUTE_MS;
          if (time < until) report(time);
        }
  };
  const look = (now: number, change: Partial<Group> = {}) => {
    clock.advance(now - clock());
    const session = sessionOf('c1', { since: now - HOUR_MS });
    const group: Group = { groupId: 'berlin', kind: 'group', createdAt: 0, epoch: 1, session, ...change };
    return silenceCheck({ journal, clock }).find(group);
  };
  /** The hours after `from` at which it is first silent; undefined if not within `hours`. */
  const silentAfter = async (from: number, hours: number) => {
    for (let hour = 0; hour <= hours; hour++) if ((await look(from + hour * HOUR_MS))?.length) return hour;
    return undefined;
  };
  return { dynamodb, report, usual, look, silentAfter };
};

test('a domain that reports every night is silent some hours after the night in which nothing came', async () => {
  const { usual, silentAfter } = world(EVERY_DAY, [22, 23, 24]);
  usual(at(21, 21));
  expect(await silentAfter(at(21, 6), 30)).toBe(19);
});

test('its evidence is the last report, and its threshold what was learned', async () => {
  const { usual, look } = world(EVERY_DAY, [22]);
  usual(at(21, 21));
  const last = at(20, 22) + ((20 - 6 + 6 * 13) % 40) * MINUTE_MS;
  const [found] = (await look(at(22, 3))) ?? [];
  expect(found?.finding.since).toBe(last);
  const [measure] = found?.finding.measures ?? [];
  expect(measure).toMatchObject({ name: 'silentHours', ageOf: last, from: 'learned' });
  expect(measure?.threshold).toBeGreaterThan(25);
  expect(measure?.threshold).toBeLessThan(measure?.value ?? 0);
});

test('a domain that reports as usual is never silent', async () => {
  const { usual, silentAfter } = world(EVERY_DAY, [22, 23, 24]);
  usual(Number.POSITIVE_INFINITY);
  expect(await silentAfter(at(18, 0), 14 * 24)).toBeUndefined();
});

test('a free weekend is a habit, and a Monday without reports is not', async () => {
  const { usual, silentAfter } = world(WORKDAYS, [20, 22]);
  usual(at(28, 12));
  expect(await silentAfter(at(25, 22), 2 * 24)).toBeUndefined();
  expect(await silentAfter(at(28, 12), 24)).toBe(11);
});

test('before two weeks have passed nothing is known', async () => {
  const { usual, silentAfter } = world(EVERY_DAY, [22]);
  usual(at(13, 0));
  expect(await silentAfter(at(13, 0), 24)).toBeUndefined();
});

test('one week with another habit is not enough', async () => {
  const { usual, report, silentAfter } = world([0], [22]);
  usual(at(22, 0));
  report(at(18, 22));
  expect(await silentAfter(at(22, 12), 5 * 24)).toBeUndefined();
});

test('it is over with the next report, and only then', async () => {
  const { usual, report, look } = world(EVERY_DAY, [22]);
  usual(at(21, 21));
  const wrong = ['domain-silent'] as const;
  expect(await look(at(40, 12), { wrong })).toBeUndefined();
  report(at(40, 11));
  expect(await look(at(40, 12), { wrong })).toEqual([]);
});

test('a domain that is away, or has just come back, is not judged', async () => {
  const { usual, look } = world(EVERY_DAY, [22]);
  usual(at(21, 21));
  const now = at(22, 3);
  const session = sessionOf('c1', { since: now - 14 * MINUTE_MS });
  expect(await look(now, { session })).toBeUndefined();
  expect(await look(now, { session: { ...session, since: now - HOUR_MS, ready: false } })).toBeUndefined();
});

test('a group that has never reported is not silent', async () => {
  const { look } = world([], []);
  expect(await look(at(30, 0))).toEqual([]);
});

test('it costs three reads at most', async () => {
  const { usual, look, dynamodb } = world(EVERY_DAY, [22]);
  usual(at(21, 21));
  await look(at(22, 3));
  expect(dynamodb.calls).toEqual(['Query', 'Query', 'Query']);
});
