import { vector } from '../../support/fakes.ts';
import { eventsOf, interpretText, jobs, notificationText, projection } from '../../support/notifications.ts';

const eventsOfVector = (name: string) => interpretText(JSON.stringify(vector(name))).flatMap(eventsOf);

it('a state of a job gives one event', () => {
  expect(eventsOfVector('job-backup-start')).toEqual([
    {
      detailType: 'Job State Changed',
      detail: {
        eventId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        groupId: 'demo',
        jobId: 146,
        notificationType: 'INFO',
        outcome: 'running',
        receivedAt: '2023-11-14T22:15:00.000Z',
        reportedAt: '2023-11-14T22:13:55.000Z',
        job: expect.objectContaining({ clientName: 'vm01', state: 'ACTIVE', startTime: 1_700_018_029 }),
      },
    },
  ]);
});

it('the end of a job gives two, with different detail-types', () => {
  const events = eventsOfVector('job-with-unknown-fields-and-values');
  expect(events.map(({ detailType }) => detailType)).toEqual(['Job State Changed', 'Job Completed']);
  expect(events[1]?.detail).toMatchObject({ outcome: 'failed', job: { status: 150, assetId: 'c0ffee' } });
});

it('each image of a batch gives one', () => {
  const events = eventsOfVector('image-no-local-copy');
  expect(events.map(({ detailType }) => detailType)).toEqual(['Image Changed', 'Image Changed']);
  expect(events.map(({ detail }) => detail['image'])).toMatchObject([
    { operationId: 'UPDATE' },
    { operationId: 'NO_LOCAL_COPY_AVAILABLE' },
  ]);
});

it('I-6 a quarantined part is published without its text', () => {
  const events = eventsOfVector('unknown-object-kind');
  expect(events).toMatchObject([
    { detailType: 'Notification Quarantined', detail: { reason: 'unknown-object' } },
  ]);
  expect(JSON.stringify(events)).not.toContain('p1');
});

describe('I-3 the published states of a job', () => {
  /** `state@seconds`, sent one after the other in this order; the states by the ids of their events. */
  const publishedFor = async (...reports: string[]) => {
    const { play, published } = projection();
    for (const one of reports) {
      const [state = '', stamp] = one.split('@');
      await play([notificationText([jobs({ jobId: 1, state, status: 0 })], Number(stamp))]);
    }
    const changes = published.filter(({ detailType }) => detailType === 'Job State Changed');
    return {
      count: changes.length,
      states: [...new Map(changes.map(({ detail }) => [detail['eventId'], detail['job']])).values()].map(
        (job) => (job as { state: string }).state,
      ),
    };
  };

  it('a resend under another stamp has the same eventId', async () => {
    expect((await publishedFor('ACTIVE@1', 'ACTIVE@20')).states).toEqual(['ACTIVE']);
  });

  it('a state that comes back is an event of its own', async () => {
    const { count, states } = await publishedFor('ACTIVE@1', 'QUEUED@2', 'ACTIVE@3', 'ACTIVE@4');
    expect(states).toEqual(['ACTIVE', 'QUEUED', 'ACTIVE']);
    expect(count).toBe(4);
  });

  it.each([
    [['ACTIVE@3', 'QUEUED@2', 'ACTIVE@1']],
    [['ACTIVE@1', 'ACTIVE@3', 'QUEUED@2']],
    [['QUEUED@2', 'ACTIVE@3', 'ACTIVE@1']],
  ])('also if it is known only by what arrives later: %j', async (reports) => {
    expect((await publishedFor(...reports)).states.sort()).toEqual(['ACTIVE', 'ACTIVE', 'QUEUED']);
  });

  it('a late report of a state before DONE is not an event; the state of a new run is one', async () => {
    expect((await publishedFor('ACTIVE@1', 'DONE@5', 'ACTIVE@8')).states).toEqual(['ACTIVE', 'DONE']);
    expect((await publishedFor('ACTIVE@1', 'DONE@5', 'ACTIVE@606')).states).toEqual([
      'ACTIVE',
      'DONE',
      'ACTIVE',
    ]);
  });
});
