import { type Command, Option } from 'commander';
import { readCertificates } from '../certificates.ts';
import { collect, exitOnWrongUsage, secondsFrom, toStderr, toStdout } from '../command-line.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { diagnosisAsJson, exitCodeOf, formatDiagnosis, LANGUAGES, type Language } from './report.ts';

interface Options {
  readonly ca?: readonly string[];
  readonly connect?: boolean;
  readonly lang: Language;
  readonly json?: boolean;
  readonly timeout: number;
}

/** From here on a URL counts as slow. */
const SLOW_MS = 5_000;

/** Adds `nbwss doctor`: what NetBackup would make of endpoint details, before anybody hands them over. */
export function registerDoctor(program: Command, print = toStdout, warn = toStderr): void {
  program
    .command('doctor')
    .description("examine endpoint details and the endpoint behind them, from NetBackup's side")
    .exitOverride(exitOnWrongUsage)
    .argument('<file-or-url>', 'endpoint details')
    .option('--ca <file>', 'PEM certificates to trust (default: the system’s); repeatable', collect)
    .option('--connect', 'also present the token: takes over a live session, uses up an invitation')
    .addOption(new Option('--lang <language>', 'language').choices(Object.keys(LANGUAGES)).default('en'))
    .option('--json', 'findings for programs')
    .option('--timeout <seconds>', 'how long each step may take', secondsFrom(0.1), 10)
    .addHelpText('after', '\nExit code: 0 nothing is wrong, 1 warnings, 2 it will not work.')
    .action(async (fileOrUrl: string, options: Options) => {
      let diagnosis: Diagnosis;
      try {
        const trusted = await readCertificates(options.ca ?? []);
        if (options.connect) warn(`${LANGUAGES[options.lang].connectWarning}\n`);
        diagnosis = await diagnose(fileOrUrl, {
          trusted,
          connect: options.connect === true,
          timeoutMs: options.timeout * 1000,
          slowMs: SLOW_MS,
          now: Date.now,
        });
      } catch (error) {
        warn(`nbwss doctor: ${(error as Error).message}\n`);
        process.exitCode = 2;
        return;
      }
      print(
        options.json
          ? `${JSON.stringify(diagnosisAsJson(diagnosis, options.lang), null, 2)}\n`
          : `${formatDiagnosis(diagnosis, options.lang).join('\n')}\n`,
      );
      process.exitCode = exitCodeOf(diagnosis);
    });
}
