import { request } from 'node:http';
import { BlockList } from 'node:net';
import { omitUndefined } from '../../gateway/omit-undefined.ts';
import type { ManagementAnswer } from '../../gateway/types.ts';
import type { TaskAddress } from '../connection-id.ts';
import { jsonOf } from '../json.ts';
import { CLOSE_HEADER } from './close-header.ts';

/** Marks a request that one task forwards to another, which does not forward it again. */
export const FORWARDED_HEADER = 'x-relay-passed-on';

/** The time limit to reach a task of the same network. A task that does not accept a connection within this time has ended. */
const CONNECT_MS = 2_000;
/** The time limit for the answer; shorter than the functions wait (5 s), so that they get it. */
const ANSWER_MS = 2_000;
/** The largest answer is GetConnection's. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** The address ranges of private networks: RFC 1918, and RFC 6598, which VPCs use too. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);

const isLoopback = (address: string): boolean => address.startsWith('127.');

/**
 * Whether `other` can be a task beside `own`: an id comes from outside, and no request may go to any other address. Tasks have
 * private addresses and the same management port; on one machine they have loopback addresses, and may have different ports.
 */
export function isPeerTask(own: TaskAddress, other: TaskAddress): boolean {
  if (isLoopback(own.address)) return isLoopback(other.address);
  return PRIVATE.check(other.address) && other.port === own.port;
}

/** The answer of another task, or why there is none. `unreachable`: nothing was sent. `no-answer`: it may have carried out the request. */
export type Forwarded = ManagementAnswer | 'unreachable' | 'no-answer';

export interface ForwardableRequest {
  readonly method: string;
  readonly connectionId: string;
  readonly body: Buffer;
  readonly closeHeader: string | string[] | undefined;
}

const STATUSES: readonly number[] = [200, 204, 403, 410, 413, 429];

/** Sends a request to the task that has its connection. Makes one attempt, on a connection of its own; never rejects. */
export function forward({ address, port }: TaskAddress, forwardable: ForwardableRequest): Promise<Forwarded> {
  const { method, connectionId, body, closeHeader } = forwardable;
  return new Promise((resolve) => {
    let connected = false;
    const sent = request({
      host: address,
      port,
      method,
      path: `/@connections/${connectionId}`,
      agent: false,
      headers: {
        [FORWARDED_HEADER]: '1',
        'content-length': body.length,
        ...omitUndefined({ [CLOSE_HEADER]: closeHeader }),
      },
    });
    const end = (result: Forwarded) => {
      clearTimeout(timer);
      resolve(result);
      sent.destroy();
    };
    const fail = () => end(connected ? 'no-answer' : 'unreachable');
    let timer = setTimeout(fail, CONNECT_MS);
    sent.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(timer);
        timer = setTimeout(fail, ANSWER_MS);
      }),
    );
    sent.on('error', fail);
    sent.once('response', async (response) => {
      let text = '';
      try {
        for await (const chunk of response.setEncoding('utf8')) {
          text += chunk;
          if (text.length > MAX_ANSWER_BYTES) return fail();
        }
      } catch {
        return fail();
      }
      const status = response.statusCode ?? 0;
      if (!STATUSES.includes(status)) return fail();
      return end({
        status: status as ManagementAnswer['status'],
        ...(status === 200 && text !== '' ? { body: jsonOf(text) } : {}),
      });
    });
    sent.end(body);
  });
}
