/** The last second of the year 9999: later ISO 8601 times do not sort as text. */
const LAST = 253_402_300_799;

/** A time that can be sorted and displayed: whole epoch seconds from 1970 to 9999. */
export const isTimeStamp = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST;

/** A time that is set: NetBackup sends 0 for none. */
export const isMoment = (value: unknown): value is number => isTimeStamp(value) && value > 0;

/**
 * A message's `timeStamp` (contract ENV-2) in whole seconds; undefined when it is not a time. A fraction and a number in quotes
 * are unambiguous, so such messages are not quarantined.
 */
export const timeStampOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  const whole = typeof number === 'number' ? Math.floor(number) : undefined;
  return isTimeStamp(whole) ? whole : undefined;
};
