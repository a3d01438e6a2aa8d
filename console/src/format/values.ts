/** Values that NetBackup filled in, which can have any type. Pure. */

/** As text; empty for none. */
export const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
};
