import { createHash } from 'node:crypto';
import type { Slice } from './events.ts';

const MB = 1024 * 1024;

/** SHA-256 in hexadecimal digits; other work continues after each MB. */
export async function digestOf(bytes: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; start += MB) {
    hash.update(bytes.subarray(start, start + MB));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}

/**
 * Sends a large message in slices: all but the last one in any order, `concurrency` at the same time, and the last one when the others
 * have arrived. A function that gets the last one can read all of them.
 * @param send sends one slice; false: it has not arrived, and the rest is not sent
 * @returns whether all have arrived
 */
export async function sendSlices(
  message: Buffer,
  { sliceBytes, sliceConcurrency }: { readonly sliceBytes: number; readonly sliceConcurrency: number },
  send: (bytes: Buffer, part: Slice) => Promise<boolean>,
): Promise<boolean> {
  const count = Math.ceil(message.length / sliceBytes);
  const digest = await digestOf(message);
  const sendOne = (index: number) => {
    const bytes = message.subarray(index * sliceBytes, (index + 1) * sliceBytes);
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
  await Promise.all(Array.from({ length: sliceConcurrency }, worker));
  return arrived && sendOne(count - 1);
}
