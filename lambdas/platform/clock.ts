/** Milliseconds since the UNIX epoch. Injected wherever a result depends on the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Epoch seconds, for DynamoDB's TTL and NBWSS's timeStamp. */
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The last time whose {@link isoTime} sorts as text. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** {@link isoTime} as a sort key; a time outside the years 1970 to 9999 becomes the nearest one within. */
export const timeKey = (ms: number): string => isoTime(Math.min(Math.max(ms, 0), LAST_MS));

/** Epoch seconds, possibly with a fraction, as whole milliseconds. */
export const milliseconds = (epochSeconds: number): number => Math.round(epochSeconds * 1000);

export const DAY_MS = 24 * 60 * 60 * 1000;
export const HOUR_MS = 60 * 60 * 1000;
export const MINUTE_MS = 60 * 1000;
/** In seconds. */
export const DAY_S = 24 * 60 * 60;
export const HOUR_S = 60 * 60;

/** Milliseconds in hours, to one decimal. */
export const hoursOf = (ms: number): number => Math.round((ms / HOUR_MS) * 10) / 10;
