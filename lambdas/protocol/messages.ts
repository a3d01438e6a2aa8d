/**
 * NBWSS messages (contract ENV, CON, CMD, NOT). Unknown fields are tolerated and kept (ENV-6); what the contract says
 * of a payload is checked where the payload is used, because a NOTIFICATION that nobody understands must still be kept
 * and acknowledged (TRAP-6).
 */
import * as z from 'zod/mini';

/** ENV-2, as far as every message must have it to be routed and answered. `timeStamp` is epoch seconds. */
export const envelopeSchema = z.looseObject({
  version: z.optional(z.unknown()),
  id: z.string(),
  type: z.string(),
  subType: z.string(),
  timeStamp: z.optional(z.unknown()),
  payload: z.optional(z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** CON-1. */
export const connectPayloadSchema = z.looseObject({ token: z.string() });

/** CMD-4. `responseCode` and `body` as NetBackup sent them; checked by the receiver. */
export const commandResponsePayloadSchema = z.looseObject({
  headers: z.optional(z.unknown()),
  responseCode: z.optional(z.unknown()),
  body: z.optional(z.unknown()),
});

/** CMD-2: a NetBackup REST call. `uri` is path and query; `parameters` is the body as text. */
export interface CommandCall {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters?: string;
}

/** ENV-2's version, in everything that we send. */
const VERSION = '1.0';

const envelope = (id: string, type: string, subType: string, nowMs: number, payload: unknown): string =>
  JSON.stringify({ version: VERSION, id, type, subType, timeStamp: Math.floor(nowMs / 1000), payload });

/** CON-2, CON-3. */
export const connectResponse = (id: string, valid: boolean, nowMs: number): string =>
  envelope(id, 'CONNECT', 'RESPONSE', nowMs, { valid });

/** NOT-3: the acknowledgement. */
export const notificationResponse = (id: string, nowMs: number): string =>
  envelope(id, 'NOTIFICATION', 'RESPONSE', nowMs, []);

/** CMD-1, CMD-2. */
export const commandRequest = (id: string, call: CommandCall, nowMs: number): string =>
  envelope(id, 'COMMAND', 'REQUEST', nowMs, {
    uri: call.uri,
    method: call.method,
    headers: call.headers,
    ...(call.parameters === undefined ? {} : { parameters: call.parameters }),
  });

/** The cheapest call that NetBackup answers without authentication. It changes nothing, so it can be sent at any time. */
export const PING: CommandCall = {
  method: 'GET',
  uri: '/netbackup/ping',
  // CMD-3: a Content-Type on a GET too. Ping has existed since the first version of the API.
  headers: {
    'Content-Type': 'application/vnd.netbackup+json;version=1.0',
    Accept: 'text/vnd.netbackup+plain',
  },
};
