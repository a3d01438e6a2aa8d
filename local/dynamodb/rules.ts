import type { TableSpec } from '../assembly/specs.ts';
import { AwsError } from '../errors.ts';
import { ITEM_BYTES, itemSize } from './size.ts';
import type { Change } from './store.ts';

const invalid = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

const typeOf = (table: TableSpec, name: string): string =>
  table.attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '';

/**
 * What DynamoDB refuses and dynalite lets through: items above 400 KB in UTF-8 bytes, and index keys that are empty
 * or of another type than declared.
 * @throws AwsError ValidationException
 */
export function checkItem({ table, new: item }: Change): void {
  if (!item) return;
  if (itemSize(item) > ITEM_BYTES) invalid('Item size has exceeded the maximum allowed size');
  for (const index of [...table.globalIndexes, ...table.localIndexes]) {
    for (const { AttributeName: name, KeyType } of index.KeySchema) {
      const value = item[name];
      if (!value) continue; // Without its key the item is not in the index.
      const type = typeOf(table, name);
      const [actual = '', content] = Object.entries(value)[0] ?? [];
      if (actual !== type) {
        invalid(
          'One or more parameter values were invalid: Type mismatch for Index Key ' +
            `${name} Expected: ${type} Actual: ${actual} IndexName: ${index.IndexName}`,
        );
      }
      if (content === '') {
        invalid(
          'One or more parameter values are not valid. A value specified for a secondary index key is not ' +
            'supported. The AttributeValue for a key attribute cannot contain an empty ' +
            `${type === 'S' ? 'string' : 'binary'} value. IndexName: ${index.IndexName}, IndexKey: ${name}`,
        );
      }
      const limit = KeyType === 'HASH' ? 2048 : 1024;
      if (type === 'S' && Buffer.byteLength(content as string) > limit) {
        invalid(
          'One or more parameter values were invalid: Size of secondary index key has exceeded the limit of ' +
            `${limit} bytes. IndexName: ${index.IndexName}, IndexKey: ${name}`,
        );
      }
    }
  }
}
