import {
  causeOf,
  failuresByCause,
  type Problem,
  subjectText,
  unitOf,
} from '../../../console/src/views/problems/problem-facts.ts';

const failed = (problemId: string, status?: number): Problem =>
  ({
    problemId,
    subject: {},
    ...(status === undefined ? {} : { status, statusText: `text ${status}` }),
  }) as Problem;

describe('causeOf', () => {
  test('is the last part of the id', () => {
    expect(causeOf({ problemId: 'berlin~1vJ0~backup-failed~storage' })).toBe('storage');
  });
  test('is another cause for a class that is not known', () => {
    expect(causeOf({ problemId: 'berlin~1vJ0~backup-failed~tape' })).toBe('other');
    expect(causeOf({ problemId: 'berlin~1vJ0~no-good-backup' })).toBe('other');
  });
});

test.each([
  ['ageHours', 'hours'],
  ['daysLeft', 'days'],
  ['failures', 'times'],
])('the unit of %s is %s', (name, unit) => {
  expect(unitOf(name)).toBe(unit);
});

test('a subject is its values', () => {
  expect(subjectText({ subject: { clientName: 'db1', policyName: 'daily' } })).toBe('db1, daily');
  expect(subjectText({ subject: {} })).toBe('');
});

describe('failuresByCause', () => {
  test('has one entry for each cause and status, the most frequent first', () => {
    const causes = failuresByCause([
      failed('a~1~backup-failed~storage', 84),
      failed('a~2~backup-failed~connection', 58),
      failed('b~3~backup-failed~connection', 58),
      failed('b~4~backup-failed~connection', 54),
      failed('b~5~backup-failed~other'),
    ]);
    expect(
      causes.map(({ cause, status, statusText, problems }) => [cause, status, statusText, problems.length]),
    ).toEqual([
      ['connection', 58, 'text 58', 2],
      ['storage', 84, 'text 84', 1],
      ['connection', 54, 'text 54', 1],
      ['other', undefined, undefined, 1],
    ]);
  });
  test('is empty without failures', () => {
    expect(failuresByCause([])).toEqual([]);
  });
});
