import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCertificates } from '../probe/certificates.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { diagnosisAsJson, exitCodeOf, formatDiagnosis, LANGUAGES, type Language } from './report.ts';

interface Options {
  readonly ca?: readonly string[];
  readonly connect?: boolean;
  readonly lang: Language;
  readonly json?: boolean;
  readonly timeout: number;
}

export type Write = (text: string) => void;

/** From here on a URL counts as slow. */
const SLOW_MS = 5_000;

/** Adds `nbwss doctor`: what NetBackup would make of endpoint details, before anybody hands them over. */
export function registerDoctor(
  program: Command,
  print: Write = (text) => void process.stdout.write(text),
  warn: Write = (text) => void process.stderr.write(text),
): void {
  program
    .command('doctor')
    .description("examine endpoint details and the endpoint behind them, from NetBackup's side")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .argument('<file-or-url>', 'endpoint details')
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: the system’s); repeatable',
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option('--connect', 'also present the token: takes over a live session, uses up an invitation')
    .addOption(new Option('--lang <language>', 'language').choices(Object.keys(LANGUAGES)).default('en'))
    .option('--json', 'findings for programs')
    .option('--timeout <seconds>', 'how long each step may take', seconds, 10)
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

function seconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0 || Number(text) > 600) {
    throw new InvalidArgumentError('A number of seconds is needed, above 0, 600 at most.');
  }
  return Number(text);
}
