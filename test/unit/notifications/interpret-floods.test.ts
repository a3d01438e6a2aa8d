/** A message causes a limited amount of work, and nothing of it is lost. */
import { interpret, interpretAgain, LIMITS } from '../../../lambdas/notifications/interpret.ts';
import type { Interpretation } from '../../../lambdas/notifications/notification.ts';
import { images, interpretText, jobs, notificationText, storedMessage } from '../../support/notifications.ts';

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const job = (jobId: number) => ({ jobId, state: 'ACTIVE' });
/** How many of each kind or reason. */
const counts = (all: readonly Interpretation[]) => {
  const result: Record<string, number> = {};
  for (const one of all) {
    const name = one.kind === 'QUARANTINE' ? `${one.part} ${one.reason}` : one.kind;
    result[name] = (result[name] ?? 0) + 1;
  }
  return result;
};

describe('notifications that cannot be interpreted', () => {
  it('up to 100 are quarantined one by one', () => {
    expect(counts(interpretText(notificationText([jobs(job(1), ...many(100, String))])))).toEqual({
      JOB: 1,
      'item not-a-job': 100,
    });
  });

  it.each([
    ['items', [jobs(job(1), ...many(101, String), job(2))]],
    ['in several objects', many(102, (index) => (index === 50 ? jobs(job(1), job(2)) : { data: index }))],
    [
      'of several kinds',
      [images(...many(60, String)), { object: 'TAPE', data: many(41, String) }, jobs(job(1), job(2))],
    ],
  ])('more than 100 %s: the message is quarantined once, and the others are applied', (_, payload) => {
    const text = notificationText(payload);
    const all = interpretText(text);
    expect(counts(all)).toEqual({ JOB: 2, 'message too-many-not-interpretable': 1 });
    expect(all.at(-1)).toMatchObject({ text });
  });

  it('17 500 in one message are one quarantined message', () => {
    const text = notificationText([{ object: 'TAPE', data: many(17_500, (index) => index) }]);
    const all = interpretText(text);
    expect(counts(all)).toEqual({ 'message too-many-notifications': 1 });
    expect(all).toMatchObject([{ text }]);
  });

  it('numbers that would be rounded, which are quarantined as the whole message, do so once', () => {
    const text = notificationText([jobs(job(1))]).replace(
      '"data":[',
      `"data":[${Array(500).fill('1e99').join()},`,
    );
    const distinct = new Map(interpretText(text).map((one) => [one.eventId, one]));
    expect(counts([...distinct.values()])).toEqual({ JOB: 1, 'message too-many-not-interpretable': 1 });
  });
});

describe('more than 1 000 notifications', () => {
  const text = notificationText([jobs(...many(3_000, job))]);

  it('the first ones are applied, and the whole message is quarantined', () => {
    const all = interpretText(text);
    expect(counts(all)).toEqual({ JOB: 1_000, 'message too-many-notifications': 1 });
    expect(all[999]).toMatchObject({ jobId: 999 });
    expect(all.at(-1)).toMatchObject({ text, timeStamp: 1_700_000_000 });
  });

  it('1 000 are not too many', () => {
    expect(counts(interpretText(notificationText([jobs(...many(1_000, job))])))).toEqual({ JOB: 1_000 });
  });

  it('what cannot be interpreted is quarantined one by one, if it is not too much', () => {
    const mixed = notificationText([jobs('x', ...many(2_000, job))]);
    expect(counts(interpretText(mixed))).toEqual({
      'item not-a-job': 1,
      JOB: 999,
      'message too-many-notifications': 1,
    });
  });

  it('a smaller limit', () => {
    expect(counts(interpret(storedMessage(text), { ...LIMITS, notifications: 0 }))).toEqual({
      'message too-many-notifications': 1,
    });
    expect(counts(interpret(storedMessage(text), { ...LIMITS, notifications: 7 }))).toEqual({
      JOB: 7,
      'message too-many-notifications': 1,
    });
    expect(interpret(storedMessage(notificationText([jobs()])), { notifications: 0, rejected: 0 })).toEqual(
      [],
    );
  });

  it('interpreted again it gives all of them, and nothing is quarantined', () => {
    const whole = interpretText(text).at(-1);
    if (whole?.kind !== 'QUARANTINE') throw new Error('not quarantined');
    const again = interpretAgain(storedMessage(text), whole);
    expect(counts(again)).toEqual({ JOB: 3_000 });
    expect(again.slice(0, 1_000)).toEqual(interpretText(text).slice(0, 1_000));
  });

  it('interpreted again with too much that cannot be, it is the same quarantined message', () => {
    const flood = notificationText([jobs(...many(2_000, job), ...many(500, String))]);
    const whole = interpretText(flood).at(-1);
    if (whole?.kind !== 'QUARANTINE') throw new Error('not quarantined');
    const again = interpretAgain(storedMessage(flood), whole);
    expect(counts(again)).toEqual({ JOB: 2_000, 'message too-many-not-interpretable': 1 });
    expect(again.at(-1)?.eventId).toBe(whole.eventId);
  });
});
