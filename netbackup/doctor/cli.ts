import { type Command, Option } from 'commander';
import { readCertificates } from '../certificates.ts';
import { collect, exitOnWrongUsage, secondsFrom } from '../command-line.ts';
import { printable, printableLines, toStderr, toStdout } from '../terminal.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { diagnosisAsJson, exitCodeOf, formatDiagnosis, LANGUAGES, type Language } from './report.ts';

interface Options {
  readonly ca?: readonly string[];
  readonly connect?: boolean;
  readonly lang: Language;
  readonly json?: boolean;
  readonly timeout: number;
}

/** A details URL that takes longer counts as slow. */
const SLOW_MS = 5_000;

/** Adds `nbwss doctor`: checks endpoint details before they are handed to a NetBackup administrator. */
export function registerDoctor(program: Command, print = toStdout, warn = toStderr): void {
  program
    .command('doctor')
    .description("check endpoint details and the endpoint that they describe, from NetBackup's side")
    .exitOverride(exitOnWrongUsage)
    .argument('<file-or-url>', 'endpoint details')
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: those that this machine trusts); repeatable',
      collect,
    )
    .option('--connect', 'also send the token: this replaces a live session and consumes an invitation')
    .addOption(new Option('--lang <language>', 'language').choices(Object.keys(LANGUAGES)).default('en'))
    .option('--json', 'print the findings as JSON')
    .option('--timeout <seconds>', 'timeout of each step', secondsFrom(0.1), 10)
    .addHelpText('after', '\nExit code: 0 no problems, 1 warnings, 2 errors.')
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
        warn(`${printable(`nbwss doctor: ${(error as Error).message}`)}\n`);
        process.exitCode = 2;
        return;
      }
      print(
        options.json
          ? `${printableLines(JSON.stringify(diagnosisAsJson(diagnosis, options.lang), null, 2))}\n`
          : `${formatDiagnosis(diagnosis, options.lang).join('\n')}\n`,
      );
      process.exitCode = exitCodeOf(diagnosis);
    });
}
