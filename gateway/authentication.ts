/** Longer texts are not read: the answer to a CONNECT is short. */
const MAX_BYTES = 4096;

/** Whether a text to the client is a CONNECT RESPONSE with `valid: true` (CON-2): then the client is accepted, and may send large messages. */
export function accepts(body: Buffer | string): boolean {
  if (body.length > MAX_BYTES) return false;
  try {
    const { type, subType, payload } = JSON.parse(body.toString());
    return type === 'CONNECT' && subType === 'RESPONSE' && payload.valid === true;
  } catch {
    return false;
  }
}
