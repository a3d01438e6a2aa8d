import { journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { rebuild } from '../../../lambdas/reports/rebuild.ts';
import { fakeClock } from '../../support/fakes.ts';
import { jobs, notificationText, projection, RECEIVED_AT } from '../../support/notifications.ts';

it('I-2 applies every notification of a message, also those beyond the limit for an arriving message', async () => {
  const world = projection();
  const data = Array.from({ length: 1_100 }, (_, jobId) => ({ jobId, state: 'ACTIVE' }));
  const entry = journalEntry(
    {
      groupId: 'demo',
      text: notificationText([jobs(...data)]),
      timeStamp: 1_700_000_000,
      receivedAt: RECEIVED_AT,
    },
    35,
  );
  const journal = {
    feed: async () => ({ items: [{ ...entry, at: entry.arrival }], more: false }),
    entries: async () => [entry],
  };
  const progress = [];
  for await (const one of rebuild({ journal, projection: world.context, clock: fakeClock() }, 'demo', 0))
    progress.push(one.messages);
  expect(progress).toEqual([1]);
  expect(world.dynamodb.items('jobs')).toHaveLength(1_100);
  expect(world.quarantined()).toEqual([]);
});
