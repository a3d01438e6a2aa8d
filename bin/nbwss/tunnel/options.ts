/** Parses the tunnel's addresses and host names. Pure. */
import { isIP } from 'node:net';
import { groupIdSchema } from '../../../lambdas/http/app.ts';
import { isLoopback } from '../../../local/host-names.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A group offered at an address. */
export interface Mapping extends Address {
  readonly groupId: string;
}

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${JSON.stringify(text)} is not a port.`);
  return port;
};

/** `[host:]port[,port…]`; the default host is loopback. @throws Error */
export const addressesOf = (text: string): Address[] => {
  const [, bracketed, name, ports = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?([\d,]+)$/.exec(text) ?? [];
  const host = bracketed ?? name ?? '127.0.0.1';
  if (ports === '' || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw new Error('Give host:port, such as 127.0.0.1:1556 or [::1]:1556; separate ports with commas.');
  return ports.split(',').map((port) => ({ host, port: portOf(port) }));
};

/** `GROUP=[host:]port[,port…]`. @throws Error */
export const mappingsOf = (text: string): Mapping[] => {
  const separator = text.indexOf('=');
  const groupId = text.slice(0, Math.max(0, separator));
  if (!groupIdSchema.safeParse(groupId).success)
    throw new Error('Give GROUP=host:port, such as demo=127.0.0.1:1556.');
  return addressesOf(text.slice(separator + 1)).map((address) => ({ groupId, ...address }));
};

/** A host name or address for --name. @throws Error */
export const nameIn = (text: string): string => {
  const name = text.toLowerCase();
  if (
    isIP(name) ||
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
  )
    return name;
  throw new Error(`${JSON.stringify(text)} is not a host name. Give it without a port.`);
};

/** Whether other machines can reach it. */
export const isReachable = ({ host }: Address): boolean => !isLoopback(host);
