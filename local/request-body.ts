import type { IncomingMessage } from 'node:http';

/**
 * The whole body; undefined if it is above the limit: immediately if its Content-Length is, else as soon as more has
 * arrived. Then {@link discardBody} must follow. Rejects if the client closes the connection.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return resolve(undefined);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const read = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      request.off('data', read);
      chunks.length = 0;
      resolve(undefined);
    };
    request.on('data', read);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client closed the connection.')));
  });
}

/** How many bytes of a refused body are read, to be discarded. */
const DISCARDED_BYTES = 16 * 1024 * 1024;

/**
 * Discards the rest of a refused body: a client that is still sending would get a reset instead of the
 * response. A client that sends too much gets the reset.
 */
export function discardBody(request: IncomingMessage): void {
  let bytes = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES) request.socket.destroy();
  });
  request.resume();
}
