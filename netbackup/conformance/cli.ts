import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { readCertificates } from '../certificates.ts';
import { collect, exitOnWrongUsage, secondsFrom, toStderr, toStdout } from '../command-line.ts';
import { ApiOperator } from './api-operator.ts';
import { exitCodeOf, formatResults } from './report.ts';
import { DEFAULT_LIMITS, type Result, runConformance } from './run.ts';

interface Options {
  readonly ca?: readonly string[];
  readonly url?: string;
  readonly keyFile?: string;
  readonly json?: boolean;
  readonly timeout: number;
}

const WARNING =
  'This takes over the session of the group, and leaves made-up jobs and images behind (client nbwss-conformance.example.com). Use a group of its own.\n';

/** Adds `nbwss conformance`: the contract, tried out on an endpoint from NetBackup's side. */
export function registerConformance(program: Command, print = toStdout, warn = toStderr): void {
  program
    .command('conformance')
    .description("run the contract's clauses against an endpoint, from NetBackup's side")
    .exitOverride(exitOnWrongUsage)
    .argument('<file-or-url>', 'endpoint details, of a group for tests')
    .option('--ca <file>', 'PEM certificates to trust (default: the system’s); repeatable', collect)
    .option('--url <url>', "the endpoint's HTTP API, if it is an nbwss-endpoint: checks commands too")
    .option(
      '--key-file <file>',
      'file that holds a key for it, with scope admin; - for standard input (default: $NBWSS_API_KEY)',
    )
    .option('--json', 'results for programs')
    .option(
      '--timeout <seconds>',
      'an answer that takes longer counts as none',
      secondsFrom(2),
      DEFAULT_LIMITS.answerMs / 1000,
    )
    .addHelpText('after', '\nExit code: 0 everything holds, 1 something is limited, 2 something fails.')
    .action(async (fileOrUrl: string, options: Options) => {
      let results: Result[];
      try {
        const operator = await operatorOf(options);
        const trusted = await readCertificates(options.ca ?? []);
        warn(WARNING);
        results = await runConformance(fileOrUrl, {
          trusted,
          limits: { answerMs: options.timeout * 1000 },
          ...(operator && { operator }),
        });
      } catch (error) {
        warn(`nbwss conformance: ${(error as Error).message}\n`);
        process.exitCode = 2;
        return;
      }
      print(
        options.json ? `${JSON.stringify({ results }, null, 2)}\n` : `${formatResults(results).join('\n')}\n`,
      );
      process.exitCode = exitCodeOf(results);
    });
}

/** Throws an Error when half of it is missing. A key is never an argument: every user of the machine can read those. */
async function operatorOf({ url, keyFile }: Options) {
  if (url === undefined) return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`--url ${url} is not a URL`);
  const key = keyFile === undefined ? process.env['NBWSS_API_KEY'] : await keyIn(keyFile);
  if (!key) throw new Error('--url needs --key-file, or NBWSS_API_KEY in the environment');
  return ({ groupId }: { readonly groupId: string }) => new ApiOperator(url, key, groupId);
}

async function keyIn(file: string): Promise<string> {
  return (file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')).trim();
}
