import { randomUUID } from 'node:crypto';
import type { Message, MessageSubType, MessageType } from './codec.ts';

/** A message like NBWSS sends it, with the current time (ENV-2). */
export function createMessage(
  type: MessageType,
  subType: MessageSubType,
  payload: unknown,
  overrides: Partial<Message> = {},
): Message {
  return {
    version: '1.0',
    id: randomUUID().toUpperCase(),
    type,
    subType,
    timeStamp: Math.floor(Date.now() / 1000),
    payload,
    ...overrides,
  };
}

/** The first message of a connection (CON-1). */
export function connectRequest(token: string, overrides: Partial<Message> = {}): Message {
  return createMessage('CONNECT', 'REQUEST', { token }, overrides);
}

/** Whether a CONNECT RESPONSE accepts the token (CON-2). */
export function isTokenAccepted({ payload }: Message): boolean {
  return (payload as { valid?: unknown } | null)?.valid === true;
}
