import { readFile } from 'node:fs/promises';
import { DEFAULT_PROPERTIES, type NbwssProperties } from './properties.ts';

/** A value that NBWSS could not use; the message names the line. */
export class PropertiesError extends Error {
  override readonly name = 'PropertiesError';
}

/** What a properties file says, over the guide's defaults. */
export interface ParsedProperties {
  readonly properties: NbwssProperties;
  /** Keys that mean nothing to NBWSS, or are for the vendor's support only (`hibernate.*`), in order. */
  readonly ignored: readonly string[];
}

type Read = (value: string) => Partial<NbwssProperties> | undefined;

/** A whole number of at least `low`, times `factor`. */
function number(key: keyof NbwssProperties, factor = 1, low = 1): Read {
  return (value) => {
    const count = Number(value);
    if (!/^\d+$/.test(value) || count < low || !Number.isSafeInteger(count * factor)) return undefined;
    return { [key]: count * factor };
  };
}

const ignoreDecoder: Read = (value) =>
  /^(true|false)$/i.test(value) ? { ignoreDecoder: value.toLowerCase() === 'true' } : undefined;

/** PRP-1 to PRP-8: key, what it takes, how it is read. `notification.sendTimeout` alone is in milliseconds. */
const KEYS: Readonly<Record<string, readonly [takes: string, read: Read]>> = {
  'exception.ignoreDecoder': ['true or false', ignoreDecoder],
  'notification.sendTimeout': ['milliseconds', number('sendTimeoutMs')],
  'notification.scheduledRate': ['seconds', number('notificationRateMs', 1000)],
  'notification.delay': ['seconds', number('notificationDelayMs', 1000, 0)],
  'keepAlive.scheduledRate': ['seconds', number('pingIntervalMs', 1000)],
  'keepAlive.maxPongMissAllowed': ['a whole number', number('maxPongMissAllowed')],
  'connectionInfo.period': ['seconds', number('connectionPeriodMs', 1000)],
  'scheduledExecutor.threadPoolSize': ['a whole number', number('threads')],
};

/**
 * Reads the text of `nbwss.properties`: `key = value` or `key: value`, comments with `#` or `!`. A key that stands twice
 * counts as it stands last, as in Java. Throws {@link PropertiesError}.
 */
export function parseProperties(text: string): ParsedProperties {
  let properties = DEFAULT_PROPERTIES;
  const ignored: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    const match = /^([^=:\s]+)\s*[=:]?\s*(.*)$/.exec(line);
    const [, key = '', value = ''] = match ?? [];
    const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (!known) {
      ignored.push(key);
      continue;
    }
    const [takes, read] = known;
    const found = read(value);
    if (!found) throw new PropertiesError(`line ${index + 1}: ${key} takes ${takes}, not "${value}"`);
    properties = { ...properties, ...found };
  }
  return { properties, ignored };
}

/** Reads a properties file. Throws {@link PropertiesError} naming the file. */
export async function readPropertiesFile(path: string): Promise<ParsedProperties> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new PropertiesError(`${path}: it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return parseProperties(text);
  } catch (error) {
    throw error instanceof PropertiesError ? new PropertiesError(`${path}: ${error.message}`) : error;
  }
}
