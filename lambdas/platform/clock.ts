/** Milliseconds since the UNIX epoch. Injected wherever time decides something. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Epoch seconds, as DynamoDB's TTL and NBWSS's timeStamp want them. */
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The last moment whose {@link isoTime} sorts as text. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A moment as a key that is {@link isoTime}; what lies outside the years 1970 to 9999 is moved to their ends. */
export const timeKey = (ms: number): string => isoTime(Math.min(Math.max(ms, 0), LAST_MS));

/** Whole milliseconds of epoch seconds that may have a fraction. */
export const milliseconds = (epochSeconds: number): number => Math.round(epochSeconds * 1000);

export const DAY_MS = 24 * 60 * 60 * 1000;
export const HOUR_MS = 60 * 60 * 1000;
export const MINUTE_MS = 60 * 1000;
