import { canonicalJson, contentId } from '../../../../lambdas/notifications/canonical.ts';
import {
  jobRank,
  jobTimeline,
  jobView,
  latestOf,
  outcomeOf,
} from '../../../../lambdas/notifications/views/job.ts';
import { merge, type TimelineEvent } from '../../../../lambdas/notifications/views/timeline.ts';

const event = (timeStamp: number, content: object): TimelineEvent => ({
  eventId: contentId('demo', 'JOB', canonicalJson(content)),
  timeStamp,
  receivedAt: timeStamp * 1000 + 500,
  content: canonicalJson(content),
});
const view = (...events: TimelineEvent[]) => jobView('demo', 146, merge([], events, jobRank));

describe('outcomeOf', () => {
  it.each<[object, string]>([
    [{ state: 'QUEUED', status: 0 }, 'running'],
    [{ state: 'ACTIVE', status: 0 }, 'running'],
    [{ state: 'SUSPENDED', status: 5 }, 'running'],
    [{ state: 'DONE', status: 0 }, 'succeeded'],
    [{ state: 'DONE', status: 1 }, 'warning'],
    [{ state: 'DONE', status: 150 }, 'failed'],
    [{ state: 'DONE', status: -1 }, 'failed'],
  ])('NOT-2 %j: %s', (content, outcome) => {
    expect(outcomeOf(content as Record<string, unknown>)).toBe(outcome);
  });
});

describe('jobView', () => {
  it('I-3 orders what was said in one second by what it means', () => {
    const told = [
      event(10, { state: 'DONE', status: 0 }),
      event(10, { state: 'QUEUED' }),
      event(10, { state: 'ACTIVE' }),
    ];
    expect(jobTimeline(merge([], told, jobRank)).map(({ state }) => state)).toEqual([
      'QUEUED',
      'ACTIVE',
      'DONE',
    ]);
    expect(view(...told)).toMatchObject({ state: 'DONE', outcome: 'succeeded' });
  });

  it('I-3 DONE is final, even if the clock then jumps back or forth', () => {
    const done = event(50, { state: 'DONE', status: 96 });
    expect(view(done, event(90, { state: 'ACTIVE' }))).toMatchObject({ state: 'DONE', outcome: 'failed' });
    expect(view(done, event(10, { state: 'ACTIVE' }))).toMatchObject({ state: 'DONE', outcome: 'failed' });
  });

  it('the later of two DONEs counts', () => {
    const [first, second] = [
      event(50, { state: 'DONE', status: 96 }),
      event(60, { state: 'DONE', status: 0 }),
    ];
    expect(view(second, first)).toMatchObject({ status: 0, outcome: 'succeeded' });
  });

  it('I-11 shows every field as it came, and ours beside them', () => {
    const content = {
      jobId: '146',
      state: 'ACTIVE',
      startTime: 1_700_018_029,
      assetId: 'c0ffee',
      groupId: 'not ours',
    };
    expect(view(event(10, content), event(20, { ...content, jobId: 146 }))).toEqual({
      ...content,
      jobId: 146,
      groupId: 'demo',
      outcome: 'running',
      firstReportedAt: '1970-01-01T00:00:10.000Z',
      lastReportedAt: '1970-01-01T00:00:20.000Z',
    });
  });

  it('there is a latest event unless there is none', () => {
    expect(latestOf([])).toBeUndefined();
  });
});
