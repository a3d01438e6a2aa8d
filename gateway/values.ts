import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import type { ApiHosts, InvokeResult, LambdaService } from './types.ts';

/** An id in the form of API Gateway's requests, connections and messages: 11 bytes, like `L0SM9cOFvHcCIhw=`. */
export function gatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** `12/Mar/2020:19:03:58 +0000`, as in `requestTime` and `time`. */
export function requestTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A value for X-Amzn-Trace-Id, which the gateway adds to requests that have none. */
export function traceHeader(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}

/** The peer's address; an IPv4 address on an IPv6 socket in IPv4 form. */
export function sourceIp(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** A Host header without its port, as in `requestContext.domainName`. */
export function domainName(host: string | undefined): string {
  return (host ?? 'localhost').replace(/:\d+$/, '');
}

/**
 * The path within the stage, by the name under which the API was called: below the path of a custom domain's mapping, or
 * below the stage on the host that API Gateway gives to every API. Undefined: the gateway answers 403.
 */
export function stagePath(
  { domains = {}, defaultEndpointDisabled, stageName }: ApiHosts & { readonly stageName: string },
  host: string | undefined,
  path: string,
): string | undefined {
  const mapped = domains[domainName(host).toLowerCase()];
  if (mapped === undefined && defaultEndpointDisabled) return undefined;
  const first = mapped ?? (stageName === '$default' ? '' : stageName);
  const prefix = first && `/${first}`;
  return `${path}/`.startsWith(`${prefix}/`) ? path.slice(prefix.length) || '/' : undefined;
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
    // The gateway stops waiting, but the function continues, as on AWS.
    const timer = clock.setTimeout(() => resolve(undefined), timeoutMs);
    lambda.invoke(functionArn, event).then((result) => {
      clock.clearTimeout(timer);
      resolve(result);
    });
  });
}
