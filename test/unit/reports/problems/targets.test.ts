import type { Group } from '../../../../lambdas/groups/group.ts';
import type { Attempt } from '../../../../lambdas/reports/problems/attempts.ts';
import { type TargetSettings, targetFor } from '../../../../lambdas/reports/problems/targets.ts';

const clientPolicy = { clientName: 'DB01.example.com', policyName: 'Daily' };
const target = (
  settings: TargetSettings,
  group: Pick<Group, 'labels' | 'targetHours' | 'targets'> = {},
  attempts: readonly Attempt[] = [],
) => targetFor(settings, group, clientPolicy, attempts);

const everything: TargetSettings = {
  targetHours: 5,
  targets: [
    { label: 'tier=gold', targetHours: 4 },
    { policy: 'daily', targetHours: 2 },
    { client: 'db*', targetHours: 1 },
  ],
};
const group = { labels: { tier: 'gold' }, targetHours: 3 };

it.each<[string, number, Parameters<typeof target>]>([
  ['client', 1, [everything, group]],
  ['policy', 2, [{ ...everything, targets: everything.targets?.slice(0, 2) }, group]],
  ['group', 3, [{ ...everything, targets: everything.targets?.slice(0, 1) }, group]],
  [
    'label',
    4,
    [
      everything.targets ? { ...everything, targets: everything.targets.slice(0, 1) } : {},
      { labels: group.labels },
    ],
  ],
  [
    'deployment',
    5,
    [{ targetHours: 5, targets: [{ label: 'tier=iron', targetHours: 4 }] }, { labels: group.labels }],
  ],
  ['default', 192, [{}]],
])('the most specific target applies: %s', (from, hours, given) => {
  expect(target(...given)).toMatchObject({ from, hours });
});

it('of equally specific ones that of the group applies, then the first', () => {
  const settings = { targets: [{ client: '*01*', targetHours: 1 }] };
  expect(target(settings)?.hours).toBe(1);
  const own = [
    { client: 'db01.*', targetHours: 8 },
    { client: 'db*', targetHours: 9 },
  ];
  expect(target(settings, { targets: own })?.hours).toBe(8);
});

it('all that a rule names must fit', () => {
  const targets = [{ client: 'db*', policy: 'weekly', targetHours: 1 }];
  expect(target({ targets })?.from).toBe('default');
  expect(target({ targets: [{ client: 'db*', policy: 'd*y', targetHours: 1 }] })?.hours).toBe(1);
  expect(target({ targets: [{ client: 'db*', label: 'tier=gold', targetHours: 1 }] })?.from).toBe('default');
});

it('a retired one has no target, unless something more specific expects backups', () => {
  const targets = [{ policy: 'daily', retired: true as const }];
  expect(target({ targets })).toBeUndefined();
  expect(target({ targets, targetHours: 5 })).toBeUndefined();
  expect(target({ targets: [...targets, { client: 'db01*', targetHours: 7 }] })?.hours).toBe(7);
});

it('without a target the habit applies, as soon as there is one', () => {
  const attempts = Array.from({ length: 5 }, (_, index): Attempt => {
    const localHour = 490_000 - index * 24;
    return { startedAt: localHour * 3_600, localHour, isGood: true, status: 0, jobIds: [1] };
  });
  expect(target({}, {}, attempts)).toMatchObject({ hours: 30, from: 'learned', habit: { gapHours: 24 } });
  expect(target({ targetHours: 99 }, {}, attempts)).toEqual({ hours: 99, from: 'deployment' });
});
