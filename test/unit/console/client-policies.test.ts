/** Clients under their policies, and how old their last good backups are. */
import {
  ageHours,
  clientPoliciesOf,
  matches,
  oldestFirst,
  stateOf,
} from '../../../console/src/views/clients/client-policies.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const history = (clientName: string) => ({
  clientName,
  policyName: 'daily',
  from: '2026-11-28',
  to: '2026-11-29',
  days: [],
  longestGapDays: 0,
  consecutiveFailures: 0,
});
const target = (clientName: string, lastGoodAt?: string, dueAt?: string) => ({
  clientName,
  policyName: 'daily',
  targetHours: 24,
  ...(lastGoodAt ? { lastGoodAt } : {}),
  ...(dueAt ? { dueAt } : {}),
});

const late = target('late', '2026-11-27T00:00:00Z', '2026-11-28T00:00:00Z');
const later = target('later', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z');
const good = target('good', '2026-11-29T00:00:00Z', '2026-11-30T00:00:00Z');

describe('what is known of clients and policies', () => {
  it('joins the history and the target of each client and policy', () => {
    const found = clientPoliciesOf('berlin', [history('good'), history('old')], [good, target('new')]);
    expect(found.map((one) => [one.clientName, one.history !== undefined, one.target !== undefined])).toEqual(
      [
        ['good', true, true],
        ['old', true, false],
        ['new', false, true],
      ],
    );
  });

  it('does not take a client and a policy for another pair with the same letters', () => {
    const clientPolicies = [
      { ...history('a'), policyName: 'b/c' },
      { ...history('a/b'), policyName: 'c' },
    ];
    expect(clientPoliciesOf('berlin', clientPolicies, [])).toHaveLength(2);
  });

  it('is beyond its target when the time is over, and not expected when nobody expects it', () => {
    const all = clientPoliciesOf(
      'berlin',
      [history('old')],
      [late, good, target('new'), { ...target('gone'), retired: true }],
    );
    expect(Object.fromEntries(all.map((one) => [one.clientName, stateOf(one, now)]))).toEqual({
      old: 'retired',
      late: 'beyond',
      good: 'within',
      new: 'never',
      gone: 'retired',
    });
  });

  it('shows those beyond their target first, the oldest at the top', () => {
    const all = clientPoliciesOf('berlin', [history('old')], [good, late, target('new'), later]);
    expect(oldestFirst(all, now).map(({ clientName }) => clientName)).toEqual([
      'later',
      'late',
      'new',
      'good',
      'old',
    ]);
  });

  it('tells the age of the last good backup, if there is one', () => {
    const [a, b] = clientPoliciesOf('berlin', [], [good, target('new')]);
    expect([a && ageHours(a, now), b && ageHours(b, now)]).toEqual([12, undefined]);
  });

  it('is found by a part of its client or policy, in any letter case', () => {
    const [one] = clientPoliciesOf('berlin', [], [good]);
    expect(one && [matches(one, 'GOO'), matches(one, 'dai'), matches(one, 'berlin')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
