/** docs/security.md says what each function may do, from lib/functions.ts. UPDATE_DOCS=1 writes the table again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../../../bench/cost/tables.ts';
import type { FunctionDeclaration, TableGrant } from '../../../lib/function-declaration.ts';
import { CANARY, CONSOLE, digestFunction, FUNCTIONS, webhookFunction } from '../../../lib/functions.ts';

const PAGE = 'docs/security.md';
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];
const READS = ['GetItem', 'BatchGetItem', 'Query'];

const named = (names: readonly string[]): string => (names.length === 0 ? '–' : names.join(', '));

const tablesWith = ({ tables }: FunctionDeclaration, isGranted: (grant: TableGrant) => boolean): string =>
  named(
    Object.entries(tables)
      .filter(([, grant]) => isGranted(grant))
      .map(([name, { leadingKeys }]) => `${name}${leadingKeys === undefined ? '' : ' (its own items)'}`),
  );

const others = ({ vault = {}, connections, publishes, mails, secrets }: FunctionDeclaration): string =>
  named([
    ...(vault.Decrypt ? [`decrypts ${vault.Decrypt.join(', ')}`] : []),
    ...(vault.GenerateDataKey ? [`encrypts ${vault.GenerateDataKey.join(', ')}`] : []),
    ...(connections?.includes('POST') ? ['sends to domains'] : []),
    ...(connections?.includes('DELETE') ? ['closes connections'] : []),
    ...(publishes ? ['publishes events'] : []),
    ...(secrets ? ['reads the secrets of signed webhooks', 'sends to their receivers'] : []),
    ...(mails ? ['sends e-mails from one address to the recipients of the configuration'] : []),
  ]);

const row = (name: string, fn: FunctionDeclaration): string => {
  const reads = tablesWith(
    fn,
    ({ actions = [], indexes = [] }) =>
      indexes.length > 0 || actions.some((action) => READS.includes(action)),
  );
  const writes = tablesWith(fn, ({ actions = [] }) => actions.some((action) => WRITES.includes(action)));
  return `| \`${name}\` | ${reads} | ${writes} | ${others(fn)} |`;
};

const TABLE = [
  '| function | reads | writes | and |',
  '|---|---|---|---|',
  ...Object.entries(FUNCTIONS).map(([name, fn]) => row(name, fn)),
  row('canary', CANARY),
  row('console', CONSOLE),
  row(
    'digest',
    digestFunction([{ name: 'daily', from: 'nbwss@example.com', to: ['ops@example.com'] } as never]),
  ),
  row('webhook', webhookFunction(['nbwss/signing'])),
].join('\n');

it('docs/security.md says what each function may do (UPDATE_DOCS=1 npx jest test/unit/docs/security.test.ts)', () => {
  const page = readFileSync(PAGE, 'utf8');
  const expected = withTables(page, { functions: TABLE });
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
