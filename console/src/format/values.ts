/** Values from NetBackup, which can have any type. Pure. */

/** The value as text; empty for none. */
export const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
};
