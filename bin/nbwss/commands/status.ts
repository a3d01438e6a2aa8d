/** `nbwss status` and `nbwss watch`: what is wrong where, once or all the time. */
import type { Command } from 'commander';
import { secondsFrom } from '../../../netbackup/command-line.ts';
import { clearScreen, printLine, warnLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, isTransient } from '../api-client.ts';
import { pause, untilInterrupted } from '../interrupt.ts';
import { printJson, withJson, withLabels } from '../lists.ts';
import { isWrong, printStatus, readStatus, type Status } from '../status.ts';
import { wholeNumber } from '../whole-number.ts';

const MAX_HOURS = 168;
/** Of `nbwss status` when something is wrong. */
const WRONG = 3;

interface StatusOptions extends ApiOptions {
  readonly label?: string[];
  readonly hours: number;
  readonly json?: boolean;
}

const status = async ({ label, hours, json, ...options }: StatusOptions): Promise<void> => {
  const found = await readStatus(await apiClient(options), { label, hours });
  if (json) printJson(found);
  else printStatus(found);
  if (isWrong(found)) process.exitCode = WRONG;
};

const draw = (found: Status): void => {
  clearScreen();
  printLine(`${found.asOf}, Ctrl-C to end`);
  printStatus(found);
};

const watch = async ({
  label,
  hours,
  every,
  ...options
}: StatusOptions & { readonly every: number }): Promise<void> =>
  untilInterrupted(async (signal) => {
    const api = await apiClient(options, signal);
    while (!signal.aborted) {
      try {
        draw(await readStatus(api, { label, hours }));
      } catch (error) {
        if (signal.aborted || !isTransient(error)) throw error;
        warnLine(`${(error as Error).message} Trying again every ${every} seconds.`);
      }
      await pause(every * 1000, signal);
    }
  });

const withHours = (command: Command): Command =>
  withLabels(withAccount(command)).option(
    '--hours <n>',
    `of the numbers, 1 to ${MAX_HOURS}`,
    wholeNumber(1, MAX_HOURS),
    24,
  );

/** Adds `nbwss status`. */
export const registerStatus = (program: Command): void => {
  withJson(withHours(program.command('status').description('what is wrong where, on one screen')))
    .addHelpText(
      'after',
      `\nExit code: 0 nothing is wrong, ${WRONG} something is, 1 the status cannot be read.`,
    )
    .action(status);
};

/** Adds `nbwss watch`. */
export const registerWatch = (program: Command): void => {
  withHours(program.command('watch').description('the screen of nbwss status, again and again until Ctrl-C'))
    .option('--every <seconds>', 'how often', secondsFrom(1), 10)
    .action(watch);
};
