import { type Command, InvalidArgumentError } from 'commander';
import { collect } from '../command-line.ts';
import { printable, printLine } from '../terminal.ts';
import { DEFAULT_QUIRKS } from './assumptions.ts';
import { FAULTS } from './faults/faults.ts';
import { attachLiveOutput, formatTotals, type Print, type Totals } from './live-output.ts';
import type { NetBackupPrimary } from './primary.ts';
import { DEFAULT_NAME } from './primary-options.ts';
import { DEFAULT_API_VERSION } from './rest/create.ts';
import { createDomains, readScenario, SCENARIOS, type SimulateOptions } from './simulate.ts';

interface CommandOptions extends SimulateOptions {
  readonly once?: boolean;
  readonly for?: number;
}

/** Adds `nbwss simulate`: one or more simulated NetBackup domains, until Ctrl-C. */
export function registerSimulate(program: Command, print: Print = printLine): void {
  program
    .command('simulate')
    .description('run a simulated NetBackup primary against an endpoint')
    .requiredOption('--endpoint <file-or-url>', 'endpoint details; repeatable', collect)
    .option(
      '--ca <file>',
      'PEM certificates to trust (default: those that this machine trusts); repeatable',
      collect,
    )
    .option('--scenario <name-or-file>', `plays ${[...SCENARIOS.keys()].join(', ')}, or a JSON file`)
    .option('--rate <number>', 'random backups and restores: the number an hour', amount)
    .option('--properties <file>', 'an nbwss.properties file')
    .option('--quick', 'no delays, for live use')
    .option('--fault <name[=N]>', 'simulates a fault; repeatable, see below', collect)
    .option(
      '--assume <name=value>',
      'behaviour that the guide does not specify; repeatable, see docs/simulator.md',
      collect,
    )
    .option(
      '--domains <number>',
      'number of domains; {n} in --endpoint is the number of each',
      wholeNumber,
      1,
    )
    .option('--target <url>', 'forwards commands to a real primary, https://primary:1556')
    .option('--name <host>', 'host name of the primary', DEFAULT_NAME)
    .option('--time-zone <name>', 'time zone of the primary', DEFAULT_QUIRKS.timeZone)
    .option('--start-at <time>', 'time of the primary at its start, e.g. 2026-11-01T05:59:56Z', isoTime)
    .option('--api-version <version>', 'newest version of its REST API', DEFAULT_API_VERSION)
    .option('--seed <number>', 'seed of all random values (default: random)', wholeNumber)
    .option('--once', 'stops when the scenario is played and acknowledged')
    .option('--for <seconds>', 'stops after this number of seconds', amount)
    .addHelpText('after', faultHelp)
    .action(async (options: CommandOptions) => {
      process.exitCode = await simulate(options, print);
    });
}

/** Exit code: 0; 1 after a contract violation; 2 when it could not start, or a domain never connected. */
async function simulate(options: CommandOptions, print: Print): Promise<number> {
  let domains: NetBackupPrimary[];
  let scenario: Awaited<ReturnType<typeof readScenario>> | undefined;
  try {
    if (options.once && options.scenario === undefined) throw new Error('--once needs --scenario');
    scenario = options.scenario === undefined ? undefined : await readScenario(options.scenario);
    domains = await createDomains(options, print);
  } catch (error) {
    print(printable(`nbwss simulate: ${(error as Error).message}`));
    return 2;
  }
  const totals = domains.map((domain) =>
    attachLiveOutput(domain, print, domains.length > 1 ? domain.name : undefined),
  );
  if (options.rate !== undefined) print(`seed ${domains[0]?.seed}: --seed repeats this workload`);
  const end = endCondition(options, domains);
  for (const domain of domains) {
    domain.start();
    if (options.rate !== undefined) domain.startWorkload(options.rate);
  }
  const played = scenario && Promise.all(domains.map((domain) => domain.play(scenario)));
  await end.when(played);
  await Promise.all(domains.map((domain) => domain.stop()));
  end.clear();
  const sum = totals.reduce(add);
  print(formatTotals(sum));
  if (sum.violations > 0) return 1;
  return totals.every(({ connected }) => connected > 0) ? 0 : 2;
}

/** Ctrl-C, or the end by `--once` or `--for`. */
function endCondition(
  options: CommandOptions,
  domains: readonly NetBackupPrimary[],
): { when(played: Promise<unknown> | undefined): Promise<unknown>; clear(): void } {
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  process.once('SIGINT', interrupt);
  const timer = options.for === undefined ? undefined : setTimeout(interrupt, options.for * 1000);
  return {
    when: (played) => {
      const idle = options.once && played?.then(() => Promise.all(domains.map((domain) => domain.idle())));
      return Promise.race(idle ? [interrupted, idle] : [interrupted]);
    },
    clear: () => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
    },
  };
}

function add(a: Totals, b: Totals): Totals {
  return {
    sent: a.sent + b.sent,
    acknowledged: a.acknowledged + b.acknowledged,
    resent: a.resent + b.resent,
    answered: a.answered + b.answered,
    connected: a.connected + b.connected,
    disconnected: a.disconnected + b.disconnected,
    violations: a.violations + b.violations,
  };
}

function faultHelp(): string {
  const lines = Object.entries(FAULTS).map(([name, { description, amount }]) => {
    const number = amount ? ` (N ${amount[0]}; default ${amount[1]})` : '';
    return `  ${(amount ? `${name}[=N]` : name).padEnd(22)} ${description}${number}`;
  });
  return `\nFaults:\n${lines.join('\n')}`;
}

/** Parses an ISO 8601 time with a zone to epoch milliseconds. */
function isoTime(text: string): number {
  const time = Date.parse(text);
  // Date.parse takes 30 February for 2 March.
  const isDay = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text) || !isDay || Number.isNaN(time))
    throw new InvalidArgumentError('Expected a time such as 2026-11-01T05:59:56Z.');
  return time;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.');
  return Number(text);
}

function amount(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return Number(text);
}
