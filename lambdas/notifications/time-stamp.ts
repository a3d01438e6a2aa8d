/** The last second of the year 9999: beyond it, times have no ISO 8601 form that sorts as text. */
const LAST = 253_402_300_799;

/** A timeStamp that can be ordered and shown: whole epoch seconds from 1970 to 9999 (contract ENV-2). */
export const isTimeStamp = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST;
