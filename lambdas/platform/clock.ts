/** Milliseconds since the UNIX epoch. Injected wherever time decides something. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Epoch seconds, as DynamoDB's TTL and NBWSS's timeStamp want them. */
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export const isoTime = (ms: number): string => new Date(ms).toISOString();

export const DAY_MS = 24 * 60 * 60 * 1000;
export const HOUR_MS = 60 * 60 * 1000;
export const MINUTE_MS = 60 * 1000;
