import type { About, Finding } from '../../../lambdas/problems/finding.ts';
import type { Problem } from '../../../lambdas/problems/problem.ts';
import {
  dueAtOf,
  whenAbsent,
  whenDue,
  whenFound,
  whenPublished,
} from '../../../lambdas/problems/transitions.ts';

const NOW = 1_000_000;
const REPEAT_MS = 500;
const ABOUT: About = {
  groupId: 'berlin',
  subject: { clientName: 'a', policyName: 'p' },
  kinds: ['backup-failed'],
};
const finding: Finding = {
  kind: 'backup-failed',
  variant: 'storage',
  since: 1,
  last: 2,
  count: 3,
  jobIds: [8, 7],
  status: 83,
  measures: [],
  text: 'Failed.',
};
const end = (until: number) => ({ by: 'ann', at: 1, reason: 'known', until });
const problem = (more: Partial<Problem> = {}): Problem => ({
  groupId: 'berlin',
  problem: 'x~backup-failed~storage',
  subject: ABOUT.subject,
  ...finding,
  state: 'open',
  episode: 1,
  reminders: 0,
  openedAt: 10,
  informedAt: NOW - 100,
  revision: 4,
  ...more,
});

describe('when it is found', () => {
  it('a new one opens with its variant, status and evidence, and its event is pending', () => {
    expect(whenFound(undefined, ABOUT, finding, NOW)).toMatchObject({
      ...finding,
      groupId: 'berlin',
      state: 'open',
      openedAt: NOW,
      episode: 1,
      pendingEvent: 'opened',
    });
  });

  it('without a variant and a status it has neither', () => {
    const { variant: _, status: __, ...bare } = finding;
    const created = whenFound(undefined, ABOUT, bare, NOW);
    expect(created).not.toHaveProperty('variant');
    expect(created).not.toHaveProperty('status');
  });

  it('an open one with the same evidence does not change', () => {
    expect(whenFound(problem(), ABOUT, { ...finding, text: 'In other words.' }, NOW)).toBeUndefined();
    const { jobIds: _, ...without } = problem();
    expect(whenFound(without, ABOUT, { ...finding, jobIds: [] }, NOW)).toBeUndefined();
  });

  it.each([{ since: 0 }, { last: 9 }, { count: 4 }, { jobIds: [9, 8] }])(
    'an open one takes new evidence, without an event: %j',
    (more) => {
      const changed = whenFound(problem(), ABOUT, { ...finding, ...more }, NOW);
      expect(changed).toMatchObject({ ...more, state: 'open', openedAt: 10 });
      expect(changed?.pendingEvent).toBeUndefined();
    },
  );

  it('a held one takes new evidence, and does not change without', () => {
    const later = { ...finding, holdUntil: NOW + 1 };
    const held = problem({ state: 'held', episode: 0, holdUntil: NOW + 1 });
    expect(whenFound(held, ABOUT, later, NOW)).toBeUndefined();
    expect(whenFound(held, ABOUT, { ...later, count: 4 }, NOW)).toMatchObject({ state: 'held', count: 4 });
    expect(whenFound(held, ABOUT, later, NOW + 1)).toMatchObject({ state: 'open', openedAt: NOW + 1 });
  });
});

describe('when it is found no more', () => {
  it.each([
    ['held, never open', problem({ state: 'held', episode: 0, holdUntil: 5 }), 'remove'],
    ['held, open before', problem({ state: 'held', holdUntil: 5 }), { state: 'recovered' }],
    ['recovered, and held again', problem({ state: 'recovered', holdUntil: 5 }), { state: 'recovered' }],
    ['recovered', problem({ state: 'recovered' }), undefined],
    ['open', problem(), { state: 'recovered', recoveredAt: NOW, pendingEvent: 'recovered' }],
  ])('%s', (_, before, after) => {
    const changed = whenAbsent(before, NOW);
    if (typeof after === 'object') expect(changed).toMatchObject(after);
    else expect(changed).toBe(after);
    expect(JSON.stringify(changed) ?? '').not.toContain('holdUntil');
  });
});

describe('when time has passed', () => {
  const late = NOW - 100 + REPEAT_MS;

  it('a reminder is pending, and is counted', () => {
    const reminded = { reminders: 1, pendingEvent: 'reminded' };
    expect(whenDue(problem(), late, REPEAT_MS)).toMatchObject(reminded);
    expect(whenDue(problem(), late - 1, REPEAT_MS)).toBeUndefined();
  });

  it.each([
    ['that has recovered', problem({ state: 'recovered' })],
    ['whose event is pending', problem({ pendingEvent: 'opened' })],
    ['that is muted', problem({ muted: end(late + 1) })],
    ['that is acknowledged', problem({ acknowledged: end(late + 1) })],
  ])('nothing is said about one %s', (_, before) => {
    expect(whenDue(before, late, REPEAT_MS)).toBeUndefined();
  });

  it('people are informed when the bus has its event, but not of a recovery', () => {
    expect(whenPublished(problem({ pendingEvent: 'reminded' }), NOW)).toMatchObject({ informedAt: NOW });
    const recovered = problem({ state: 'recovered', pendingEvent: 'recovered' });
    expect(whenPublished(recovered, NOW)).toMatchObject({ informedAt: NOW - 100 });
  });

  const reminder = NOW - 100 + REPEAT_MS;
  it.each<[string, object, number | undefined, number | undefined]>([
    ['its event is pending', { pendingEvent: 'opened', muted: end(NOW + 7) }, undefined, NOW],
    ['it is held', { state: 'held', holdUntil: NOW + 7 }, undefined, NOW + 7],
    ['it has recovered', { state: 'recovered' }, undefined, undefined],
    ['it is muted', { muted: end(NOW + 7) }, undefined, NOW + 7],
    ['a mute rule applies longer', { muted: end(NOW + 7) }, NOW + 9, NOW + 9],
    ['the mute has ended', { muted: end(NOW) }, undefined, reminder],
    ['nobody was informed', { informedAt: undefined }, undefined, NOW],
    ['it is acknowledged beyond the reminder', { acknowledged: end(reminder + 7) }, undefined, reminder + 7],
    ['it is acknowledged for less', { acknowledged: end(NOW + 1) }, undefined, reminder],
    ['the acknowledgement has ended', { acknowledged: end(NOW) }, undefined, reminder],
  ])('the sweep looks at it again: %s', (_, more, silencedUntil, due) => {
    expect(dueAtOf(problem(more), NOW, REPEAT_MS, silencedUntil)).toBe(due);
  });
});
