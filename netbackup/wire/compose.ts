import { randomUUID } from 'node:crypto';
import type { Message, MessageSubType, MessageType } from './codec.ts';

/** A message as NBWSS makes them, stamped now (ENV-2). */
export function compose(
  type: MessageType,
  subType: MessageSubType,
  payload: unknown,
  over: Partial<Message> = {},
): Message {
  return {
    version: '1.0',
    id: randomUUID().toUpperCase(),
    type,
    subType,
    timeStamp: Math.floor(Date.now() / 1000),
    payload,
    ...over,
  };
}

/** CON-1. */
export function connectRequest(token: string, over: Partial<Message> = {}): Message {
  return compose('CONNECT', 'REQUEST', { token }, over);
}

/** Whether a CONNECT RESPONSE says that the token is valid (CON-2). */
export function isValid({ payload }: Message): boolean {
  return (payload as { valid?: unknown } | null)?.valid === true;
}
