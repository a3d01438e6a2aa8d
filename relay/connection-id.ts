import { randomBytes } from 'node:crypto';

/** The address of a task's `@connections`: an IPv4 address and a port. */
export interface TaskAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * A new connection's id: `relay.<8 hex digits of the task's IPv4 address><4 of its management port>.<16 random base64url>`.
 * All characters are allowed in URLs.
 */
export function newConnectionId({ address, port }: TaskAddress): string {
  const bytes = [...address.split('.').map(Number), port >> 8, port & 0xff];
  return `relay.${Buffer.from(bytes).toString('hex')}.${randomBytes(12).toString('base64url')}`;
}

/** The task that an id names; undefined if it is not an id of a relay. */
export function taskOf(connectionId: string): TaskAddress | undefined {
  const [, hex] = /^relay\.([0-9a-f]{12})\.[\w-]{16}$/.exec(connectionId) ?? [];
  if (hex === undefined) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  return { address: bytes.subarray(0, 4).join('.'), port: bytes.readUInt16BE(4) };
}
