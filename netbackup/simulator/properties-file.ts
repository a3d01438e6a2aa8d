import { readFile } from 'node:fs/promises';
import { DEFAULT_PROPERTIES, type NbwssProperties } from './properties.ts';

/** An invalid value; the message names the line. */
class PropertiesError extends Error {
  override readonly name = 'PropertiesError';
}

/** The values of a properties file, with the guide's defaults. */
export interface ParsedProperties {
  readonly properties: NbwssProperties;
  /** Keys that NBWSS does not use, or that are for the vendor's support only (`hibernate.*`), in order. */
  readonly ignored: readonly string[];
}

type Parse = (value: string) => Partial<NbwssProperties> | undefined;

/** A whole number of at least `min`, multiplied by `factor`. */
function number(key: keyof NbwssProperties, factor = 1, min = 1): Parse {
  return (value) => {
    const count = Number(value);
    if (!/^\d+$/.test(value) || count < min || !Number.isSafeInteger(count * factor)) return undefined;
    return { [key]: count * factor };
  };
}

const ignoreDecoder: Parse = (value) =>
  /^(true|false)$/i.test(value) ? { ignoreDecoder: value.toLowerCase() === 'true' } : undefined;

/** PRP-1 to PRP-8: each key's valid values and parser. Only `notification.sendTimeout` is in milliseconds. */
const KEYS: Readonly<Record<string, readonly [expected: string, parse: Parse]>> = {
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
 * Reads the text of `nbwss.properties`: `key = value` or `key: value`, comments with `#` or `!`. The last value of a
 * repeated key counts, as in Java. Throws {@link PropertiesError}.
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
    const [expected, parse] = known;
    const parsed = parse(value);
    if (!parsed) throw new PropertiesError(`line ${index + 1}: ${key} must be ${expected}, not "${value}"`);
    properties = { ...properties, ...parsed };
  }
  return { properties, ignored };
}

/** Reads a properties file. Throws {@link PropertiesError} that names the file. */
export async function readPropertiesFile(path: string): Promise<ParsedProperties> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new PropertiesError(`${path}: cannot read the file (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return parseProperties(text);
  } catch (error) {
    throw error instanceof PropertiesError ? new PropertiesError(`${path}: ${error.message}`) : error;
  }
}
