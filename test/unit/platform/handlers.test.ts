import type { GatewayAnswer } from '../../../lambdas/platform/gateway/events.ts';
import { fakeLog } from '../../support/fakes.ts';

const mockLog = fakeLog();
jest.mock('../../../lambdas/platform/logger.ts', () => ({ createLog: () => mockLog }));
jest.mock('../../../lambdas/platform/environment.ts', () => ({
  required: () => 'https://localhost/x',
  requiredNumber: () => 1,
  optional: () => 'https://localhost/x',
  optionalList: () => [],
}));

type Handler = (event: unknown) => Promise<GatewayAnswer>;
const events = [
  undefined,
  null,
  {},
  { requestContext: { eventType: 'MESSAGE', routeKey: 'CONNECT' } },
  'text',
];

beforeEach(() => {
  mockLog.lines.length = 0;
});

describe.each<[string, () => Promise<{ handler: Handler }>]>([
  ['session', () => import('../../../lambdas/functions/session.ts')],
  ['respond', () => import('../../../lambdas/functions/respond.ts')],
])('I-1 the function %s causes no error frame', (_, load) => {
  it.each(events)('for an event that it cannot parse: %j', async (event) => {
    const { handler } = await load();
    const { body, statusCode } = await handler(event);
    expect(statusCode).toEqual(expect.any(Number));
    expect(body).toBeUndefined();
    expect(mockLog.lines).toMatchObject([{ level: 'error' }]);
  });
});

it.each(events)(
  'I-1 the function notify responds to %j with a message, but no acknowledgement',
  async (event) => {
    const { handler } = await import('../../../lambdas/functions/notify.ts');
    const { body, statusCode } = await (handler as Handler)(event);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body ?? '')).toMatchObject({ type: 'COMMAND', payload: { uri: '/netbackup/ping' } });
  },
);
