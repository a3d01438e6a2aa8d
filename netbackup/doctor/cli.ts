import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCertificates } from '../certificates.ts';
import { collect, exitOnWrongUsage, secondsFrom } from '../command-line.ts';
import { printable, printableLines, toStderr, toStdout } from '../terminal.ts';
import { type Diagnosis, type DoctorOptions, diagnose } from './diagnose.ts';
import { diagnosisAsJson, exitCodeOf, formatDiagnosis, LANGUAGES, type Language } from './report.ts';

interface Options {
  readonly ca?: readonly string[];
  readonly connect?: boolean;
  readonly lang: Language;
  readonly json?: boolean;
  readonly timeout: number;
  readonly fingerprint?: string;
}

/** How to ask the provider of an endpoint for its certificate. */
export interface FingerprintSource {
  readonly withOptions: (command: Command) => Command;
  /** Undefined when the options do not ask for it. */
  readonly fingerprintOf: (options: object) => DoctorOptions['expectedFingerprint'];
}

/** As NetBackup, browsers and openssl show it, in any letter case, with or without colons. */
const fingerprint = (text: string): string => {
  const digits = text.replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits))
    throw new InvalidArgumentError('Expected a SHA-256 fingerprint: 64 hexadecimal digits.');
  return digits.replace(/..(?=.)/g, '$&:');
};

/** A details URL that takes longer counts as slow. */
const SLOW_MS = 5_000;

/** Adds `nbwss doctor`: checks endpoint details before they are handed to a NetBackup administrator. */
export function registerDoctor(
  program: Command,
  print = toStdout,
  warn = toStderr,
  fingerprintSource?: FingerprintSource,
): void {
  const command = program.command('doctor');
  (fingerprintSource?.withOptions(command) ?? command)
    .description("check endpoint details and the endpoint that they describe, from NetBackup's side")
    .exitOverride(exitOnWrongUsage)
    .argument('<file-or-url>', 'endpoint details')
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: those that this machine trusts); repeatable',
      collect,
    )
    .option('--fingerprint <sha256>', 'the certificate that the endpoint must have', fingerprint)
    .option('--connect', 'also send the token: this replaces a live session and consumes an invitation')
    .addOption(new Option('--lang <language>', 'language').choices(Object.keys(LANGUAGES)).default('en'))
    .option('--json', 'print the findings as JSON')
    .option('--timeout <seconds>', 'timeout of each step', secondsFrom(0.1), 10)
    .addHelpText('after', '\nExit code: 0 no problems, 1 warnings, 2 errors.')
    .action(async (fileOrUrl: string, options: Options) => {
      let diagnosis: Diagnosis;
      try {
        const { fingerprint: expected } = options;
        const trusted = await readCertificates(options.ca ?? []);
        if (options.connect) warn(`${LANGUAGES[options.lang].connectWarning}\n`);
        diagnosis = await diagnose(fileOrUrl, {
          trusted,
          connect: options.connect === true,
          expectedFingerprint: expected ? async () => expected : fingerprintSource?.fingerprintOf(options),
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
