import type { IndexSpec, TableSpec } from '../assembly/model.ts';
import type { Item } from './dynalite.ts';

const sum = (sizes: readonly number[]): number => sizes.reduce((total, one) => total + one, 0);

/** Bytes of an item (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html). */
export const itemSize = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)));

function valueSize(value: Item[string]): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'B':
      return Buffer.byteLength(String(content), 'base64');
    case 'N': {
      // One byte for each two significant digits, and one more.
      const digits = String(content).replace(/[-+.]|e.*$/gi, '');
      return Math.ceil(digits.replace(/^0+|0+$/g, '').length / 2) + 1;
    }
    case 'SS':
    case 'NS':
    case 'BS':
      return sum((content as string[]).map((one) => valueSize({ [type.charAt(0)]: one })));
    case 'L':
      return 3 + sum((content as Item[string][]).map((one) => 1 + valueSize(one)));
    case 'M':
      return 3 + Object.keys(content as Item).length + itemSize(content as Item);
    default:
      return 1; // NULL, BOOL
  }
}

/** The primary key of an item, or its key in an index. */
export const keyOf = (schema: IndexSpec['KeySchema'], item: Item): Item =>
  Object.fromEntries(schema.flatMap(({ AttributeName: name }) => (item[name] ? [[name, item[name]]] : [])));

/** The attributes of an item in an index; undefined when it lacks one of the index's keys. */
export function projected(
  { keySchema }: TableSpec,
  { KeySchema, Projection }: IndexSpec,
  item: Item | undefined,
): Item | undefined {
  if (!item || !KeySchema.every(({ AttributeName }) => item[AttributeName])) return undefined;
  if (Projection.ProjectionType === 'ALL') return item;
  const keys = [...KeySchema, ...keySchema].map(({ AttributeName }) => AttributeName);
  const names = [...keys, ...(Projection.NonKeyAttributes ?? [])];
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}
