/** `npm run cost -- --domains 100 --notifications 100000`: the monthly cost of a deployment, item by item. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { table } from '../report.ts';
import { BATCHES, readCounts } from './counts.ts';
import { monthlyCost, type Scenario, scenarioOf, totalOf } from './model.ts';
import { PRICES } from './prices.ts';
import { quantity, usd } from './tables.ts';

const wholeNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const defaults = scenarioOf({ domains: 1, notifications: 0 });
const program = new Command('cost')
  .description('What a deployment costs in us-east-1, in USD a month, without free tiers. See docs/cost.md.')
  .requiredOption('--domains <number>', 'connected NetBackup domains', wholeNumber)
  .requiredOption('--notifications <number>', 'notifications a day, of all domains together', wholeNumber)
  .addOption(
    new Option('--batch <number>', 'notifications in a message')
      .choices(BATCHES.map(String))
      .default(String(defaults.batch)),
  )
  .option('--commands <number>', 'commands a day, of all domains together (10 for each domain)', wholeNumber)
  .option(
    '--polls <number>',
    'how often GET /v1/summary reads all domains, a day',
    wholeNumber,
    defaults.polls,
  )
  .option('--journal-days <number>', 'retention.journalDays', wholeNumber, defaults.journalDays)
  .option('--view-days <number>', 'retention.viewDays', wholeNumber, defaults.viewDays)
  .option('--log-retention-days <number>', 'logRetentionDays', wholeNumber, defaults.logRetentionDays)
  .option('--heartbeat-minutes <number>', 'heartbeatMinutes', wholeNumber, defaults.heartbeatMinutes)
  .option('--function-memory-mb <number>', 'functionMemoryMb', wholeNumber, defaults.functionMemoryMb)
  .parse();

const { batch, ...given } = program.opts<Omit<Scenario, 'batch'> & { batch: string }>();
const size = BATCHES.find((one) => String(one) === batch) ?? defaults.batch;
const lines = monthlyCost(scenarioOf({ ...given, batch: size }), readCounts());
table(
  `${quantity(given.domains)} domains, ${quantity(given.notifications)} notifications a day`,
  ['item', 'quantity', 'unit', 'USD a month'],
  [
    ...lines
      .filter(({ quantity: count }) => count > 0)
      .map(({ item, quantity: count, price, usd: cost }) => [
        item,
        quantity(count),
        PRICES[price].unit,
        usd(cost),
      ]),
    ['sum', '', '', usd(totalOf(lines))],
  ],
);
