/** The tables of docs/cost.md. `test/unit/cost/cost-document.test.ts` compares them with the page. */

import { BATCHES, type Counts, type Usage, writeUnits } from './counts.ts';
import { ASSUMPTIONS, monthlyCost, type Scenario, scenarioOf, totalOf } from './model.ts';
import { PRICES, type PriceName, usdOf } from './prices.ts';
import { relayCost } from './relay.ts';

type Cell = string | number;
const markdown = (head: readonly Cell[], rows: readonly (readonly Cell[])[]): string => {
  const line = (cells: readonly Cell[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
};

/** A number with spaces between thousands. */
const grouped = (value: number, digits = 0): string => {
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ' ') + (fraction === undefined ? '' : `.${fraction}`);
};
export const usd = (value: number): string => grouped(value, value < 100 ? 2 : 0);
/** Whole numbers without fraction, small ones with two digits. */
export const quantity = (value: number): string =>
  grouped(value, value >= 100 || Number.isInteger(value) ? 0 : 2);

/** What needs a table or an index. */
const PURPOSES: Readonly<Record<string, string>> = {
  Journal: 'durability; rebuilding',
  'Journal/feed': '`GET …/events`',
  Jobs: '`GET …/jobs/{id}`',
  'Jobs/by-outcome': '`GET …/jobs` by time and by outcome, the summary',
  'Jobs/by-client': '`?clientName=`',
  'Jobs/by-policy': '`?policyName=`',
  'Jobs/by-parent': '`?parentJobId=`, the tree',
  Images: '`GET …/images/{id}`',
  'Images/by-time': '`GET …/images`',
  'Images/by-client': '`?clientName=`, the images of a job',
  Backups: 'last good backup per client and policy',
  Groups: 'the UTC offset',
};

const LARGEST_FIRST = [...BATCHES].reverse();

const writesTable = ({ notification, journalAsText }: Counts): string =>
  markdown(
    ['write units of a notification', ...LARGEST_FIRST.map((size) => `of ${size}`), 'what needs it'],
    [
      ...Object.entries(PURPOSES).map(([name, purpose]) => [
        name,
        ...LARGEST_FIRST.map((size) => (notification[size].writeUnits[name] ?? 0).toFixed(2)),
        purpose,
      ]),
      ['**sum**', ...LARGEST_FIRST.map((size) => `**${writeUnits(notification[size]).toFixed(2)}**`), ''],
      [
        'Journal, if it were text',
        ...LARGEST_FIRST.map((size) => journalAsText[size].toFixed(2)),
        'saved by compressing',
      ],
    ],
  );

/** DynamoDB, EventBridge, API Gateway and KMS; the duration of functions is not counted. */
const usdOfUsage = (usage: Usage): number => {
  const invocations = Object.values(usage.invocations).reduce((sum, one) => sum + one, 0);
  const parts: readonly (readonly [PriceName, number])[] = [
    ['webSocketMessage', usage.messages],
    ['httpRequest', usage.requests],
    ['invocation', invocations],
    ['writeUnit', writeUnits(usage)],
    ['readUnit', usage.readUnits],
    ['busEvent', usage.events],
    ['kmsRequest', usage.kmsRequests],
  ];
  return parts.reduce((sum, [name, count]) => sum + usdOf(name, count), 0);
};

const operationsTable = (counts: Counts): string => {
  const wholeMessage = (size: number, each: Usage): Usage => ({
    ...each,
    writeUnits: { all: size * writeUnits(each) },
    readUnits: size * each.readUnits,
    events: size * each.events,
  });
  const rows: readonly (readonly [string, Usage])[] = [
    ['CONNECT of a new connection', counts.connect],
    ['end of a connection', counts.disconnect],
    ['heartbeat', counts.heartbeat],
    ...BATCHES.map(
      (size) =>
        [
          size === 1 ? 'message of 1 notification' : `message of ${size} notifications`,
          wholeMessage(size, counts.notification[size]),
        ] as const,
    ),
    ['the message of 30 once more', counts.resend],
    ['command: submitted, answered, read', counts.command],
    ['summary of one group of 25, known', counts.summaryGroup],
    ['summary of one group, computed', counts.overview],
    ['the sweep, without domains', counts.sweep],
    ['the sweep, for each domain', counts.sweepDomain],
    ['review of a domain', counts.review],
  ];
  return markdown(
    ['operation', 'messages', 'invocations', 'write units', 'read units', 'events', 'USD for a million'],
    rows.map(([name, usage]) => [
      name,
      quantity(usage.messages),
      quantity(Object.values(usage.invocations).reduce((sum, one) => sum + one, 0)),
      quantity(writeUnits(usage)),
      quantity(usage.readUnits),
      quantity(usage.events),
      usd(1e6 * usdOfUsage(usage)),
    ]),
  );
};

const EXAMPLES: readonly Scenario[] = [
  scenarioOf({ domains: 1, notifications: 1_000 }),
  scenarioOf({ domains: 100, notifications: 100_000 }),
  scenarioOf({ domains: 5_000, notifications: 5_000_000 }),
];

const examplesTable = (counts: Counts): string => {
  const bills = EXAMPLES.map((scenario) => monthlyCost(scenario, counts));
  const items = (bills[0] ?? []).map(({ item }, index) => ({
    item,
    cells: bills.map((bill) => bill[index]?.usd ?? 0),
  }));
  const head = EXAMPLES.map(
    ({ domains, notifications }) =>
      `${grouped(domains)} ${domains === 1 ? 'domain' : 'domains'}, ${grouped(notifications)} a day`,
  );
  return markdown(
    ['USD a month', ...head],
    [
      ...items
        .filter(({ cells }) => cells.some((value) => value >= 0.005))
        .map(({ item, cells }) => [item, ...cells.map(usd)]),
      ['**sum**', ...bills.map((bill) => `**${usd(totalOf(bill))}**`)],
    ],
  );
};

const relayTable = ({ relay: { oneZone, twoZones } }: Counts): string => {
  const [one, two] = [relayCost(oneZone), relayCost(twoZones)];
  return markdown(
    ['USD a month', 'one zone, one task', 'two zones, two tasks'],
    [
      ...one.map(({ item, usd: cost }, index) => [item, usd(cost), usd(two[index]?.usd ?? 0)]),
      ['**sum**', `**${usd(totalOf(one))}**`, `**${usd(totalOf(two))}**`],
    ],
  );
};

const RETENTIONS: readonly Partial<Scenario>[] = [
  { journalDays: 7, viewDays: 90 },
  { journalDays: 35, viewDays: 90 },
  { journalDays: 35, viewDays: 365 },
  { journalDays: 35, viewDays: 400 },
  { journalDays: 365, viewDays: 400 },
  { journalDays: 35, viewDays: 1_095 },
];
const STORAGE = ['DynamoDB: journal', 'DynamoDB: views', 'DynamoDB: point-in-time recovery'];

const retentionTable = (counts: Counts): string =>
  markdown(
    [
      '`retention.journalDays`, `retention.viewDays`',
      ...STORAGE.map((item) => item.split(': ')[1] ?? ''),
      'sum',
    ],
    RETENTIONS.map((days) => {
      const bill = monthlyCost(scenarioOf({ domains: 100, notifications: 100_000, ...days }), counts);
      const parts = STORAGE.map((item) => bill.find((line) => line.item === item)?.usd ?? 0);
      return [
        `${days.journalDays}, ${days.viewDays}`,
        ...parts.map(usd),
        usd(parts.reduce((sum, one) => sum + one, 0)),
      ];
    }),
  );

const pricesTable = (): string =>
  markdown(
    ['unit', 'USD', 'for', 'as of'],
    Object.values(PRICES).map(({ unit, usd: price, per, source, checked }) => [
      `[${unit}](${source})`,
      price,
      grouped(per),
      checked,
    ]),
  );

const assumptionsTable = (): string => {
  const { durationMs, notificationMs, domainMs, logBytes, accessLogBytes } = ASSUMPTIONS;
  return markdown(
    ['assumed', 'value'],
    [
      ...Object.entries(durationMs).map(([name, ms]) => [`duration of \`${name}\``, `${ms} ms`]),
      ['more of `project` for each notification', `${notificationMs} ms`],
      ['more of `sweep` for each domain', `${domainMs} ms`],
      [
        'logged by an invocation, and by a gateway for a message or request',
        `${logBytes}, ${accessLogBytes} bytes`,
      ],
      ['warnings and errors that occur, each a metric', ASSUMPTIONS.occurringCodes],
      ['jobs in a notification', ASSUMPTIONS.jobsPerNotification],
    ],
  );
};

/** The tables by the names of their places in the page. */
export const documentTables = (counts: Counts): Readonly<Record<string, string>> => ({
  examples: examplesTable(counts),
  operations: operationsTable(counts),
  writes: writesTable(counts),
  relay: relayTable(counts),
  retention: retentionTable(counts),
  assumptions: assumptionsTable(),
  prices: pricesTable(),
});

/** The page with these tables between their marks. @throws Error for a mark that the page lacks */
export const withTables = (page: string, tables: Readonly<Record<string, string>>): string =>
  Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`The page has no place for the table "${name}".`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${table}\n\n${after}`);
  }, page);
