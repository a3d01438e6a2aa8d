import {
  dataQualityOf,
  problemGroupsOf,
  totalsOf,
} from '../../../console/src/views/overview/overview-facts.ts';
import type { Problem } from '../../../console/src/views/problems/problem-facts.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const ago = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

const problem = (kind: Problem['kind'], more: Partial<Problem> = {}): Problem =>
  ({
    problemId: `berlin~1~${kind}`,
    kind,
    severity: 'critical',
    groupId: 'berlin',
    subject: {},
    state: 'open',
    last: ago(1),
    measures: [],
    ...more,
  }) as Problem;
const aged = (problemId: string, value: number): Problem =>
  problem('no-good-backup', {
    problemId,
    measures: [{ name: 'ageHours', value, threshold: 24, from: 'learned' }],
  });
const ids = (problems: readonly Problem[]): string[] => problems.map(({ problemId }) => problemId);

describe('problemGroupsOf', () => {
  test('clients beyond their target come with the oldest backup first', () => {
    expect(ids(problemGroupsOf([aged('a', 30), aged('b', 200), aged('c', 50)], NOW).overdue)).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  test('critical problems of domains come before warnings', () => {
    const silent = problem('domain-silent', { severity: 'warning' });
    const down = problem('domain-disconnected');
    expect(problemGroupsOf([silent, down], NOW).domains).toEqual([down, silent]);
  });

  test('a kind that has no section of its own is shown with the domains', () => {
    const later = problem('a-later-kind' as Problem['kind']);
    expect(problemGroupsOf([later], NOW).domains).toEqual([later]);
  });

  test('failures of the last 24 hours are apart from older ones', () => {
    const recent = problem('backup-failed', { last: ago(24) });
    const older = problem('backup-failed', { last: ago(25) });
    const { failures, olderFailures } = problemGroupsOf([recent, older], NOW);
    expect(failures.map(({ problems }) => problems)).toEqual([[recent]]);
    expect(olderFailures).toEqual([older]);
  });

  test('acknowledged and muted problems are in no other section', () => {
    const states = (['acknowledged', 'muted', 'recovered'] as const).map((state) =>
      problem('domain-disconnected', { state }),
    );
    const { domains, silenced } = problemGroupsOf(states, NOW);
    expect([domains, silenced]).toEqual([[], states.slice(0, 2)]);
  });
});

describe('dataQualityOf', () => {
  const session = { connected: true, state: 'connected' as const };
  const group = (groupId: string, hours: number) => ({
    groupId,
    session,
    utcOffset: { seconds: 0, source: 'configured' as const },
    lastNotificationAt: ago(hours),
  });
  const summary = (groupId: string, complete: boolean) => ({
    groupId,
    asOf: ago(0),
    complete,
  });

  test('doubtful domains come first, then those that have been silent longest', () => {
    const rows = dataQualityOf(
      [
        group('fresh', 1),
        group('silent', 9),
        group('quarantined', 2),
        group('incomplete', 3),
        { ...group('clock', 4), utcOffset: { source: 'unknown' as const } },
        { ...group('away', 5), session: { connected: false, state: 'disconnected' as const } },
      ],
      [summary('incomplete', false), summary('fresh', true)],
      [
        problem('quarantined', {
          groupId: 'quarantined',
          measures: [{ name: 'notifications', value: 3, threshold: 1, from: 'default' }],
        }),
      ],
    );
    expect(rows.map(({ groupId }) => groupId)).toEqual([
      'away',
      'clock',
      'incomplete',
      'quarantined',
      'silent',
      'fresh',
    ]);
    expect(rows).toMatchObject([
      { state: 'disconnected' },
      { isClockDoubtful: true },
      { isIncomplete: true },
      { quarantined: 3 },
      { isIncomplete: false, isClockDoubtful: false, quarantined: 0 },
      { asOf: ago(0) },
    ]);
  });

  test('a domain that has sent nothing has no times that can be wrong', () => {
    const unknown = {
      groupId: 'new',
      session: { connected: false, state: 'never-connected' as const },
      utcOffset: { source: 'unknown' as const },
    };
    expect(dataQualityOf([unknown], [], [])).toMatchObject([{ isClockDoubtful: false }]);
  });
});

test('the jobs of all domains are added up', () => {
  const outcomes = { failed: 2, warning: 1, running: 3, succeeded: 40 };
  expect(
    totalsOf([
      { outcomes, recovered: 1 },
      { outcomes, recovered: 0 },
    ]),
  ).toEqual({
    failed: 4,
    recovered: 1,
    warning: 2,
    running: 6,
    succeeded: 80,
  });
});
