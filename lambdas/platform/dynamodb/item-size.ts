/** The size of an item by DynamoDB's rules: a write costs one unit for each KB of it. Pure. */

/** Bytes of one write unit. */
const WRITE_UNIT_BYTES = 1024;

/** The bytes of a plain value without sets. */
const valueBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'number') {
    const digits = String(value)
      .replace(/[-+.]|e.*$/g, '')
      .replace(/^0+|0+$/g, '');
    return Math.ceil(digits.length / 2) + 1;
  }
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + valueBytes(one), 3);
  if (typeof value !== 'object' || value === null) return 1;
  return 3 + Object.values(value).filter((one) => one !== undefined).length + itemBytes(value);
};

/**
 * Names and values in UTF-8; undefined values are not stored.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: object): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** What a write of this item costs in its table. */
export const writeUnits = (item: object): number => Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES);
