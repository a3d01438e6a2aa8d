import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { readCertificates } from '../certificates.ts';
import { collect, exitOnWrongUsage, secondsFrom } from '../command-line.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { printable, printableLines, toStderr, toStdout } from '../terminal.ts';
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
  'This replaces the session of the group, and leaves test jobs and images behind (client nbwss-conformance.example.com). Use a separate group.\n';

/** Adds `nbwss conformance`: checks the contract on an endpoint, from NetBackup's side. */
export function registerConformance(program: Command, print = toStdout, warn = toStderr): void {
  program
    .command('conformance')
    .description("check the contract's clauses on an endpoint, from NetBackup's side")
    .exitOverride(exitOnWrongUsage)
    .argument('<file-or-url>', 'endpoint details of a test group')
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: those that this machine trusts); repeatable',
      collect,
    )
    .option('--url <url>', "the endpoint's HTTP API, if it is an nbwss-endpoint: also checks commands")
    .option(
      '--key-file <file>',
      'file with an API key of scope admin; - for standard input (default: $NBWSS_API_KEY)',
    )
    .option('--json', 'print the results as JSON')
    .option('--timeout <seconds>', 'timeout of each response', secondsFrom(2), DEFAULT_LIMITS.answerMs / 1000)
    .addHelpText('after', '\nExit code: 0 all clauses hold, 1 some are limited, 2 some fail.')
    .action(async (fileOrUrl: string, options: Options) => {
      let results: Result[];
      try {
        const operator = await createOperator(options);
        const trusted = await readCertificates(options.ca ?? []);
        warn(WARNING);
        results = await runConformance(fileOrUrl, {
          trusted,
          limits: { answerMs: options.timeout * 1000 },
          ...omitUndefined({ operator }),
        });
      } catch (error) {
        warn(`${printable(`nbwss conformance: ${(error as Error).message}`)}\n`);
        process.exitCode = 2;
        return;
      }
      print(
        options.json
          ? `${printableLines(JSON.stringify({ results }, null, 2))}\n`
          : `${formatResults(results).join('\n')}\n`,
      );
      process.exitCode = exitCodeOf(results);
    });
}

/** Throws an Error without a key. The key is not an argument, because other users of the machine can read arguments. */
async function createOperator({ url, keyFile }: Options) {
  if (url === undefined) return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`--url ${url} is not a URL`);
  const key = keyFile === undefined ? process.env['NBWSS_API_KEY']?.trim() : await readKey(keyFile);
  if (!key) throw new Error('--url needs --key-file, or NBWSS_API_KEY in the environment');
  // The error of the HTTP header would show it.
  if (!/^[!-~]+$/.test(key)) throw new Error('the API key is not one line without spaces');
  return ({ groupId }: { readonly groupId: string }) => new ApiOperator(url, key, groupId);
}

async function readKey(file: string): Promise<string> {
  return (file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')).trim();
}
