/** One backup problem of DB01 under daily, over time. */
import type { About, Finding } from '../../lambdas/problems/finding.ts';
import type { MuteRule } from '../../lambdas/problems/mute-rule.ts';
import { problemsWorld } from './problems.ts';

export const ABOUT: About = {
  groupId: 'berlin',
  subject: { clientName: 'DB01', policyName: 'daily' },
  kinds: ['backup-failed', 'no-good-backup'],
};
export const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: 'backup-failed',
  variant: 'media',
  since: 1_000,
  last: 2_000,
  count: 1,
  jobIds: [7],
  measures: [],
  text: 'The backup of DB01 under daily failed.',
  ...more,
});

export const oneProblemWorld = (...args: Parameters<typeof problemsWorld>) => {
  const world = problemsWorld(...args);
  const only = async () => (await world.problems.ofSubject('berlin', ABOUT.subject))[0];
  const published = () => world.bus.published.map(({ detailType }) => detailType.replace('Problem ', ''));
  return { ...world, only, published };
};

/** A rule for an hour from `now` on (epoch ms). */
export const muteRule = (now: number, more: Partial<MuteRule>): MuteRule => ({
  ...{ muteId: 'm1', by: 'k', reason: 'move', createdAt: now, from: now, until: now + 3_600_000 },
  ...more,
});
