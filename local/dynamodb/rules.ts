import { AwsError } from '../errors.ts';
import { itemSize } from './size.ts';
import type { Change } from './store.ts';

/** Largest item, bytes of names and values. */
const ITEM_BYTES = 409_600;

/**
 * What DynamoDB refuses and dynalite lets through: items above 400 KB in UTF-8 bytes, and index keys that are empty,
 * too long or of another type than declared.
 * @throws AwsError ValidationException
 */
export function checkItem({ table, new: item }: Change): void {
  const refuse = (message: string): never => {
    throw new AwsError('ValidationException', message);
  };
  if (!item) return;
  if (itemSize(item) > ITEM_BYTES) refuse('Item size has exceeded the maximum allowed size');
  for (const { IndexName, KeySchema } of table.indexes) {
    for (const { AttributeName: name, KeyType } of KeySchema) {
      const [actual, content] = Object.entries(item[name] ?? {})[0] ?? [];
      if (!actual) continue; // Without its key the item is not in the index.
      const type = table.attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
      const invalid = 'One or more parameter values were invalid:';
      if (actual !== type) {
        const types = `Expected: ${type} Actual: ${actual} IndexName: ${IndexName}`;
        refuse(`${invalid} Type mismatch for Index Key ${name} ${types}`);
      }
      if (content === '') {
        refuse(
          'One or more parameter values are not valid. A value specified for a secondary index key is not ' +
            'supported. The AttributeValue for a key attribute cannot contain an empty ' +
            `${type === 'S' ? 'string' : 'binary'} value. IndexName: ${IndexName}, IndexKey: ${name}`,
        );
      }
      const limit = KeyType === 'HASH' ? 2048 : 1024;
      if (type === 'S' && Buffer.byteLength(String(content)) > limit) {
        const where = `IndexName: ${IndexName}, IndexKey: ${name}`;
        refuse(`${invalid} Size of secondary index key has exceeded the limit of ${limit} bytes. ${where}`);
      }
    }
  }
}
