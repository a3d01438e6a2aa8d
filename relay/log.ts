/** Named values. Never a token, a key, an Authorization value or a message's text. */
export type Detail = Readonly<Record<string, string | number | boolean | undefined>>;

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LEVELS)[number];
export const LOG_LEVELS: readonly LogLevel[] = LEVELS;

/**
 * Writes one JSON line for each entry, in the form of the functions' lines. `code` is stable, lower case with dashes: operators
 * search for it.
 */
export interface Log {
  debug(code: string, detail?: Detail): void;
  info(code: string, detail?: Detail): void;
  /** Counted as a metric too. */
  warn(code: string, detail?: Detail): void;
  /** Counted as a metric too. */
  error(code: string, error: unknown, detail?: Detail): void;
}

/** The name and message of an error, without the requests and responses of an SDK error. */
export const errorDetail = (error: unknown): Detail =>
  error instanceof Error
    ? { errorName: error.name, errorMessage: error.message }
    : { errorMessage: String(error) };

/**
 * @param level entries below it are not written, but counted
 * @param count counts a warning or an error by its code
 */
export function createLog(
  write: (line: string) => void,
  level: LogLevel,
  count: (code: string) => void = () => {},
): Log {
  const line = (of: LogLevel, code: string, detail: Detail = {}) => {
    if (LEVELS.indexOf(of) < LEVELS.indexOf(level)) return;
    const timestamp = new Date().toISOString();
    write(JSON.stringify({ level: of, message: code, timestamp, service: 'relay', code, ...detail }));
  };
  return {
    debug: (code, detail) => line('DEBUG', code, detail),
    info: (code, detail) => line('INFO', code, detail),
    warn: (code, detail) => {
      line('WARN', code, detail);
      count(code);
    },
    error: (code, error, detail) => {
      line('ERROR', code, { ...detail, ...errorDetail(error) });
      count(code);
    },
  };
}
