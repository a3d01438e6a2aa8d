/** Slow answers, and domains that are disconnected for a short time. */
import { asProblem, fromNetBackup, type ReceivedRequest, Rig, refused } from './tunnel-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

const location = 'https://api.example.com/v1/groups/demo/commands/7C9E6679-7425-40DE-944B-E07FC1F90AE7';
const COMMAND = '/v1/groups/demo/commands/7C9E6679-7425-40DE-944B-E07FC1F90AE7';
const notYet = (received: ReceivedRequest) =>
  received.answer(504, refused('no-answer-yet'), { ...asProblem, location });
const commandOf = (method: string, uri: string, more: object) => ({
  commandId: '7C9E6679-7425-40DE-944B-E07FC1F90AE7',
  groupId: 'demo',
  request: { method, uri },
  ...more,
});
const response = {
  status: 201,
  headers: { 'content-type': 'application/json', location: 'https://primary/netbackup/things/1' },
  body: '{"id":12345678901234567890,"links":{"self":{"href":"/things/1"}}}',
};

/** A call without an answer at first, whose command is open for some polls and then ends. */
const slow = (method: string, uri: string, looks: number, end: object) => {
  rig.onRequest = (received) => {
    if (received.path !== COMMAND) return notYet(received);
    const open = rig.received.filter(({ path }) => path === COMMAND).length <= looks;
    received.answer(200, commandOf(method, uri, open ? { state: 'sent' } : end));
  };
};

test('a slow answer is the same as the proxy’s, and is polled with growing pauses', async () => {
  slow('POST', '/netbackup/things', 9, { state: 'completed', response });
  const answer = await rig.call('POST', '/netbackup/things', { 'content-type': 'application/json' }, '{}');
  expect(answer.status).toBe(201);
  expect(answer.headers['location']).toBe(`http://127.0.0.1:${rig.port}/netbackup/things/1`);
  expect(answer.headers['x-nbwss-command-id']).toBe('7C9E6679-7425-40DE-944B-E07FC1F90AE7');
  const href = `http://127.0.0.1:${rig.port}/netbackup/things/1`;
  expect(answer.text).toBe(`{"id":12345678901234567890,"links":{"self":{"href":"${href}"}}}`);
  expect(rig.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(rig.pauses.slice(0, 3)).toEqual([500, 750, 1125]);
  expect(rig.pauses.at(-1)).toBe(5_000);
});

test.each([
  ['lost', {}, 502, 'command-lost'],
  ['timed_out', {}, 504, 'no-answer'],
  ['expired', {}, 503, 'not-connected'],
  ['cancelled', {}, 409, 'command-cancelled'],
  ['failed', { failure: 'answer-too-large' }, 502, 'answer-too-large'],
  ['failed', { failure: 'command-too-large' }, 413, 'command-too-large'],
  ['failed', {}, 502, 'command-failed'],
])('a command that ends as %s %j is answered %i %s', async (state, more, status, code) => {
  slow('POST', '/netbackup/things', 0, { state, reason: 'of the reason', ...more });
  const answer = await rig.call('POST', '/netbackup/things', {}, '{}');
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  expect(answer.json).toMatchObject({ status, errorCode: status, errorDetails: [code] });
  expect(answer.json.errorMessage).toBe(answer.json.detail);
});

test('a login answer that was already delivered is an error', async () => {
  const { body: _, ...withoutBody } = response;
  slow('POST', '/netbackup/login', 0, { state: 'completed', response: withoutBody });
  const answer = await rig.call('POST', '/netbackup/login', {}, '{}');
  expect([answer.status, answer.json.code]).toEqual([502, 'answer-not-usable']);
});

test('a list read in pages is requested again when a slow page has ended', async () => {
  const uri = '/netbackup/admin/jobs?page[limit]=100';
  rig.onRequest = (received) => {
    if (received.path === COMMAND) {
      const part = '/netbackup/admin/jobs?page[limit]=50';
      return received.answer(200, commandOf('GET', part, { state: 'completed', response }));
    }
    if (rig.received.length === 1) return notYet(received);
    received.answer(200, { data: ['the whole'] }, fromNetBackup);
  };
  const answer = await rig.call('GET', uri);
  expect(answer.json).toEqual({ data: ['the whole'] });
  expect(rig.received.map(({ path }) => path)).toEqual([
    `/v1/groups/demo${uri}`,
    COMMAND,
    `/v1/groups/demo${uri}`,
  ]);
});

test('a list whose pages are always too slow gets the problem of the API', async () => {
  rig.onRequest = (received) =>
    received.path === COMMAND
      ? received.answer(200, commandOf('GET', '/netbackup/part', { state: 'completed', response }))
      : notYet(received);
  const answer = await rig.call('GET', '/netbackup/admin/jobs?page[limit]=100');
  expect([answer.status, answer.json.code]).toEqual([504, 'no-answer-yet']);
});

test('a command that cannot be read for a moment is polled again', async () => {
  let looks = 0;
  rig.onRequest = (received) => {
    if (received.path !== COMMAND) return notYet(received);
    looks += 1;
    if (looks < 3) return received.answer(503, { message: 'Service Unavailable' });
    received.answer(200, commandOf('GET', '/netbackup/ping', { state: 'completed', response }));
  };
  expect((await rig.call('GET', '/netbackup/ping')).status).toBe(201);
});

test('a command that the key may not read gets the first answer', async () => {
  rig.onRequest = (received) =>
    received.path === COMMAND
      ? received.answer(404, refused('command-not-found'), asProblem)
      : notYet(received);
  expect((await rig.call('GET', '/netbackup/ping')).json.code).toBe('no-answer-yet');
});

describe('a domain that is not connected', () => {
  const away = (looks: number) => {
    rig.onRequest = (received) =>
      rig.received.length > looks
        ? received.answer(200, {}, fromNetBackup)
        : received.answer(503, refused('not-connected'), { ...asProblem, 'retry-after': '60' });
  };

  it.each(['GET', 'HEAD'])(
    'is waited for with a %s, looking more often than it was received to',
    async (method) => {
      away(5);
      expect((await rig.call(method, '/netbackup/admin/jobs')).status).toBe(200);
      expect(rig.pauses).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
    },
  );

  it('is waited for no longer than 90 s', async () => {
    away(1_000);
    const answer = await rig.call('GET', '/netbackup/admin/jobs');
    expect([answer.status, answer.json.code, answer.headers['retry-after']]).toEqual([
      503,
      'not-connected',
      '60',
    ]);
    expect(rig.pauses).toHaveLength(9);
  });

  it('is probed by one of the waiting calls; the others follow', async () => {
    let isAway = true;
    rig.onRequest = (received) => {
      if (isAway) received.answer(503, refused('not-connected'), { ...asProblem, 'retry-after': '60' });
      else received.answer(200, {}, fromNetBackup);
    };
    const waiting = Array.from({ length: 20 }, () => rig.call('GET', '/netbackup/admin/jobs'));
    // Each call was refused once, and one of them was retried five times.
    rig.whilePausing = async () => {
      await rig.until(() => rig.received.length >= 20);
      if (rig.pauses.length === 5) isAway = false;
    };
    const answers = await Promise.all(waiting);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    // Each by itself would have made a hundred pauses.
    expect(rig.pauses.length).toBeLessThan(20);
    expect(rig.received.length).toBeLessThanOrEqual(20 + rig.pauses.length + 19);
  });

  it('is probed by the next call when the probing client disconnects', async () => {
    away(1_000);
    const client = rig.openRequest('GET /netbackup/first HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let isHeld = true;
    let release = () => {};
    rig.whilePausing = () => (isHeld ? new Promise((done) => (release = done)) : Promise.resolve());
    await rig.until(() => rig.pauses.length === 1);
    const second = rig.call('GET', '/netbackup/second');
    await rig.until(() => rig.received.length === 2);
    isHeld = false;
    rig.onRequest = (received) => received.answer(200, {}, fromNetBackup);
    client.disconnect();
    expect((await second).status).toBe(200);
    release();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses a %s at once', async (method) => {
    away(1_000);
    expect((await rig.call(method, '/netbackup/admin/jobs', {}, '{}')).status).toBe(503);
    expect(rig.received).toHaveLength(1);
  });

  it('does not delay a 503 of NetBackup itself', async () => {
    rig.onRequest = (received) => received.answer(503, { errorCode: 9 }, fromNetBackup);
    expect((await rig.call('GET', '/netbackup/admin/jobs')).json).toEqual({ errorCode: 9 });
    expect(rig.received).toHaveLength(1);
  });
});

describe('an API that cannot be reached', () => {
  const nowhere = { status: 502, code: 'api-not-reachable' };

  it('is retried for a GET', async () => {
    // The API's listener breaks connections at first.
    rig.onRequest = (received) => {
      if (rig.received.length < 3) received.hangUp();
      else received.answer(200, {}, fromNetBackup);
    };
    expect((await rig.call('GET', '/netbackup/ping')).status).toBe(200);
    expect(rig.pauses).toEqual([1_000, 2_000]);
  });

  it('refuses a POST at once, and reports whether it may have run', async () => {
    rig.onRequest = (received) => received.hangUp();
    const broken = await rig.call('POST', '/netbackup/things', {}, '{}');
    expect([broken.status, broken.json.code]).toEqual([502, 'api-connection-lost']);
    await rig.closeApi();
    const answer = await rig.call('POST', '/netbackup/things', {}, '{}');
    expect(answer.json).toMatchObject(nowhere);
    expect(rig.received).toHaveLength(1);
  });
});
