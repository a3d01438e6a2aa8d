/** Pages and their cursors: opaque, and valid only for the list, the filters and the group that they were made for (I-13). */
import { z } from '@hono/zod-openapi';
import { contentId } from '../platform/canonical-json.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { problemOf } from './errors.ts';
import { limitParameter } from './query-parameters.ts';

/** The most items of a page. */
const MAX_ITEMS = 1000;

export const pageQuerySchema = z.object({
  limit: limitParameter(MAX_ITEMS, 50),
  cursor: z.string().optional(),
});

/** An example of a cursor. */
export const CURSOR = 'WyJxMVh3Il0';

/** `{ items, cursor? }`: no cursor on the last page. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().optional() });

const invalid = () => problemOf('400 cursor-not-valid');

/** A place in a list: a sort key, which is not empty, and which DynamoDB limits to 1 024 bytes of UTF-8. It refuses a lone surrogate. */
export const placeSchema = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1024);

/** Converts DynamoDB's last key of one list to a cursor and back. */
export interface Cursors {
  /** @throws HttpProblem 400 when it is not a cursor of this list. */
  decode(cursor: string | undefined): Key | undefined;
  page<T>(items: readonly T[], lastKey: Key | undefined): { items: T[]; cursor?: string };
}

/**
 * @param list the list's name and all its filters
 * @param fixed the part of the key that the request determines: never taken from a cursor
 * @param rest the other parts of the key, by their types
 */
export const cursors = <R extends z.ZodRawShape>(list: readonly string[], fixed: Key, rest: R): Cursors => {
  const name = contentId(...list);
  const schema = z.tuple([z.literal(name), z.object(rest)]);
  return {
    decode(cursor) {
      if (cursor === undefined) return undefined;
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
      } catch {
        throw invalid();
      }
      const parsed = schema.safeParse(value);
      if (!parsed.success) throw invalid();
      return { ...(parsed.data[1] as Key), ...fixed };
    },
    page(items, lastKey) {
      if (!lastKey) return { items: [...items] };
      const text = JSON.stringify([name, lastKey]);
      return { items: [...items], cursor: Buffer.from(text).toString('base64url') };
    },
  };
};
