import type { IndexSpec, TableSpec } from '../assembly/specs.ts';
import type { Item } from './store.ts';

/** Largest item, bytes of names and values. */
export const ITEM_BYTES = 409_600;

const utf8 = (text: string): number => Buffer.byteLength(text);

/** Two significant digits a byte, and one byte more. */
const numberSize = (text: string): number => {
  const digits = text.replace(/[-+.]|e.*$/gi, '').replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
};

function valueSize(value: Readonly<Record<string, unknown>>): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return utf8(content as string);
    case 'N':
      return numberSize(content as string);
    case 'B':
      return Buffer.from(content as string, 'base64').length;
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

const namesOf = (schema: IndexSpec['KeySchema']) => schema.map(({ AttributeName }) => AttributeName);

/** The part of an item that stands in an index; undefined when it lacks one of the index's keys. */
export function projected(table: TableSpec, index: IndexSpec, item: Item | undefined): Item | undefined {
  if (!item || !namesOf(index.KeySchema).every((name) => item[name])) return undefined;
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  if (ProjectionType === 'ALL') return item;
  const kept = new Set([...namesOf(index.KeySchema), ...namesOf(table.keySchema), ...NonKeyAttributes]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}

/** The primary key of an item, or its key in an index. */
export const keyOf = (schema: IndexSpec['KeySchema'], item: Item): Item =>
  Object.fromEntries(namesOf(schema).flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
