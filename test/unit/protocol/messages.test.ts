import {
  type CommandCall,
  commandRequest,
  connectPayloadSchema,
  connectResponse,
  idText,
  notificationResponse,
  PING,
} from '../../../lambdas/protocol/messages.ts';
import { vector } from '../../support/fakes.ts';

/** A message with the id and time of a vector. */
const written = (name: string, write: (id: string, nowMs: number) => string) => {
  const { id, timeStamp } = vector(name);
  return JSON.parse(write(id, timeStamp * 1000 + 999)) as unknown;
};
const callOf = (name: string) => vector(name).payload as CommandCall;

describe('sent messages equal the vectors', () => {
  it('CON-2 connect-response-valid', () => {
    expect(written('connect-response-valid', (id, now) => connectResponse(idText(id), true, now))).toEqual(
      vector('connect-response-valid'),
    );
  });
  it('CON-3 connect-response-invalid', () => {
    expect(written('connect-response-invalid', (id, now) => connectResponse(idText(id), false, now))).toEqual(
      vector('connect-response-invalid'),
    );
  });
  it('NOT-3 notification-response', () => {
    expect(written('notification-response', (id, now) => notificationResponse(idText(id), now))).toEqual(
      vector('notification-response'),
    );
  });
  it.each(['command-request-get', 'command-request-post'])('CMD-2 %s', (name) => {
    expect(written(name, (id, now) => commandRequest(id, callOf(name), now))).toEqual(vector(name));
  });
});

describe('commandRequest', () => {
  it('CMD-2 has no parameters without a body, and empty ones for an empty body', () => {
    const call = { method: 'POST', uri: '/netbackup/x', headers: {} };
    expect(commandRequest('a', call, 0)).not.toContain('parameters');
    expect(JSON.parse(commandRequest('a', { ...call, parameters: '' }, 0))).toMatchObject({
      payload: { parameters: '' },
    });
  });

  it('contains only the fields of the contract', () => {
    const call = { method: 'GET', uri: '/netbackup/x', headers: {}, secret: 'no' };
    expect(commandRequest('a', call, 0)).not.toContain('secret');
  });

  it('CMD-3 the ping is a GET with a Content-Type', () => {
    expect(PING.headers['Content-Type']).toMatch(/^application\/vnd\.netbackup\+json;version=\d+\.\d+$/);
    expect(PING).toMatchObject({ method: 'GET', uri: '/netbackup/ping' });
  });
});

describe('connectPayloadSchema', () => {
  it('CON-1 accepts a token, and keeps other fields', () => {
    expect(connectPayloadSchema.parse({ token: 'TOKEN', more: 1 })).toEqual({ token: 'TOKEN', more: 1 });
  });
  it.each([undefined, null, [], {}, { token: 5 }, 'TOKEN'])('rejects %j', (payload) => {
    expect(connectPayloadSchema.safeParse(payload).success).toBe(false);
  });
});
