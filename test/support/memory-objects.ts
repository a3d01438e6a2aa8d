import { createHash } from 'node:crypto';
import { readGatewayEvent } from '../../lambdas/platform/gateway/events.ts';
import type { Objects } from '../../lambdas/platform/s3/objects.ts';
import { messageEvent } from './fakes.ts';

/** A bucket in memory. `fail` makes the next calls of an operation fail. */
export const memoryObjects = () => {
  const stored = new Map<string, { readonly bytes: Buffer; readonly contentType: string }>();
  const failing = new Set<keyof Objects>();
  const check = (operation: keyof Objects): void => {
    if (failing.has(operation)) throw new Error(`S3 does not answer to ${operation}.`);
  };
  const objects: Objects = {
    put: async (key, bytes, contentType) => {
      check('put');
      stored.set(key, { bytes: Buffer.from(bytes), contentType });
    },
    get: async (key) => {
      check('get');
      return stored.get(key)?.bytes;
    },
    delete: async (key) => {
      check('delete');
      stored.delete(key);
    },
    list: async (prefix) => {
      check('list');
      return [...stored.keys()].filter((key) => key.startsWith(prefix)).slice(0, 3);
    },
    urlOf: async (key, seconds, now) => `https://bucket.example/${key}?seconds=${seconds}&at=${now}`,
  };
  return { objects, stored, failing, keys: () => [...stored.keys()].sort() };
};

export interface PartOptions {
  readonly connectionId?: string;
  /** Instead of the real ones. */
  readonly digest?: string;
  readonly bytes?: number;
}

/** The events by which the relay delivers a message in parts of so many bytes. */
export const partEvents = (message: string, partBytes: number, options: PartOptions = {}) => {
  const all = Buffer.from(message);
  const {
    connectionId,
    digest = createHash('sha256').update(all).digest('hex'),
    bytes = all.length,
  } = options;
  const count = Math.ceil(all.length / partBytes);
  return Array.from({ length: count }, (_, index) => {
    const content = all.subarray(index * partBytes, (index + 1) * partBytes);
    const event = messageEvent('COMMAND', content.toString('base64'), connectionId);
    const requestContext = { ...event.requestContext, part: { digest, index, count, bytes } };
    return readGatewayEvent({ ...event, requestContext, isBase64Encoded: true });
  });
};
