/** `nbwss verify`: examines a deployment, and the assumptions about AWS. */
import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { GATEWAY_KINDS, type GatewayKind } from '../../../lambdas/platform/gateway/kinds.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { readCertificates } from '../../../netbackup/certificates.ts';
import { collect } from '../../../netbackup/command-line.ts';
import { printable, toStderr, toStdout, type Write } from '../../../netbackup/terminal.ts';
import { type ApiOptions, accountOf, localCertificate, withApi } from '../account.ts';
import { jsonText } from '../secret-file.ts';
import { type ExamineOptions, examineDeployment } from '../verify/examine.ts';
import type { Time } from '../verify/fact.ts';
import { readConcurrency } from '../verify/facts/account.ts';
import { limitsOf } from '../verify/limits.ts';
import { exitCodeOf, formatExamination } from '../verify/report.ts';

interface VerifyOptions extends ApiOptions {
  readonly ca?: readonly string[];
  readonly probe?: string;
  readonly skipSlow?: boolean;
  readonly twoHours?: boolean;
  readonly conformance: boolean;
  readonly gateway?: GatewayKind;
  readonly json?: string;
}

/** Parts that tests replace. */
export type VerifyEnvironment = Pick<ExamineOptions, 'readConcurrency' | 'watchedAtOnce'> & {
  readonly time: Time;
  readonly soonMs: number;
  readonly silenceMs: number;
};

const DEFAULT_ENVIRONMENT: VerifyEnvironment = {
  time: { now: Date.now, pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  soonMs: 15_000,
  silenceMs: 3_000,
  watchedAtOnce: 3,
  readConcurrency,
};

const HELP = `
Creates a group nbwss-verify-… and deletes it at the end. Subscribers of the bus receive events about it.
Exit code: 0 all is as assumed, 1 a fact is different, 2 a clause or the canary's round fails, or nothing could be examined.`;

async function optionsOf(
  options: VerifyOptions,
  warn: Write,
  environment: VerifyEnvironment,
): Promise<ExamineOptions> {
  const { probe: probeUrl } = options;
  const account = await accountOf(options, 'admin');
  const local = await localCertificate(account, options);
  const { time, soonMs, silenceMs } = environment;
  return {
    account,
    trusted: [...(await readCertificates(options.ca ?? [])), ...local],
    conformance: options.conformance,
    ...omitUndefined({ gateway: options.gateway }),
    ...omitUndefined({ probeUrl }),
    waits: {
      time,
      soonMs,
      silenceMs,
      minutes: options.skipSlow !== true,
      hours: options.twoHours === true,
    },
    watchedAtOnce: environment.watchedAtOnce,
    readConcurrency: environment.readConcurrency,
    progress: (what) => warn(`${what}\n`),
  };
}

/** Adds `nbwss verify`. */
export function registerVerify(
  program: Command,
  print = toStdout,
  warn = toStderr,
  environment = DEFAULT_ENVIRONMENT,
): void {
  withApi(program.command('verify').description('examine a deployment, and the assumptions about AWS'))
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: those that this machine trusts); repeatable',
      collect,
    )
    .option(
      '--probe <url>',
      'URL of the probe (output ProbeUrl), to measure also what needs failing functions',
    )
    .option('--skip-slow', 'skip measurements that take ten minutes')
    .option('--two-hours', 'also make measurements that take two hours')
    .option('--no-conformance', 'leave out the conformance suite')
    .addOption(
      new Option('--gateway <name>', 'which gateway, in a deployment with two').choices(GATEWAY_KINDS),
    )
    .option('--json <file>', 'write the results to a file')
    .addHelpText('after', HELP)
    .action(async (options: VerifyOptions) => {
      try {
        const examination = await examineDeployment(await optionsOf(options, warn, environment));
        if (options.json !== undefined)
          await writeFile(options.json, jsonText({ ...examination, limits: limitsOf(examination.facts) }));
        print(`${formatExamination(examination, options.probe !== undefined).join('\n')}\n`);
        process.exitCode = exitCodeOf(examination);
      } catch (error) {
        warn(`${printable(`nbwss verify: ${(error as Error).message}`)}\n`);
        process.exitCode = 2;
      }
    });
}
