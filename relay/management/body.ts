import type { IncomingMessage } from 'node:http';

/** The bytes of all bodies that are held at the same time. */
const MAX_BYTES_AT_ONCE = 64 * 2 ** 20;
/** The bytes that are read of a refused body: more than API Gateway passes on (10 MB). */
const MAX_DISCARDED_BYTES = 16 * 2 ** 20;

export type ReadBody = Buffer | 'too-large' | 'too-many';

/**
 * Reads the bodies of requests with a limit for each, and one for all that are held at the same time. A refused body is
 * read to its end and discarded: a client that is still sending would get a reset instead of the response.
 * @param maxBytes the limit of one body
 */
export function createBodyReader(maxBytes: number, maxAtOnce = MAX_BYTES_AT_ONCE) {
  let held = 0;

  /**
   * Gives the body to `use`, and counts it as held until `use` is done.
   * @returns a promise that rejects if the client closes the connection before the end, or sends far too much
   */
  return async <T>(request: IncomingMessage, use: (body: ReadBody) => Promise<T>): Promise<T> => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let own = 0;
    let refused: 'too-large' | 'too-many' | undefined;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MAX_DISCARDED_BYTES) throw new Error('The body of the request is far too large.');
        if (bytes > maxBytes) refused = 'too-large';
        else if (held + chunk.length > maxAtOnce) refused ??= 'too-many';
        if (refused) {
          held -= own;
          own = 0;
          chunks = [];
        } else {
          held += chunk.length;
          own += chunk.length;
          chunks.push(chunk);
        }
      }
      return await use(refused ?? Buffer.concat(chunks));
    } finally {
      held -= own;
    }
  };
}
