import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { InvokeResult, LambdaService } from '../types.ts';

/** An id as API Gateway makes them for requests, connections and messages: 11 bytes, like `L0SM9cOFvHcCIhw=`. */
export function gatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** `12/Mar/2020:19:03:58 +0000`, as in `requestTime` and `time`. */
export function requestTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A value for X-Amzn-Trace-Id, as the gateway adds it to requests that have none. */
export function traceHeader(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}

/** The peer's address; an IPv4 address that arrived on an IPv6 socket in its own form. */
export function sourceIp(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** A Host header without its port: what `requestContext.domainName` holds. */
export function domainName(host: string | undefined): string {
  return (host ?? 'localhost').replace(/:\d+$/, '');
}

/** Invokes a function as an integration; `undefined` if it has not answered within `timeoutMs`. */
export function invokeWithin(
  lambda: LambdaService,
  clock: Clock,
  functionArn: string,
  event: unknown,
  timeoutMs: number,
): Promise<InvokeResult | undefined> {
  return new Promise((resolve) => {
    // The gateway stops waiting; the function runs on, as on AWS.
    const timer = clock.setTimeout(() => resolve(undefined), timeoutMs);
    lambda.invoke(functionArn, event).then((result) => {
      clock.clearTimeout(timer);
      resolve(result);
    });
  });
}
