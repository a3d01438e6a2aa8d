import type { JournalEntry } from '../../../lambdas/notifications/journal-store.ts';
import {
  MAX_STORE_MS,
  type ReceiveContext,
  receive,
  SLOW_MS,
} from '../../../lambdas/notifications/receive.ts';
import { fakeClock, fakeLog, messageEvent, vector } from '../../support/fakes.ts';

const sender = { groupId: 'demo', endpointId: 'e' };
const text = JSON.stringify(vector('job-parent-start'));
const { id } = vector('job-parent-start');

const setUp = (change: Partial<ReceiveContext> = {}) => {
  const log = fakeLog();
  const stored: JournalEntry[] = [];
  const store = async (entry: JournalEntry) => {
    stored.push(entry);
    return 'stored' as const;
  };
  const rejected: [string, string | undefined][] = [];
  const context: ReceiveContext = {
    authenticated: { identityOf: async () => sender },
    unauthenticated: {
      isClosed: () => false,
      reject: async (_, code, __, response) => {
        rejected.push([code, response]);
      },
    },
    journal: { store },
    retentionDays: 35,
    clock: fakeClock(),
    log,
    ...change,
  };
  const send = async (body = text, event: unknown = messageEvent('NOTIFICATION', body)) =>
    JSON.parse(await receive(context, event)) as Record<string, unknown>;
  const sendText = (body: string) => receive(context, messageEvent('NOTIFICATION', body));
  return { log, stored, rejected, send, sendText };
};

it.each(['1', '"1"', 'null'])('a message with the id %s is parsed once', async (written) => {
  const { sendText } = setUp();
  const event = text.replace(JSON.stringify(id), written);
  const parse = jest.spyOn(JSON, 'parse');
  expect(await sendText(event)).toContain(`"id":${written},`);
  expect(parse).toHaveBeenCalledTimes(1);
  parse.mockRestore();
});

const acknowledgement = {
  version: '1.0',
  id,
  type: 'NOTIFICATION',
  subType: 'RESPONSE',
  timeStamp: 1_700_000_100,
  payload: [],
};
/** A valid message that is not an acknowledgement. */
const ping = {
  version: '1.0',
  id: expect.stringMatching(/^[0-9A-F-]{36}$/),
  type: 'COMMAND',
  subType: 'REQUEST',
  timeStamp: 1_700_000_100,
  payload: { method: 'GET', uri: '/netbackup/ping', headers: expect.anything() },
};
const hangs = () => new Promise<never>(() => {});

describe('a notification', () => {
  it('NOT-3 I-2 is stored as received, and then acknowledged', async () => {
    const { log, stored, send } = setUp();
    expect(await send()).toEqual(acknowledgement);
    expect(stored).toMatchObject([{ groupId: 'demo', text, receivedAt: 1_700_000_100_000 }]);
    expect(log.lines).toEqual([]);
  });

  it('NOT-4 seen before is acknowledged again, and counted', async () => {
    const { log, send } = setUp({ journal: { store: async () => 'seen-before' } });
    expect(await send()).toEqual(acknowledgement);
    expect(log.lines).toMatchObject([{ level: 'warn', code: 'notification-seen-before' }]);
  });

  it.each([
    ['an unknown kind', JSON.stringify(vector('unknown-object-kind'))],
    ['no payload', `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST"}`],
    [
      'an invalid time stamp',
      `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST","timeStamp":"x","payload":7}`,
    ],
    ['1e400', `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1e400,"payload":[1e400]}`],
  ])('TRAP-6 with %s is stored and acknowledged', async (_, body) => {
    const { stored, send } = setUp();
    expect(await send(body)).toMatchObject({ type: 'NOTIFICATION', subType: 'RESPONSE', payload: [] });
    expect(stored).toMatchObject([{ text: body }]);
  });
});

describe('ENV-4 the response has the id of the request, byte for byte', () => {
  it.each([
    '7',
    '0',
    '-1.50',
    '9007199254740993',
    '1E+400',
    'null',
    'true',
    '"a"',
    '""',
    '{"b": 1.0, "a":[1e2]}',
    '[ ]',
  ])('%s', async (written) => {
    const body = `{"id": ${written} ,"type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}`;
    const { stored, sendText } = setUp();
    const answer = await sendText(body);
    expect(answer).toContain(`"id":${written},"type":"NOTIFICATION","subType":"RESPONSE"`);
    expect(JSON.parse(answer)).toMatchObject({ version: '1.0', timeStamp: 1_700_000_100, payload: [] });
    expect(stored).toMatchObject([{ text: body }]);
  });

  it('of several ids the last one, and not that of a payload', async () => {
    const body =
      '{"id":1,"payload":[{"id":5}],"id":2.0,"type":"NOTIFICATION","subType":"REQUEST","other":{"id":6}}';
    expect(await setUp().sendText(body)).toContain('"id":2.0,');
  });

  it('null when there is none', async () => {
    const { stored, send } = setUp();
    const body = '{"type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}';
    expect(await send(body)).toEqual({ ...acknowledgement, id: null });
    expect(stored).toMatchObject([{ text: body }]);
  });
});

describe('I-1 a message that is not stored gets a response, but not an acknowledgement', () => {
  it('when storage fails', async () => {
    const error = new Error('ProvisionedThroughputExceeded');
    const { log, send } = setUp({ journal: { store: () => Promise.reject(error) } });
    expect(await send()).toEqual(ping);
    expect(log.lines).toMatchObject([{ level: 'error', code: 'notification-not-stored', error }]);
  });

  it('when the sender cannot be read', async () => {
    const { stored, send } = setUp({
      authenticated: { identityOf: () => Promise.reject(new Error('away')) },
    });
    expect(await send()).toEqual(ping);
    expect(stored).toEqual([]);
  });

  it.each<[string, Partial<ReceiveContext>]>([
    ['storage', { journal: { store: hangs } }],
    ['reading the sender', { authenticated: { identityOf: hangs } }],
  ])('NOT-4 in time, when %s hangs', async (_, change) => {
    jest.useFakeTimers();
    try {
      const { log, send } = setUp(change);
      let answer: unknown;
      const received = send().then((value) => {
        answer = value;
      });
      await jest.advanceTimersByTimeAsync(MAX_STORE_MS - 1);
      expect(answer).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      await received;
      expect(answer).toEqual(ping);
      expect(log.codes()).toEqual(['notification-not-stored']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('storing is aborted, and no timer is left', async () => {
    jest.useFakeTimers();
    try {
      let signal: AbortSignal | undefined;
      const store = (_: JournalEntry, abortSignal: AbortSignal) => {
        signal = abortSignal;
        return hangs();
      };
      const received = setUp({ journal: { store } }).send();
      await jest.advanceTimersByTimeAsync(MAX_STORE_MS);
      await received;
      expect(signal?.aborted).toBe(true);
      await setUp().send();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['not-json', '{"type":"NOTIFICATION"'],
    ['not-an-object', '[]'],
    ['not-an-envelope', '{"type":"NOTIFICATION"}'],
    ['not-a-notification-request', JSON.stringify(vector('notification-response'))],
  ])('when it is malformed: %s', async (reason, body) => {
    const { log, stored, send } = setUp();
    expect(await send(body)).toEqual(ping);
    expect(stored).toEqual([]);
    expect(log.lines).toMatchObject([
      { level: 'warn', code: 'message-malformed', detail: { reason, groupId: 'demo' } },
    ]);
  });

  it.each([undefined, null, {}, { requestContext: { connectionId: 5 } }])(
    'when the event itself is %j',
    async (event) => {
      const { log, send } = setUp();
      expect(await send(text, event ?? null)).toEqual(ping);
      expect(log.codes()).toEqual(['notification-not-stored']);
    },
  );
});

describe('before CONNECT', () => {
  const noSender = { authenticated: { identityOf: async () => undefined } };
  it('I-1 the answer is CONNECT RESPONSE valid: false, with the id of the request', async () => {
    const { rejected, stored, send } = setUp(noSender);
    const response = await send();
    expect(response).toMatchObject({
      id,
      type: 'CONNECT',
      subType: 'RESPONSE',
      payload: { valid: false },
    });
    expect(stored).toEqual([]);
    expect(rejected).toEqual([['notification-before-connect', JSON.stringify(response)]]);
  });
  it('on a connection that was closed before, nothing is read or logged', async () => {
    const identityOf = jest.fn();
    const reject = jest.fn();
    const { log, send } = setUp({
      authenticated: { identityOf },
      unauthenticated: { isClosed: () => true, reject },
    });
    expect(await send()).toMatchObject({ id, payload: { valid: false } });
    expect([identityOf.mock.calls, reject.mock.calls, log.lines]).toEqual([[], [], []]);
  });
  it.each([
    ['{"id":"abc","type":"NOTIFICATION"}', 'abc'],
    ['{"id":5,"type":"NOTIFICATION"}', 5],
    ['{"type":"NOTIFICATION"}', null],
    ['{', expect.stringMatching(/^[0-9A-F-]{36}$/)],
  ])('also to an invalid message: %s', async (body, answered) => {
    expect(await setUp(noSender).send(body)).toMatchObject({ id: answered, payload: { valid: false } });
  });
});

it.each([
  [SLOW_MS, []],
  [SLOW_MS + 1, ['acknowledgement-slow']],
])('PRP-2 an answer %i ms after the arrival at the gateway: counted as slow %j', async (afterMs, codes) => {
  const { log, send } = setUp({ clock: () => 1_700_000_100_000 + afterMs });
  expect(await send()).toMatchObject({ subType: 'RESPONSE' });
  expect(log.lines.map(({ level, code }) => (level === 'count' ? code : level))).toEqual(codes);
});

it('I-6 no log line contains a notification', async () => {
  const { log, send } = setUp({ journal: { store: () => Promise.reject(new Error('away')) } });
  await send();
  await send(`${text}}`);
  expect(JSON.stringify(log.lines)).not.toContain('vm-daily');
});
