import type { TableSpec } from '../assembly/model.ts';
import type { Item } from './dynalite.ts';
import { itemSize } from './size.ts';

/** Bytes of names and values. */
const MAX_ITEM_BYTES = 409_600;

/**
 * Why DynamoDB rejects an item that dynalite accepts: it has more than 400 KB in UTF-8 bytes, or an index key that is
 * empty, too long or of another type than declared. Undefined for a valid item.
 */
export function invalidReason(table: TableSpec, item: Item): string | undefined {
  if (itemSize(item) > MAX_ITEM_BYTES) return 'Item size has exceeded the maximum allowed size';
  const invalid = 'One or more parameter values were invalid:';
  for (const { IndexName, KeySchema } of table.indexes) {
    for (const { AttributeName: name, KeyType } of KeySchema) {
      const [actual, content] = Object.entries(item[name] ?? {})[0] ?? [];
      if (!actual) continue; // An item without the index's key is not in the index.
      const type = table.attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
      const where = `IndexName: ${IndexName}, IndexKey: ${name}`;
      if (actual !== type) {
        const types = `Expected: ${type} Actual: ${actual} IndexName: ${IndexName}`;
        return `${invalid} Type mismatch for Index Key ${name} ${types}`;
      }
      if (content === '') {
        const rule = 'A value specified for a secondary index key is not supported.';
        const kind = type === 'S' ? 'string' : 'binary';
        const why = `The AttributeValue for a key attribute cannot contain an empty ${kind} value.`;
        return `One or more parameter values are not valid. ${rule} ${why} ${where}`;
      }
      const limit = KeyType === 'HASH' ? 2048 : 1024;
      if (Buffer.byteLength(String(content), type === 'B' ? 'base64' : 'utf8') > limit)
        return `${invalid} Size of secondary index key has exceeded the limit of ${limit} bytes. ${where}`;
    }
  }
  return undefined;
}
