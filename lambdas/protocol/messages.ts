/**
 * NBWSS messages (contract ENV, CON, CMD, NOT). Unknown fields are kept (ENV-6). Payloads are validated where they are used,
 * because a NOTIFICATION that cannot be interpreted must still be stored and acknowledged (TRAP-6).
 */
import * as z from 'zod/mini';

/**
 * ENV-2: the fields that routing and responding need. `timeStamp` is epoch seconds. `id` may be any JSON value, or be missing: a
 * NOTIFICATION without a response would block all later ones (ENV-4, TRAP-6).
 */
export const envelopeSchema = z.looseObject({
  version: z.optional(z.unknown()),
  id: z.optional(z.unknown()),
  type: z.string(),
  subType: z.string(),
  timeStamp: z.optional(z.unknown()),
  payload: z.optional(z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** CON-1. */
export const connectPayloadSchema = z.looseObject({ token: z.string() });

/** CMD-4. `responseCode` and `body` as NetBackup sent them, not validated. */
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

/** ENV-2: the version in the messages that are sent. */
const VERSION = '1.0';

/** The JSON text of an `id`, so that a number keeps its digits. */
export type IdText = string & { readonly isIdText: true };

/** The JSON text of an id that is a string. */
export const idText = (id: string): IdText => JSON.stringify(id) as IdText;

const envelope = (id: IdText, type: string, subType: string, nowMs: number, payload: unknown): string => {
  const rest = JSON.stringify({ type, subType, timeStamp: Math.floor(nowMs / 1000), payload });
  return `{"version":"${VERSION}","id":${id},${rest.slice(1)}`;
};

/** CON-2, CON-3. */
export const connectResponse = (id: IdText, valid: boolean, nowMs: number): string =>
  envelope(id, 'CONNECT', 'RESPONSE', nowMs, { valid });

/** NOT-3: the acknowledgement. */
export const notificationResponse = (id: IdText, nowMs: number): string =>
  envelope(id, 'NOTIFICATION', 'RESPONSE', nowMs, []);

/** CMD-1, CMD-2. */
export const commandRequest = (id: string, call: CommandCall, nowMs: number): string =>
  envelope(idText(id), 'COMMAND', 'REQUEST', nowMs, {
    uri: call.uri,
    method: call.method,
    headers: call.headers,
    parameters: call.parameters,
  });

/** The cheapest call that NetBackup executes without authentication. It changes nothing, so it can be sent at any time. */
export const PING: CommandCall = {
  method: 'GET',
  uri: '/netbackup/ping',
  // CMD-3: a GET needs a Content-Type too. The first version of the API already had ping.
  headers: {
    'Content-Type': 'application/vnd.netbackup+json;version=1.0',
    Accept: 'text/vnd.netbackup+plain',
  },
};
