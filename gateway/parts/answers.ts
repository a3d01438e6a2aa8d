/** The function's answer to a part, and the acknowledgement that is made from it. */
import { scanNow } from './scan.ts';

export type PartAnswer = 'stored' | 'not-stored' | 'not-connected';

/** The responses of `notify` are small; a larger body is not a response of it. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * - NOTIFICATION RESPONSE: the part is stored (NOT-3).
 * - CONNECT RESPONSE with `valid: false`: the connection is not authenticated, and is being closed (CON-3).
 * - anything else, such as a COMMAND: it is not stored.
 */
export function partAnswer(body: string | undefined): PartAnswer {
  const message = parsed(body);
  if (message?.subType !== 'RESPONSE') return 'not-stored';
  if (message.type === 'NOTIFICATION') return 'stored';
  return message.type === 'CONNECT' && message.payload?.valid === false ? 'not-connected' : 'not-stored';
}

interface Response {
  readonly type?: unknown;
  readonly subType?: unknown;
  readonly payload?: { readonly valid?: unknown } | null;
}

function parsed(body: string | undefined): Response | undefined {
  if (body === undefined || body.length > MAX_BODY_BYTES) return undefined;
  try {
    return (JSON.parse(body) as Response | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A response with the `id` of another request, byte for byte (ENV-4). @param id its JSON text */
export function withId(body: string, id: string): string {
  const text = Buffer.from(body);
  const span = scanNow(text)?.members.get('id');
  if (!span) return body;
  return Buffer.concat([text.subarray(0, span.start), Buffer.from(id), text.subarray(span.end)]).toString();
}
