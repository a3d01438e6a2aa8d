/** A client's body, no further than it can travel. */
import type { IncomingMessage } from 'node:http';
import { NBWSS_PACKET_BYTES } from '../../../lambdas/protocol/limits.ts';
import { type Answer, problem } from './answer.ts';

/** No COMMAND is larger, wherever it goes; the API refuses what its own gateway cannot carry. */
export const MOST_BODY_BYTES = NBWSS_PACKET_BYTES;

export const bodyTooLarge = (): Answer =>
  problem(
    413,
    'command-too-large',
    `NetBackup takes at most ${MOST_BODY_BYTES} bytes in one message. Send a smaller body.`,
  );

/** Whether the client itself says that it will send too much. */
export const announcesTooMuch = (request: IncomingMessage): boolean =>
  Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES;

/**
 * The whole body, or undefined as soon as it is too large. What comes after that is read and dropped: who is still sending
 * would see a reset instead of the answer.
 */
export const bodyOf = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    // A client that left before the end.
    request.once('close', () => reject(new Error('the body did not arrive')));
  });
