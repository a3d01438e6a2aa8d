import { busEventsOf } from '../../../lambdas/reports/bus-events.ts';
import { vector } from '../../support/fakes.ts';
import { interpretText } from '../../support/notifications.ts';

const eventsOf = (name: string) =>
  interpretText(JSON.stringify(vector(name))).flatMap((one) => busEventsOf('demo', one));

it('a state of a job gives one event', () => {
  expect(eventsOf('job-backup-start')).toEqual([
    {
      detailType: 'Job State Changed',
      detail: {
        eventId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        groupId: 'demo',
        jobId: 146,
        outcome: 'running',
        receivedAt: '2023-11-14T22:15:00.000Z',
        reportedAt: '2023-11-14T22:13:55.000Z',
        job: expect.objectContaining({ clientName: 'vm01', state: 'ACTIVE', startTime: 1_700_018_029 }),
      },
    },
  ]);
});

it('the end of a job gives two, with different detail-types', () => {
  const events = eventsOf('job-with-unknown-fields-and-values');
  expect(events.map(({ detailType }) => detailType)).toEqual(['Job State Changed', 'Job Completed']);
  expect(events[1]?.detail).toMatchObject({ outcome: 'failed', job: { status: 150, assetId: 'c0ffee' } });
});

it('each image of a batch gives one', () => {
  const events = eventsOf('image-no-local-copy');
  expect(events.map(({ detailType }) => detailType)).toEqual(['Image Changed', 'Image Changed']);
  expect(events.map(({ detail }) => detail['image'])).toMatchObject([
    { operationId: 'UPDATE' },
    { operationId: 'NO_LOCAL_COPY_AVAILABLE' },
  ]);
});

it('I-6 a quarantined part is published without its text', () => {
  const events = eventsOf('unknown-object-kind');
  expect(events).toMatchObject([
    { detailType: 'Notification Quarantined', detail: { reason: 'unknown-object' } },
  ]);
  expect(JSON.stringify(events)).not.toContain('p1');
});

it('I-3 a resend gives the same eventId', () => {
  const { id: _, ...message } = vector('job-backup-start');
  const resend = JSON.stringify({ ...message, id: 'other', timeStamp: message.timeStamp + 60 });
  expect(busEventsOf('demo', interpretText(resend)[0] as never)[0]?.detail['eventId']).toBe(
    eventsOf('job-backup-start')[0]?.detail['eventId'],
  );
});
