import {
  type Event,
  factsOf,
  MAX_EVENTS,
  withArrived,
} from '../../../console/src/views/events/event-facts.ts';

const event = (more: Partial<Event>): Event => ({
  eventId: 'e',
  groupId: 'berlin',
  receivedAt: '2026-11-29T12:00:00.000Z',
  ...more,
});
const JOB = {
  jobId: 7,
  jobType: 'BACKUP',
  state: 'DONE',
  status: 58,
  clientName: 'db1',
  policyName: 'daily',
};

describe('factsOf', () => {
  test('names a job with its state and what it is about', () => {
    expect(factsOf(event({ object: 'JOB', notification: JOB }))).toEqual({
      kind: 'job',
      jobId: 7,
      state: 'DONE',
      status: 58,
      about: 'BACKUP, db1, daily',
    });
  });

  test('names an image with its operation', () => {
    const notification = { backupId: 'db1_1', operationId: 'CREATE', clientName: 'db1' };
    expect(factsOf(event({ object: 'IMAGE', notification }))).toEqual({
      kind: 'image',
      backupId: 'db1_1',
      operation: 'CREATE',
      about: 'db1',
    });
  });

  test('says why one is in quarantine', () => {
    expect(factsOf(event({ object: 'TAPE', reason: 'unknown-object' }))).toEqual({
      kind: 'quarantined',
      reason: 'unknown-object',
    });
  });

  test.each([
    ['JOB', undefined],
    ['JOB', { jobId: '7' }],
    ['JOB', [7]],
    ['IMAGE', { backupId: '' }],
    ['TAPE', JOB],
    [undefined, null],
  ])('what is not a job or image is another kind: %s %j', (object, notification) => {
    expect(factsOf(event({ notification, ...(object === undefined ? {} : { object }) }))).toEqual({
      kind: 'other',
      object: object ?? '',
    });
  });

  test('leaves out what is not text', () => {
    const notification = { ...JOB, state: 3, status: 'x', clientName: { a: 1 } };
    expect(factsOf(event({ object: 'JOB', notification }))).toEqual({
      kind: 'job',
      jobId: 7,
      about: 'BACKUP, daily',
    });
  });
});

describe('withArrived', () => {
  const ids = (events: readonly Event[]): string[] => events.map(({ eventId }) => eventId);
  const of = (...names: string[]): Event[] => names.map((eventId) => event({ eventId }));

  test('puts the latest first, and each once', () => {
    expect(ids(withArrived(of('b', 'a'), of('b', 'c', 'd', 'c')))).toEqual(['d', 'c', 'b', 'a']);
  });

  test('is the same list when nothing new has arrived, so that nothing is drawn again', () => {
    const known = of('a');
    expect(withArrived(known, of('a'))).toBe(known);
  });

  test('drops the oldest beyond the bound', () => {
    const many = Array.from({ length: MAX_EVENTS }, (_, index) => `${index}`);
    const events = withArrived(of('first'), of(...many));
    expect([events.length, events[0]?.eventId, events.at(-1)?.eventId]).toEqual([MAX_EVENTS, '9999', '0']);
  });
});
