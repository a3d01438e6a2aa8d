/** Shared by `nbwss doctor` and `nbwss conformance`. */
import { type CommanderError, InvalidArgumentError } from 'commander';

/** For an option that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** Parses a number of seconds, from `min` to ten minutes. */
export const secondsFrom =
  (min: number) =>
  (text: string): number => {
    if (!/^\d+(\.\d+)?$/.test(text) || Number(text) < min || Number(text) > 600) {
      throw new InvalidArgumentError(`Expected a number of seconds from ${min} to 600.`);
    }
    return Number(text);
  };

/** A wrong command line exits with 2: 1 means warnings. */
export const exitOnWrongUsage = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? 0 : 2);
