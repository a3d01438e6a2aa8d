/** The filters of a list of jobs and of images, from the URL to the API. */
import { imageQuery } from '../../../console/src/views/images/image-query.ts';
import { jobQuery } from '../../../console/src/views/jobs/job-query.ts';

const now = Date.parse('2026-11-29T12:00:00Z');

describe('the filters of jobs', () => {
  it('go to the API as they are; what it does not know is left out', () => {
    const query = { outcome: 'failed', status: '58,59', clientName: 'a b&c', hours: '', other: '1' };
    expect(jobQuery(query, 'UTC', now)).toEqual({ outcome: 'failed', status: '58,59', clientName: 'a b&c' });
  });

  it('are days of the zone that is shown, both included', () => {
    expect(jobQuery({ from: '2026-11-27', to: '2026-11-28' }, 'Asia/Tokyo', now)).toEqual({
      from: '2026-11-26T15:00:00.000Z',
      to: '2026-11-28T15:00:00.000Z',
    });
  });

  it('can be times, which are left as they are', () => {
    const range = { from: '2026-11-27T10:00:00Z', to: '2026-11-27T11:00:00Z' };
    expect(jobQuery(range, 'Asia/Tokyo', now)).toEqual(range);
  });

  it('can be the last hours, unless a first day is named', () => {
    expect(jobQuery({ hours: '24' }, 'UTC', now)).toEqual({ from: '2026-11-28T12:00:00.000Z' });
    expect(jobQuery({ hours: '24', from: '2026-11-01' }, 'UTC', now)).toEqual({
      from: '2026-11-01T00:00:00.000Z',
    });
    expect(jobQuery({ hours: '1e9' }, 'UTC', now)).toEqual({});
  });

  it('have the newest first unless the oldest are wanted', () => {
    expect(jobQuery({ order: 'asc' }, 'UTC', now)).toEqual({ order: 'asc' });
    expect(jobQuery({ order: 'desc' }, 'UTC', now)).toEqual({});
  });
});

describe('the filters of images', () => {
  it('are those of the API, and only its values', () => {
    const query = { restorable: 'true', clientName: 'db1', hours: '24', status: '1' };
    expect(imageQuery(query, 'UTC', now)).toEqual({
      restorable: 'true',
      clientName: 'db1',
      from: '2026-11-28T12:00:00.000Z',
    });
    expect(imageQuery({ restorable: 'maybe' }, 'UTC', now)).toEqual({});
  });
});
