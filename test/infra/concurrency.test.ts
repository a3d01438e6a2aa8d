/** What is derived from the account's concurrent executions. */
import { unauthenticatedConcurrency } from '../../lib/concurrency.ts';
import { ConfigError, readConfig } from '../../lib/config.ts';

const derived = (nbwss: Record<string, unknown>) => {
  const { maxWaitingRequests, httpThrottling, connectThrottling, webSocketThrottling, reservedConcurrency } =
    readConfig({ nbwss });
  const limit = ({ rate, burst }: { rate: number; burst: number }) => `${rate}/s, ${burst}`;
  return {
    waiting: maxWaitingRequests,
    http: limit(httpThrottling),
    connect: limit(connectThrottling),
    webSocket: limit(webSocketThrottling),
    reserved: reservedConcurrency,
  };
};
const ALL = ['notify', 'session', 'respond', 'api', 'command', 'console'] as const;
const sum = (reserved: Partial<Record<string, number>>) =>
  Object.values(reserved).reduce((all: number, one) => all + (one ?? 0), 0);

test.each([
  [10, { waiting: 3, http: '2/s, 2', connect: '2/s, 2', reserved: {} }],
  [50, { waiting: 6, http: '10/s, 10', connect: '10/s, 10', reserved: {} }],
  [199, { waiting: 6, http: '39/s, 39', connect: '39/s, 39', reserved: {} }],
  [
    200,
    {
      waiting: 6,
      http: '200/s, 100',
      connect: '200/s, 100',
      reserved: { notify: 25, session: 25, respond: 10, api: 10, command: 16, console: 2 },
    },
  ],
  [
    1000,
    {
      waiting: 6,
      http: '1000/s, 500',
      connect: '500/s, 500',
      reserved: { notify: 225, session: 225, respond: 90, api: 90, command: 96, console: 18 },
    },
  ],
])('%i concurrent executions', (accountConcurrency, expected) => {
  expect(derived({ accountConcurrency })).toEqual({ ...expected, webSocket: '1000/s, 500' });
});

test.each([
  [10, 1, 2],
  [10, 4, 1],
  [100, 2, 10],
  [200, 1, 25],
  [1000, 1, 50],
  [1000, 9, 25],
])(
  'with %i executions and %i tasks of the relay, a task has %i events of strangers under way',
  (accountConcurrency, tasks, expected) => {
    expect(unauthenticatedConcurrency(readConfig({ nbwss: { accountConcurrency } }), tasks)).toBe(expected);
  },
);

test('AWS accepts the reservations of every account: 100 executions stay unreserved', () => {
  for (let accountConcurrency = 10; accountConcurrency <= 5000; accountConcurrency += 1) {
    const { reserved } = derived({ accountConcurrency });
    if (accountConcurrency < 200) expect(reserved).toEqual({});
    else {
      expect(Object.keys(reserved).sort()).toEqual([...ALL].sort());
      expect(sum(reserved)).toBeLessThanOrEqual(accountConcurrency - 100);
    }
  }
});

test('what is set explicitly counts', () => {
  const given = {
    accountConcurrency: 1000,
    maxWaitingRequests: 100,
    notifyReservedConcurrency: 250,
    httpThrottling: { rate: 7 },
    connectThrottling: { burst: 8 },
    webSocketThrottling: { rate: 9, burst: 10 },
  };
  expect(derived(given)).toMatchObject({
    waiting: 100,
    http: '7/s, 500',
    connect: '500/s, 8',
    webSocket: '9/s, 10',
    reserved: { notify: 250, command: 190, session: 225 },
  });
});

test.each<[Record<string, unknown>, string]>([
  [
    { maxWaitingRequests: 7 },
    'nbwss.accountConcurrency must be 11 at least, since 7 requests may wait (maxWaitingRequests), not 10',
  ],
  [
    { notifyReservedConcurrency: 5 },
    'nbwss.accountConcurrency must be 105 at least, since 5 executions would be reserved (maxWaitingRequests and ' +
      'notifyReservedConcurrency included), and AWS keeps 100 unreserved, not 10',
  ],
  [
    { accountConcurrency: 1000, maxWaitingRequests: 400 },
    'nbwss.accountConcurrency must be 1238 at least, since 1138 executions would be reserved (maxWaitingRequests and ' +
      'notifyReservedConcurrency included), and AWS keeps 100 unreserved, not 1000',
  ],
  [{ accountConcurrency: 9 }, 'nbwss.accountConcurrency must be a whole number from 10 to 100000, not 9'],
  [
    { accountConcurrency: 150, notifyReservedConcurrency: 1, maxWaitingRequests: 149 },
    'nbwss.accountConcurrency must be 153 at least, since 149 requests may wait (maxWaitingRequests), not 150',
  ],
])('%j is refused in one sentence', (nbwss, sentence) => {
  expect(() => readConfig({ nbwss })).toThrow(
    new ConfigError(`The configuration is not valid: ${sentence}.`),
  );
});
