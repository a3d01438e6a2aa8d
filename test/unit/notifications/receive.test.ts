import type { JournalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { type ReceiveContext, receive, STORE_WITHIN_MS } from '../../../lambdas/notifications/receive.ts';
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
  const context: ReceiveContext = {
    senders: { senderOf: async () => sender },
    journal: { store },
    retentionDays: 35,
    clock: fakeClock(),
    log,
    ...change,
  };
  const say = async (body = text, event: unknown = messageEvent('NOTIFICATION', body)) =>
    JSON.parse(await receive(context, event)) as Record<string, unknown>;
  return { log, stored, say };
};

const acknowledgement = {
  version: '1.0',
  id,
  type: 'NOTIFICATION',
  subType: 'RESPONSE',
  timeStamp: 1_700_000_100,
  payload: [],
};
/** Well-formed, harmless, and no acknowledgement. */
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
  it('NOT-3 I-2 is stored as it came, and then acknowledged', async () => {
    const { log, stored, say } = setUp();
    expect(await say()).toEqual(acknowledgement);
    expect(stored).toMatchObject([{ groupId: 'demo', text, receivedAt: 1_700_000_100_000 }]);
    expect(log.lines).toEqual([]);
  });

  it('NOT-4 seen before is acknowledged again, and counted', async () => {
    const { log, say } = setUp({ journal: { store: async () => 'seen-before' } });
    expect(await say()).toEqual(acknowledgement);
    expect(log.lines).toMatchObject([{ level: 'warn', code: 'notification-seen-before' }]);
  });

  it.each([
    ['an unknown kind', JSON.stringify(vector('unknown-object-kind'))],
    ['no payload', `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST"}`],
    [
      'a time stamp that is none',
      `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST","timeStamp":"x","payload":7}`,
    ],
    ['1e400', `{"id":"${id}","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1e400,"payload":[1e400]}`],
  ])('TRAP-6 with %s is kept and acknowledged all the same', async (_, body) => {
    const { stored, say } = setUp();
    expect(await say(body)).toMatchObject({ type: 'NOTIFICATION', subType: 'RESPONSE', payload: [] });
    expect(stored).toMatchObject([{ text: body }]);
  });
});

describe('I-1 what is not stored is not acknowledged, and yet answered', () => {
  it('when storage fails', async () => {
    const error = new Error('ProvisionedThroughputExceeded');
    const { log, say } = setUp({ journal: { store: () => Promise.reject(error) } });
    expect(await say()).toEqual(ping);
    expect(log.lines).toMatchObject([{ level: 'error', code: 'notification-not-stored', error }]);
  });

  it('when it cannot be told who speaks', async () => {
    const { stored, say } = setUp({ senders: { senderOf: () => Promise.reject(new Error('away')) } });
    expect(await say()).toEqual(ping);
    expect(stored).toEqual([]);
  });

  it.each<[string, Partial<ReceiveContext>]>([
    ['storage', { journal: { store: hangs } }],
    ['the look at the sender', { senders: { senderOf: hangs } }],
  ])('NOT-4 in time, when %s hangs', async (_, change) => {
    jest.useFakeTimers();
    try {
      const { log, say } = setUp(change);
      let answer: unknown;
      const said = say().then((value) => {
        answer = value;
      });
      await jest.advanceTimersByTimeAsync(STORE_WITHIN_MS - 1);
      expect(answer).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      await said;
      expect(answer).toEqual(ping);
      expect(log.codes()).toEqual(['notification-not-stored']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('storage is told to stop, and no timer is left behind', async () => {
    jest.useFakeTimers();
    try {
      let signal: AbortSignal | undefined;
      const store = (_: JournalEntry, abortSignal: AbortSignal) => {
        signal = abortSignal;
        return hangs();
      };
      const said = setUp({ journal: { store } }).say();
      await jest.advanceTimersByTimeAsync(STORE_WITHIN_MS);
      await said;
      expect(signal?.aborted).toBe(true);
      await setUp().say();
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
    const { log, stored, say } = setUp();
    expect(await say(body)).toEqual(ping);
    expect(stored).toEqual([]);
    expect(log.lines).toMatchObject([
      { level: 'warn', code: 'message-malformed', detail: { reason, groupId: 'demo' } },
    ]);
  });

  it.each([undefined, null, {}, { requestContext: { connectionId: 5 } }])(
    'when the event itself is %j',
    async (event) => {
      const { log, say } = setUp();
      expect(await say(text, event ?? null)).toEqual(ping);
      expect(log.codes()).toEqual(['notification-not-stored']);
    },
  );
});

describe('before CONNECT', () => {
  const nobody = { senders: { senderOf: async () => undefined } };
  it('I-1 the answer is CONNECT RESPONSE valid: false, with the id of the request', async () => {
    const { log, stored, say } = setUp(nobody);
    expect(await say()).toMatchObject({
      id,
      type: 'CONNECT',
      subType: 'RESPONSE',
      payload: { valid: false },
    });
    expect(stored).toEqual([]);
    expect(log.codes()).toEqual(['notification-before-connect']);
  });
  it.each([
    ['{"id":"abc","type":"NOTIFICATION"}', 'abc'],
    ['{', expect.stringMatching(/^[0-9A-F-]{36}$/)],
  ])('even to what is no message: %s', async (body, answered) => {
    expect(await setUp(nobody).say(body)).toMatchObject({ id: answered, payload: { valid: false } });
  });
});

it('I-6 no log line holds what was said', async () => {
  const { log, say } = setUp({ journal: { store: () => Promise.reject(new Error('away')) } });
  await say();
  await say(`${text}}`);
  expect(JSON.stringify(log.lines)).not.toContain('vm-daily');
});
