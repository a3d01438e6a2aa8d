import { interpret } from '../../../lambdas/notifications/interpret.ts';
import type { Interpretation } from '../../../lambdas/notifications/notification.ts';
import { vectors } from '../../support/fakes.ts';
import {
  images,
  interpretText,
  jobs,
  notificationText,
  RECEIVED_AT,
  storedMessage,
} from '../../support/notifications.ts';

const job = { jobId: 146, state: 'DONE', status: 0, policyName: 'vm-daily', clientName: 'vm01' };
const image = { backupId: 'vm01_1700000029', operationId: 'CREATE', clientName: 'vm01' };
const sent = (payload: unknown, timeStamp?: unknown) => interpretText(notificationText(payload, timeStamp));
const raw = (payload: string) => interpretText(notificationText('PAYLOAD').replace('"PAYLOAD"', payload));
/** Each notification as its id, or as the reason why it was quarantined. */
const summary = (all: readonly Interpretation[]) =>
  all.map((one) => (one.kind === 'JOB' ? one.jobId : one.kind === 'IMAGE' ? one.backupId : one.reason));
const contentOf = (one: Interpretation | undefined) =>
  one && one.kind !== 'QUARANTINE' ? one.content : undefined;

it('a message is parsed once, however many notifications it has', () => {
  const text = notificationText([jobs(job, { ...job, state: 'ACTIVE' }), images(image)]);
  const parse = jest.spyOn(JSON, 'parse');
  expect(summary(interpretText(text))).toEqual([146, 146, 'vm01_1700000029']);
  expect(parse).toHaveBeenCalledTimes(1);
  parse.mockRestore();
});

describe('the vectors', () => {
  const expected: Record<string, unknown[]> = {
    'job-parent-start': [144],
    'images-create-and-update': ['vm01_1700000029', 'vm01_1700000017'],
    'restore-done-empty-policy': [147],
    'mixed-batch': [146, 'vm01_1700000029', 'vm01_1700000017'],
    'unknown-object-kind': ['unknown-object'],
    'job-with-unknown-fields-and-values': [300],
    'image-no-local-copy': ['localhost_1711657950', 'localhost_1711657950'],
    'connect-request': ['not-a-notification'],
    'invalid-json-extra-brace': ['not-a-notification'],
  };
  it.each(vectors.filter(({ name }) => name in expected))('$clause $name', ({ name, message, text }) => {
    expect(summary(interpretText(text ?? JSON.stringify(message)))).toEqual(expected[name]);
  });
});

describe('what is interpreted', () => {
  it('ENV-6 keeps every field, in canonical order', () => {
    const [one] = sent([jobs({ state: 'DONE', jobId: 1, later: { b: 1, a: [null] } })]);
    expect(one).toMatchObject({ kind: 'JOB', jobId: 1, timeStamp: 1_700_000_000, receivedAt: RECEIVED_AT });
    expect(one).toHaveProperty('text', '{"jobId":1,"later":{"a":[null],"b":1},"state":"DONE"}');
  });

  it.each<[string, unknown, unknown]>([
    ['an empty policyName', { ...job, policyName: '' }, 146],
    ['a jobId in quotes', { ...job, jobId: '146' }, 146],
    ['jobId 0', { ...job, jobId: 0 }, 0],
    ['the largest exact jobId', { ...job, jobId: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER],
    ['an unknown state', { ...job, state: 'SLEEPING' }, 146],
    ['names of the prototype', { ...job, constructor: 1, toString: 2 }, 146],
  ])('NOT-2 I-11 %s', (_, item, jobId) => {
    expect(summary(sent([jobs(item)]))).toEqual([jobId]);
    expect(contentOf(sent([jobs(item)])[0])).toEqual(item);
  });

  it.each(['サーバー01_1700000029', 'a#b/c_1', 'x'.repeat(1000), '夜'.repeat(333), ' '])(
    'NOT-2 every name of an image (%#)',
    (backupId) => {
      expect(summary(sent([images({ ...image, backupId })]))).toEqual([backupId]);
    },
  );

  it('takes the last of duplicate keys, as JSON.parse does', () => {
    expect(summary(raw('[{"object":"JOB","data":[{"jobId":1,"jobId":2,"state":"DONE"}]}]'))).toEqual([2]);
  });

  it.each([
    ['no objects', []],
    ['an object with no notifications', [jobs(), images()]],
  ])('NOT-1 %s give no notification', (_, payload) => {
    expect(sent(payload)).toEqual([]);
  });

  it.each([
    [0, 0],
    [253_402_300_799, 253_402_300_799],
    [1.5, 1],
    ['1700000000', 1_700_000_000],
  ])('the time stamp %j is valid', (given, timeStamp) => {
    expect(sent([jobs(job)], given)).toMatchObject([{ kind: 'JOB', timeStamp }]);
  });
});

describe('what is quarantined, without the other notifications', () => {
  it.each<[string, unknown, string]>([
    ['no jobId', { state: 'DONE' }, 'not-a-job'],
    ['a negative jobId', { ...job, jobId: -1 }, 'not-a-job'],
    ['half a jobId', { ...job, jobId: 1.5 }, 'not-a-job'],
    ['a jobId of other text', { ...job, jobId: '14x' }, 'not-a-job'],
    ['a jobId of too many digits', { ...job, jobId: '9007199254740993' }, 'not-a-job'],
    ['no state', { jobId: 1 }, 'not-a-job'],
    ['an empty state', { ...job, state: '' }, 'not-a-job'],
    ['null', null, 'not-a-job'],
    ['a number', 5, 'not-a-job'],
    ['a list', [job], 'not-a-job'],
  ])('a job with %s', (_, item, reason) => {
    const all = sent([jobs(job, item, { ...job, jobId: 147 })]);
    expect(summary(all)).toEqual([146, reason, 147]);
    expect(JSON.parse((all[1] as { text: string }).text)).toEqual(item);
  });

  it.each<[string, unknown]>([
    ['no backupId', { operationId: 'CREATE' }],
    ['an empty backupId', { ...image, backupId: '' }],
    ['a backupId longer than a key can be', { ...image, backupId: '夜'.repeat(334) }],
    ['a backupId with a lone surrogate', { ...image, backupId: 'vm\ud800_1' }],
    ['no operationId', { backupId: 'a_1' }],
  ])('an image with %s', (_, item) => {
    expect(summary(sent([images(image, item)]))).toEqual(['vm01_1700000029', 'not-an-image']);
  });

  it.each(['9007199254740993', '-9007199254740993', '1e400', '-1e400', '1e20'])(
    'a number that would be rounded, %s, with the original text',
    (number) => {
      const all = raw(
        `[{"object":"JOB","data":[{"jobId":1,"state":"DONE","deep":[{"n":${number}}]},{"jobId":2,"state":"X"}]}]`,
      );
      expect(summary(all)).toEqual(['inexact-number', 2]);
      expect(all[0]).toHaveProperty('text', expect.stringContaining(`{"n":${number}}`));
    },
  );

  it.each<[string, unknown]>([
    ['data that is not an array', { object: 'JOB', data: { jobId: 1 } }],
    ['no data', { object: 'JOB' }],
    ['no object', { data: [job] }],
    ['null', null],
    ['text', 'JOB'],
  ])('%s', (_, group) => {
    const all = sent([group, jobs(job)]);
    expect(summary(all)).toEqual(['no-data-array', 146]);
    expect(JSON.parse((all[0] as { text: string }).text)).toEqual(group);
  });

  it('a number that would be rounded where data is not an array', () => {
    const [one] = raw('[{"object":"JOB","data":{"jobId":9007199254740993}}]');
    expect(one).toMatchObject({ reason: 'no-data-array', text: expect.stringContaining('9007199254740993') });
  });

  it('nesting too deep for the stack', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const all = raw(
      `[{"object":"JOB","data":[{"jobId":1,"state":"X","deep":${deep}},{"jobId":2,"state":"X"}]},${deep}]`,
    );
    expect(summary(all)).toEqual(['cannot-be-read', 2, 'no-data-array']);
    expect(all[0]).toHaveProperty('text', expect.stringContaining(deep));
    const typed = raw(
      `[{"object":"JOB","notificationType":${deep},"data":[]},{"object":"JOB","data":[{"jobId":2,"state":"X"}]}]`,
    );
    expect(summary(typed)).toEqual(['cannot-be-read', 2]);
  });
});

describe('messages that are quarantined as a whole', () => {
  it.each<[unknown, string]>([
    [-1, 'no-time-stamp'],
    [1_700_000_000_000, 'no-time-stamp'],
    [null, 'no-time-stamp'],
  ])('timeStamp %j', (timeStamp, reason) => {
    const text = notificationText([jobs(job)], timeStamp);
    expect(interpretText(text)).toMatchObject([{ kind: 'QUARANTINE', reason, text }]);
  });
  it.each([undefined, null, {}, 'x', { 0: jobs(job) }])('payload %j', (payload) => {
    expect(summary(sent(payload))).toEqual(['payload-no-array']);
  });
});

describe('eventId', () => {
  const idOf = (text: string, groupId = 'demo') => interpret({ ...storedMessage(text), groupId })[0]?.eventId;
  const text = notificationText([jobs(job)]);
  it('TRAP-1 NOT-4 is the same for a resend under another id, stamp, order of fields and batch', () => {
    const turned = Object.fromEntries(Object.entries(job).reverse());
    const resend = interpretText(notificationText([images(image), jobs(turned)], 1_700_009_999, 'B'));
    expect(resend[1]?.eventId).toBe(idOf(text));
  });
  it.each([
    ['content', notificationText([jobs({ ...job, status: 1 })]), 'demo'],
    ['group', text, 'other'],
    ['kind', notificationText([{ object: 'POLICY', data: [job] }]), 'demo'],
  ])('is another for another %s', (_, other, groupId) => {
    expect(idOf(other, groupId)).not.toBe(idOf(text));
  });
});

it.each([
  [
    'a job',
    (numbers: string) =>
      `[{"object":"JOB","data":[{"jobId":1,"state":"DONE","x":${numbers}},{"jobId":2,"state":"DONE"}]}]`,
    ['cannot-be-stored', 2],
  ],
  [
    'a group',
    (numbers: string) =>
      `[{"object":"JOB","data":${numbers.replace('[', '{"x":[')}}},{"object":"JOB","data":[{"jobId":2,"state":"DONE"}]}]`,
    ['no-data-array', 2],
  ],
])('I-2 %s that grows when it is serialized again is stored as received', (_, payload, expected) => {
  const all = raw(payload(`[${Array(26_000).fill('1e15').join(',')}]`));
  expect(summary(all)).toEqual(expected);
  const [first] = all;
  expect(first).toMatchObject({ kind: 'QUARANTINE', part: 'message' });
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(200_000);
});
