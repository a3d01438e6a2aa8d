/** Alarms about tables and functions: the same for each. */
import type { AlarmFact, WriteOperation } from '../alarm-fact.ts';
import type { TableKey } from '../function-declaration.ts';
import { FUNCTIONS, type FunctionName } from '../functions.ts';
import { capitalized, LASTING, ONCE, REPEATED } from './alarm-row.ts';

/** The writes by which notifications, connections and commands are stored; one request can write to many indexes. */
const WRITES: Readonly<Partial<Record<TableKey, readonly WriteOperation[]>>> = {
  journal: ['PutItem'],
  jobs: ['PutItem'],
  images: ['PutItem'],
  backups: ['PutItem'],
  groups: ['UpdateItem'],
  connections: ['PutItem', 'UpdateItem'],
  commands: ['PutItem', 'UpdateItem'],
};

export const tables: AlarmFact[] = Object.entries(WRITES).map(([table, operations]) => ({
  id: `${capitalized(table)}Throttled`,
  group: 'Tables',
  section: 'table-throttled',
  signal: { throttled: table as TableKey, operations },
  above: 0,
  ...LASTING,
  meaning: `Writes to the table ${capitalized(table)} or its indexes are throttled repeatedly. One group may write too much.`,
}));

/** Functions without which NetBackup is not served. */
const VITAL: readonly string[] = ['session', 'notify'] satisfies FunctionName[];

export const ofFunction = (name: FunctionName | 'console'): AlarmFact[] => [
  {
    id: `${capitalized(name)}Errors`,
    group: 'Functions',
    section: 'function-errors',
    signal: { lambda: 'Errors', of: name },
    above: 0,
    ...REPEATED,
    ...(VITAL.includes(name) && { isDown: true }),
    meaning: `The function ${capitalized(name)} repeatedly crashes, times out or does not start.`,
  },
  {
    id: `${capitalized(name)}Throttles`,
    group: 'Functions',
    section: 'function-throttles',
    signal: { lambda: 'Throttles', of: name },
    above: 0,
    ...ONCE,
    meaning: `The function ${capitalized(name)} was throttled: the account's concurrency is too small.`,
  },
];

export const functions = (Object.keys(FUNCTIONS) as FunctionName[]).flatMap(ofFunction);
