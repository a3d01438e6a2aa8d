/** What the commands that examine an endpoint share. */
import { type CommanderError, InvalidArgumentError } from 'commander';

export type Write = (text: string) => void;

export const toStdout: Write = (text) => void process.stdout.write(text);
export const toStderr: Write = (text) => void process.stderr.write(text);

/** For an option that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** Reads seconds, from `least` to ten minutes. */
export const secondsFrom =
  (least: number) =>
  (text: string): number => {
    if (!/^\d+(\.\d+)?$/.test(text) || Number(text) < least || Number(text) > 600) {
      throw new InvalidArgumentError(`A number of seconds is needed, from ${least} to 600.`);
    }
    return Number(text);
  };

/** A wrong command line must not pass for what 1 means: that there is something to read, and nothing to mend. */
export const exitOnWrongUsage = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? 0 : 2);
