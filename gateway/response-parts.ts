import { createHash } from 'node:crypto';
import type { PartPosition } from './events.ts';

const MB = 1024 * 1024;

/** SHA-256 in hexadecimal digits; other work goes on after each MB. */
export async function digestOf(bytes: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; start += MB) {
    hash.update(bytes.subarray(start, start + MB));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}

/**
 * Sends a large message in parts: all but the last one in any order, `partConcurrency` at once, and the last one when the
 * others have arrived. A function that has the last one can read all of them.
 * @param send sends one part; false: it has not arrived, and the rest is not sent
 * @returns whether all have arrived
 */
export async function sendResponseParts(
  message: Buffer,
  { partBytes, partConcurrency }: { readonly partBytes: number; readonly partConcurrency: number },
  send: (bytes: Buffer, part: PartPosition) => Promise<boolean>,
): Promise<boolean> {
  const count = Math.ceil(message.length / partBytes);
  const digest = await digestOf(message);
  const sendOne = (index: number) => {
    const bytes = message.subarray(index * partBytes, (index + 1) * partBytes);
    return send(bytes, { digest, index, count, bytes: message.length });
  };
  let next = 0;
  let arrived = true;
  const worker = async () => {
    while (arrived && next < count - 1) {
      const index = next;
      next += 1;
      if (!(await sendOne(index))) arrived = false;
    }
  };
  await Promise.all(Array.from({ length: partConcurrency }, worker));
  return arrived && sendOne(count - 1);
}
