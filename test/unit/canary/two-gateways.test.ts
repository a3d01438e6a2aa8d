/** The canary of a deployment with two gateways plays a round at each, with one token. */
import type { Round, RoundOptions } from '../../../lambdas/canary/round.ts';
import { fakeLog } from '../../support/fakes.ts';

const mockLog = fakeLog();
const mockMetrics: string[] = [];
const mockRounds: RoundOptions[] = [];
let mockRound: (options: RoundOptions) => Round;
const URLS: Record<string, string> = { WEBSOCKET_URL: 'wss://host.example.com/nbwss' };
const mockUrls = URLS;

jest.mock('../../../lambdas/platform/logger.ts', () => ({ createLog: () => mockLog }));
jest.mock('../../../lambdas/platform/duration-metrics.ts', () => ({
  createDurationMetrics: () => ({
    duration: (_: string, [, step]: [string, string]) => void mockMetrics.push(step),
  }),
}));
jest.mock('../../../lambdas/platform/environment.ts', () => ({
  required: (name: string) => mockUrls[name] ?? 'https://localhost/x',
  requiredNumber: () => 1,
  optional: (name: string) => mockUrls[name],
}));
jest.mock('../../../lambdas/platform/dynamodb/table.ts', () => ({
  ...jest.requireActual('../../../lambdas/platform/dynamodb/table.ts'),
  Table: class {
    delete = async () => {};
  },
}));
jest.mock('../../../lambdas/canary/identity.ts', () => ({
  renewIdentity: async () => ({ token: 'the token', apiKey: 'the key' }),
}));
jest.mock('../../../lambdas/canary/round.ts', () => ({
  CANARY_JOB: 1,
  prepareTls: () => {},
  playRound: async (options: RoundOptions) => {
    mockRounds.push(options);
    return mockRound(options);
  },
}));

const good: Round = { steps: [{ step: 'connect', ms: 5 }] };

const run = async (): Promise<void> => {
  const { handler } = await import('../../../lambdas/functions/canary.ts');
  await handler();
};

beforeEach(() => {
  jest.resetModules();
  mockLog.lines.length = 0;
  mockMetrics.length = 0;
  mockRounds.length = 0;
  mockRound = () => good;
  delete URLS['RELAY_WEBSOCKET_URL'];
});

it('with one gateway there is one round', async () => {
  await run();
  expect(mockRounds).toMatchObject([{ webSocketUrl: 'wss://host.example.com/nbwss', timeoutMs: 45_000 }]);
  expect(mockMetrics).toEqual(['connect', 'total']);
});

it('with two there are two, which share the time; metrics are those of the first', async () => {
  URLS['RELAY_WEBSOCKET_URL'] = 'wss://relay.example.com/nbwss';
  await run();
  const common = { token: 'the token', apiKey: 'the key', timeoutMs: 22_500 };
  expect(mockRounds).toMatchObject([
    { webSocketUrl: 'wss://host.example.com/nbwss', ...common },
    { webSocketUrl: 'wss://relay.example.com/nbwss', ...common },
  ]);
  expect(mockLog.lines.map(({ code, detail }) => [code, detail['host']])).toEqual([
    ['canary-succeeded', 'host.example.com'],
    ['canary-succeeded', 'relay.example.com'],
  ]);
  expect(mockMetrics).toEqual(['connect', 'total']);
});

it.each(['host.example.com', 'relay.example.com'])(
  'a failure at one is logged with its host, and the other is played: %s',
  async (host) => {
    URLS['RELAY_WEBSOCKET_URL'] = 'wss://relay.example.com/nbwss';
    mockRound = ({ webSocketUrl }) =>
      webSocketUrl.includes(host) ? { steps: [], failure: { step: 'connect', reason: 'refused' } } : good;
    await run();
    expect(mockRounds).toHaveLength(2);
    expect(mockLog.lines.filter(({ code }) => code === 'canary-failed')).toMatchObject([
      { detail: { step: 'connect', host } },
    ]);
    expect(mockLog.lines.filter(({ code }) => code === 'canary-succeeded')).toHaveLength(1);
  },
);
