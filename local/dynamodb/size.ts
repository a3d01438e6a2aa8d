import type { IndexSpec, TableSpec } from '../assembly/model.ts';
import type { Item } from './dynalite.ts';

const utf8 = (text: unknown): number => Buffer.byteLength(String(text));

function valueSize(value: Readonly<Record<string, unknown>>): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return utf8(content);
    case 'N': {
      // Two significant digits a byte, and one byte more.
      const digits = String(content).replace(/[-+.]|e.*$/gi, '');
      return Math.ceil(digits.replace(/^0+|0+$/g, '').length / 2) + 1;
    }
    case 'B':
      return Buffer.from(String(content), 'base64').length;
    case 'SS':
    case 'NS':
    case 'BS':
      return (content as string[]).reduce((sum, one) => sum + valueSize({ [type.charAt(0)]: one }), 0);
    case 'L':
      return (content as Item[string][]).reduce((sum, one) => sum + 1 + valueSize(one), 3);
    case 'M':
      return Object.entries(content as Item).reduce(
        (sum, [name, one]) => sum + 1 + utf8(name) + valueSize(one),
        3,
      );
    default:
      return 1; // NULL, BOOL
  }
}

/** Bytes of an item (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html). */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueSize(value), 0);

/** The primary key of an item, or its key in an index. */
export const keyOf = (schema: IndexSpec['KeySchema'], item: Item): Item =>
  pick(
    item,
    schema.map(({ AttributeName }) => AttributeName),
  );

const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));

/** The part of an item that stands in an index; undefined when it lacks one of the index's keys. */
export function projected(
  { keySchema }: TableSpec,
  index: IndexSpec,
  item: Item | undefined,
): Item | undefined {
  const { KeySchema, Projection } = index;
  if (!item || !KeySchema.every(({ AttributeName }) => item[AttributeName])) return undefined;
  if (Projection.ProjectionType === 'ALL') return item;
  const keys = [...KeySchema, ...keySchema].map(({ AttributeName }) => AttributeName);
  return pick(item, [...keys, ...(Projection.NonKeyAttributes ?? [])]);
}
