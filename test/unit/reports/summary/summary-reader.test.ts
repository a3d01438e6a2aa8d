import type { Group } from '../../../../lambdas/groups/group.ts';
import { readSummary } from '../../../../lambdas/reports/summary/summary-reader.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { jobs, notificationText, projection } from '../../../support/notifications.ts';

const NOW = 1_700_000_000;
const DAY = 86_400;

it.each([
  ['before the jobs that succeeded are read', 'Query', 'demo#succeeded'],
  ['before the jobs that run are read', 'BatchGetItem', undefined],
])('a job that ends %s counts once, and does not run too long', async (_, call, partition) => {
  const { dynamodb, context, play } = projection();
  const job = (state: string, more: object = {}) =>
    jobs({
      jobId: 1,
      parentJobId: 1,
      jobType: 'BACKUP',
      state,
      startTime: NOW - 2 * DAY,
      policyName: 'p',
      clientName: 'a',
      ...more,
    });
  await play([notificationText([job('ACTIVE')], NOW - 2 * DAY)]);
  let hasEnded = false;
  dynamodb.before = async (next, input) => {
    const values = Object.values(input.ExpressionAttributeValues ?? {});
    const isNow = partition === undefined || values.some(({ S }) => S === partition);
    if (hasEnded || next !== call || !isNow) return;
    hasEnded = true;
    await play([notificationText([job('DONE', { status: 0 })], NOW - 1)]);
  };
  const group = { groupId: 'demo' } as Group;
  const reader = { ...context, journal: { lastArrival: async () => undefined }, verdicts: [] };
  const summary = await readSummary({ ...reader, clock: fakeClock(NOW * 1000) }, group, 168);
  expect(hasEnded).toBe(true);
  expect(Object.values(summary.outcomes).reduce((sum, count) => sum + count)).toBe(1);
  expect(summary.runningLong).toEqual([]);
});
