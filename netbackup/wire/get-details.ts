import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { trusting } from './trust.ts';

/** Details are five short fields: a larger response is something else. */
export const MAX_DETAILS_BYTES = 64 * 1024;

export interface GetOptions {
  /** PEM certificates to trust; if empty, those that this machine trusts. */
  readonly trusted: readonly string[];
  readonly timeoutMs: number;
}

/** The result of reading a details URL. `bytes` is absent if the status is not 200, or the body is too large. */
export type DetailsReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly location: string;
      readonly bytes: Buffer | undefined;
    }
  | {
      readonly kind: 'failed';
      /** Whether there was a TCP connection: NetBackup has another message without (ERR-3, ERR-5). */
      readonly isConnected: boolean;
      readonly isTimeout: boolean;
      readonly error: NodeJS.ErrnoException;
    };

/** Whether details are read from a URL; otherwise from a file. */
export const isUrl = (fileOrUrl: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(fileOrUrl);

/** An HTTPS GET without credentials, as NetBackup reads details (EPT-2). Follows no redirects. Never rejects. */
export async function getDetails(url: string, { trusted, timeoutMs }: GetOptions): Promise<DetailsReply> {
  const signal = AbortSignal.timeout(timeoutMs);
  let isConnected = false;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { ...trusting(trusted), agent: false, signal }, resolve)
        .on('socket', (socket) => {
          socket.once('connect', () => {
            isConnected = true;
          });
        })
        .on('error', reject)
        .end();
    });
    const { statusCode: status = 0, headers } = response;
    const bytes = status === 200 ? await collect(response) : undefined;
    response.destroy();
    return { kind: 'answer', status, location: headers.location ?? '', bytes };
  } catch (error) {
    return { kind: 'failed', isConnected, isTimeout: signal.aborted, error: error as Error };
  }
}

async function collect(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_DETAILS_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
