import { z } from '@hono/zod-openapi';
import { cursors, pageQuerySchema, placeSchema } from '../../../lambdas/http/cursors.ts';

const jobs = (groupId: string, ...filters: string[]) =>
  cursors(['jobs', groupId, ...filters], { groupId }, { jobId: z.int(), startTime: z.int() });
const lastKey = { groupId: 'demo', jobId: 146, startTime: 1_700_018_029 };
const cursor = jobs('demo').page([], lastKey).cursor ?? '';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const invalid = expect.objectContaining({ status: 400, code: 'cursor-not-valid' });

it('decodes to its key', () => {
  expect(jobs('demo').decode(cursor)).toEqual(lastKey);
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
});

it('the last page has no cursor', () => {
  expect(jobs('demo').page([1, 2], undefined)).toEqual({ items: [1, 2] });
  expect(jobs('demo').decode(undefined)).toBeUndefined();
});

it.each([
  ['I-13 of another group', jobs('other')],
  ['of the same list with a filter', jobs('demo', 'state=DONE')],
  [
    'of another list',
    cursors(['images', 'demo'], { groupId: 'demo' }, { jobId: z.int(), startTime: z.int() }),
  ],
  [
    'of a list whose name only looks the same',
    cursors(['jobs","demo'], { groupId: 'demo' }, { jobId: z.int(), startTime: z.int() }),
  ],
])('is refused by a list %s', (_, list) => {
  expect(() => list.decode(cursor)).toThrow(invalid);
});

// These cursors name the right list: they are refused because of their keys.
const [mine] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string];
it.each([
  ['', ''],
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['another shape', encoded({})],
  ['null', encoded(null)],
  ['no key', encoded([mine])],
  ['too much', encoded([mine, lastKey, 1])],
  ['a key of text', encoded([mine, { ...lastKey, jobId: '146' }])],
  ['half a key', encoded([mine, { jobId: 146 }])],
  ['a fraction', encoded([mine, { ...lastKey, startTime: 1.5 }])],
  ['a number that DynamoDB does not take', encoded([mine, { ...lastKey, jobId: 1e300 }])],
  [
    'a number beyond all numbers',
    Buffer.from(`[${JSON.stringify(mine)},{"jobId":1e999,"startTime":1}]`).toString('base64url'),
  ],
])('tampered, it is refused: %s', (_, text) => {
  expect(() => jobs('demo').decode(text)).toThrow(invalid);
});

it('I-13 a manipulated cursor does not lead to another group', () => {
  const tampered = encoded([mine, { ...lastKey, groupId: 'other', more: 1 }]);
  expect(jobs('demo').decode(tampered)).toEqual(lastKey);
});

it.each([
  [{}, 50],
  [{ limit: '1' }, 1],
  [{ limit: '1000' }, 1000],
])('limit %j is %i', (query, limit) => {
  expect(pageQuerySchema.parse(query).limit).toBe(limit);
});
it.each(['0', '1001', '-1', '1.5', 'x', '', '1e999'])('limit %j is refused', (limit) => {
  expect(pageQuerySchema.safeParse({ limit }).success).toBe(false);
});

it('a place that cannot be a sort key is refused', () => {
  const list = cursors(['views'], {}, { at: placeSchema });
  const place = (at: string) => list.decode(list.page([], { at }).cursor);
  expect(place('あ'.repeat(341))).toEqual({ at: 'あ'.repeat(341) });
  for (const text of ['あ'.repeat(342), '', '\ud800']) expect(() => place(text)).toThrow(invalid);
});
