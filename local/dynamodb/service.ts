import { AwsError } from '../errors.ts';
import type { Answer, AwsService } from '../front-door/service.ts';
import type { ServiceContext } from '../service-context.ts';
import { accessOf } from './access.ts';
import { readUnits, type Units, usage, writeUnits } from './capacity.ts';
import { control, isControl } from './control.ts';
import { type Operation, type Request, rejectRequest } from './dynalite.ts';
import { LaggingIndexes } from './lagging-indexes.ts';
import { perform } from './perform.ts';
import { itemSize } from './size.ts';
import { type Change, unchanged } from './store.ts';
import { cancelled, onceByToken, type Part, partOf, partsOf } from './transactions.ts';

/** Receives the changes of a write for the streams. */
export interface ChangeSink {
  /** @returns operations for the same batch, and what to call after it is stored */
  record(
    changes: readonly Change[],
    byService: boolean,
  ): { operations: readonly Operation[]; publish(): void };
}

const expected = (error: unknown): AwsError => {
  if (error instanceof AwsError) return error;
  throw error;
};
const YEARS_5 = 5 * 365 * 86_400;
/** All items of a transaction together. */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** DynamoDB: dynalite's actions under AWS's rules, with transactions, streams and capacity units. */
export function createDynamoDb(context: ServiceContext, sink: ChangeSink) {
  const { store, clock } = context;
  const onceBy = onceByToken(() => clock.now());
  const indexes = new LaggingIndexes(context);

  async function read(parts: readonly Part[], transaction: boolean): Promise<Answer> {
    const results: Request[] = [];
    const units: Units = [];
    for (const part of parts) {
      const found = new Map<string, Change>();
      const result = await perform(store, part, found);
      results.push(result);
      units.push(...readUnits([...found.values()], part.data, result));
    }
    const body = transaction ? { Responses: results } : results[0];
    return { body, usage: usage('readUnits', units, transaction) };
  }

  /** Runs every part, and stores their changes only if all succeed. */
  async function write(parts: readonly Part[], transaction: boolean, lagMs: number): Promise<Answer> {
    const collected = new Map<string, Change>();
    const outcomes: (Request | AwsError)[] = [];
    for (const part of parts) outcomes.push(await perform(store, part, collected).catch(expected));
    const error = outcomes.find((outcome) => outcome instanceof AwsError);
    // An invalid request costs nothing.
    if (error?.code === 'ValidationException' && !transaction) throw error;
    const changes = [...collected.values()].map((change) => (error ? unchanged(change) : change));
    const units = usage('writeUnits', changes.flatMap(writeUnits), transaction);
    if (error) throw Object.assign(transaction ? cancelled(outcomes) : error, { usage: units });
    const bytes = changes.reduce((sum, { new: item = {} }) => sum + itemSize(item), 0);
    if (transaction && bytes > MAX_TRANSACTION_BYTES)
      rejectRequest('Transaction request size exceeded the limit of 4 MB');
    await commit(changes, lagMs);
    return { body: transaction ? {} : outcomes[0], usage: units };
  }

  /** Stores changes and their stream records in one batch. */
  async function commit(changes: readonly Change[], lagMs: number, byService = false): Promise<void> {
    const { operations, publish } = sink.record(changes, byService);
    const writes = changes.flatMap((change) => indexes.operationsOf(change, lagMs));
    await store.batch([...writes, ...operations]);
    publish();
  }

  const service: AwsService = {
    access: (action, input) => accessOf(store, action, input),
    call: async (action, input: Request, { lagMs }) => {
      const { ReturnConsumedCapacity: consumed = 'NONE', TransactItems, ClientRequestToken } = input;
      if (consumed !== 'NONE') rejectRequest('The local cloud does not emulate ReturnConsumedCapacity.');
      if (isControl(action)) return { body: await control(store, action, input) };
      const transaction = action.startsWith('Transact');
      const parts = transaction ? partsOf(store, action, input) : [partOf(action, input)];
      if (/^(Get|BatchGet|Query|Scan)/.test(action)) return read(parts, transaction);
      if (action === 'TransactGetItems') return store.exclusive(() => read(parts, transaction));
      return store.exclusive(() =>
        onceBy(ClientRequestToken, TransactItems, () => write(parts, transaction, lagMs)),
      );
    },
  };

  /** Deletes expired items; their stream records have the `userIdentity` of the service. @returns how many. */
  const expireItems = (at: number): Promise<number> =>
    store.exclusive(async () => {
      const expired: Change[] = [];
      for (const table of store.tables.values()) {
        const { ttlAttribute } = table;
        if (!ttlAttribute) continue;
        for (const old of await store.items(table)) {
          const age = at / 1000 - Number(old[ttlAttribute]?.['N']);
          // DynamoDB keeps items whose expiry is more than five years ago.
          if (age > 0 && age < YEARS_5) expired.push({ table, old, new: undefined });
        }
      }
      await commit(expired, 0, true);
      return expired.length;
    });

  return { service, expireItems };
}
