/** The last second of the year 9999: beyond it, times have no ISO 8601 form that sorts as text. */
const LAST = 253_402_300_799;

/** A moment that can be ordered and shown: whole epoch seconds from 1970 to 9999. */
export const isTimeStamp = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST;

/** A moment at which something began. Zero is what stands there while there is none yet. */
export const isMoment = (value: unknown): value is number => isTimeStamp(value) && value > 0;

/**
 * A message's `timeStamp` (contract ENV-2) in whole seconds; undefined when it is no moment. A fraction and digits in quotes
 * say clearly enough what is meant: a message that says so is not put aside for it.
 */
export const timeStampOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  const whole = typeof number === 'number' ? Math.floor(number) : undefined;
  return isTimeStamp(whole) ? whole : undefined;
};
