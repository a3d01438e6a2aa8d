import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { readDetails } from './details-url.ts';
import { attachLiveOutput, formatTotals, type Print } from './live-output.ts';
import { NetBackupPrimary, type PrimaryOptions } from './primary.ts';
import { QUICK_PROPERTIES } from './properties.ts';
import { type Scenario, toScenario } from './scenario.ts';
import { demo } from './scenarios/demo.ts';

interface SimulateOptions {
  readonly endpoint: readonly string[];
  readonly ca?: string;
  readonly scenario?: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly seed: number;
  readonly quick?: boolean;
  readonly once?: boolean;
}

const SCENARIOS: ReadonlyMap<string, Scenario> = new Map([[demo.name, demo]]);

/** Adds `nbwss simulate`: a simulated NetBackup primary that runs until Ctrl-C. */
export function registerSimulate(
  program: Command,
  print: Print = (line) => void process.stdout.write(`${line}\n`),
): void {
  program
    .command('simulate')
    .description('run a simulated NetBackup primary against an endpoint')
    .requiredOption('--endpoint <file-or-url>', 'endpoint details; may be given several times', collect, [])
    .option('--ca <file>', 'PEM certificates to trust (default: the system’s)')
    .option('--scenario <name-or-file>', `${[...SCENARIOS.keys()].join(', ')}, or a JSON file`)
    .option('--name <host>', 'host name of the primary', 'primary.example.com')
    .option('--api-version <version>', 'newest version of its REST API', '14.0')
    .option('--seed <number>', 'decides ids and tokens', wholeNumber, 1)
    .option('--quick', 'hold nothing back and look every second, for people who watch')
    .option(
      '--once',
      'stop when all is acknowledged; exit code 1 if anything reached NetBackup that should not',
    )
    .action(async (options: SimulateOptions) => {
      process.exitCode = await simulate(options, print);
    });
}

/** Runs `nbwss simulate`. Returns the exit code: 0, 1 for violations, 2 for what cannot start. */
async function simulate(options: SimulateOptions, print: Print): Promise<number> {
  let primary: NetBackupPrimary;
  let scenario: Scenario | undefined;
  try {
    scenario = options.scenario === undefined ? undefined : await readScenario(options.scenario);
    primary = new NetBackupPrimary(await toPrimaryOptions(options));
  } catch (error) {
    print(`nbwss simulate: ${(error as Error).message}`);
    return 2;
  }
  const totals = attachLiveOutput(primary, print);
  const interrupted = new Promise<void>((resolve) => process.once('SIGINT', resolve));
  primary.start();
  const played = scenario ? primary.play(scenario) : Promise.resolve();
  const finished = options.once ? played.then(() => primary.idle()) : new Promise<void>(() => undefined);
  await Promise.race([interrupted, finished]);
  await primary.stop();
  print(formatTotals(totals));
  return totals.violations > 0 ? 1 : 0;
}

async function toPrimaryOptions(options: SimulateOptions): Promise<PrimaryOptions> {
  const trusted = options.ca === undefined ? [] : [await readText(options.ca)];
  const endpoints = [];
  for (const source of options.endpoint) endpoints.push(await readDetails(source, { trusted }));
  return {
    name: options.name,
    apiVersion: options.apiVersion,
    seed: options.seed,
    endpoints,
    trusted,
    ...(options.quick && { properties: QUICK_PROPERTIES }),
  };
}

async function readScenario(nameOrFile: string): Promise<Scenario> {
  const known = SCENARIOS.get(nameOrFile);
  if (known) return known;
  const text = await readText(nameOrFile);
  try {
    return toScenario(JSON.parse(text));
  } catch (error) {
    throw new Error(`${nameOrFile}: ${(error as Error).message}`);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path}: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`}`,
    );
  }
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}
