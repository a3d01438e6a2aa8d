import type { InvokeResult } from '../../../gateway/types.ts';
import {
  crashed,
  notification,
  ok,
  quiet,
  type RelayRig,
  readBy,
  startRelay,
  throttled,
  thrown,
  timedOut,
} from './support.ts';

let rig: RelayRig;
afterEach(() => rig.stop());

/** Answers the invocations of a route with these results in turn, and whatever comes later with the last one. */
const answersOn = (routeKey: string, ...results: InvokeResult[]) => {
  let at = 0;
  return (event: Parameters<typeof quiet>[0]) => {
    if (event.requestContext.routeKey !== routeKey) return quiet(event);
    at += 1;
    return results[Math.min(at, results.length) - 1];
  };
};
/** Lets the time of retries pass until the gateway has given up or succeeded. */
const letRetriesPass = async (until: () => boolean) => {
  while (!until()) {
    await new Promise((resolve) => setImmediate(resolve));
    rig.clock.advance(10);
  }
};

const FAILURES: [string, InvokeResult][] = [
  ['throws', thrown],
  ['crashes', crashed],
  ['has run out of its time', timedOut],
  ['is throttled', throttled],
  ['answers with 500', ok('Internal', 500)],
  ['answers with what is not an answer', { ok: true, payload: 'text' }],
];

describe.each(FAILURES)('a function that %s', (_name, failure) => {
  it.each([1, 3])('%i times and then works: NetBackup gets its answer, and nothing else', async (times) => {
    const results = [...Array(times).fill(failure), ok('acknowledged')];
    rig = await startRelay({ handler: answersOn('NOTIFICATION', ...results) });
    const { client } = await rig.connect();
    client.send(notification());
    let answer: string | undefined;
    client.messages.next().then((text) => {
      answer = text;
    });
    await letRetriesPass(() => answer !== undefined);
    expect(answer).toBe('acknowledged');
    expect(rig.functions.on('NOTIFICATION')).toHaveLength(times + 1);
    expect(rig.counts).toMatchObject({ InvocationRetried: times });
    expect(rig.counts.MessageUnanswered).toBeUndefined();
    // The same event each time, so that the function recognizes it.
    expect(
      new Set(rig.functions.on('NOTIFICATION').map(({ requestContext }) => requestContext.requestId)).size,
    ).toBe(1);
  });

  it.each(['NOTIFICATION', 'COMMAND'])('every time on %s: 2 s of attempts, and silence', async (type) => {
    rig = await startRelay({ handler: answersOn(type, failure) });
    const { client } = await rig.connect();
    const arrived = rig.clock.now();
    client.send({ type });
    await letRetriesPass(() => rig.counts.MessageUnanswered === 1);
    expect(rig.clock.now() - arrived).toBeGreaterThan(1_000);
    expect(rig.clock.now() - arrived).toBeLessThanOrEqual(2_010);
    expect(rig.functions.on(type).length).toBeGreaterThanOrEqual(5);
    expect(rig.functions.on(type).length).toBeLessThanOrEqual(12);
    rig.functions.handler = answersOn('NOTIFICATION', ok('after the silence'));
    client.send(notification());
    expect(await client.messages.next()).toBe('after the silence');
  });
});

it.each([['CONNECT'], ['$default']])(
  'a failed function on %s is called once: NetBackup tries again by itself',
  async (type) => {
    rig = await startRelay({ handler: answersOn(type, thrown) });
    const { client } = await rig.connect();
    client.send({ type });
    await letRetriesPass(() => rig.counts.MessageUnanswered === 1);
    expect(rig.functions.on(type)).toHaveLength(1);
  },
);

it.each(['CONNECT', '$default'])('a throttled function on %s is called again', async (type) => {
  rig = await startRelay({ handler: answersOn(type, throttled, throttled, ok()) });
  const { client } = await rig.connect();
  client.send({ type });
  await letRetriesPass(() => rig.functions.on(type).length === 3);
  await rig.gateway.idle();
  expect(rig.counts.MessageUnanswered).toBeUndefined();
});

it('a function that never answers is given up after 29 s, in silence', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  client.send(notification());
  await rig.functions.invocations.next();
  rig.clock.advance(29_000);
  await rig.counted('MessageUnanswered');
  expect(rig.functions.on('NOTIFICATION')).toHaveLength(1);
  client.send(notification());
  (await rig.functions.invocations.next()).answer(ok('next'));
  expect(await client.messages.next()).toBe('next');
});

it.each([
  ['no body', ok()],
  ['an empty body', ok('')],
  ['a refusal', ok('no', 403)],
  ['a body above 2 MB', ok('x'.repeat(2 * 1024 * 1024 + 1))],
])('on a two-way route %s is not sent, and not asked for again', async (_name, answer) => {
  rig = await startRelay({ limits: { retryMs: 0 }, handler: answersOn('NOTIFICATION', answer) });
  const { client } = await rig.connect();
  client.send(notification());
  await rig.counted('MessageUnanswered');
  rig.functions.handler = answersOn('NOTIFICATION', ok('next'));
  client.send(notification());
  expect(await client.messages.next()).toBe('next');
  expect(rig.functions.on('NOTIFICATION')).toHaveLength(2);
});

it('the time for retries begins with the arrival of a message, not with its turn', async () => {
  rig = await startRelay();
  const { client } = await rig.connect();
  client.send(notification({ id: 'first' }));
  const first = await rig.functions.invocations.next();
  client.send(notification({ id: 'second' }));
  await readBy(client);
  rig.clock.advance(2_500);
  first.answer(ok('first'));
  (await rig.functions.invocations.next()).answer(thrown);
  await rig.counted('MessageUnanswered');
  expect(rig.counts.InvocationRetried).toBeUndefined();
  const [, second] = rig.functions.on('NOTIFICATION');
  expect(rig.clock.now() - (second?.requestContext.requestTimeEpoch ?? 0)).toBe(2_500);
});

it('$disconnect is called again until it works', async () => {
  rig = await startRelay({ handler: answersOn('$disconnect', thrown, throttled, ok()) });
  const { client } = await rig.connect();
  client.ws.close(1000);
  await letRetriesPass(() => rig.functions.on('$disconnect').length === 3);
  await rig.gateway.idle();
  expect(rig.gateway.size()).toBe(0);
});

it('a throttled $connect is called again', async () => {
  rig = await startRelay({ handler: answersOn('$connect', throttled, ok()) });
  let connected = false;
  rig.connect().then(() => {
    connected = true;
  });
  await letRetriesPass(() => connected);
  expect(rig.functions.on('$connect')).toHaveLength(2);
});
