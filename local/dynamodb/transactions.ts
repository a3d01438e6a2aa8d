import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../errors.ts';
import type { Answer } from '../front-door/service.ts';
import { type Request, rejectRequest, validate } from './dynalite.ts';
import { keyOf } from './size.ts';
import type { Store } from './store.ts';

const MAX_ITEMS = 100;
/** How long a ClientRequestToken is stored. */
const TOKEN_MS = 10 * 60_000;

/** A valid request, single or an item of a transaction. A check runs as a delete that is not stored. */
export function partOf(kind: string, request: Request) {
  const { ReturnValuesOnConditionCheckFailure: returnOnFailure, ...rest } = request;
  const check = kind === 'ConditionCheckItem';
  if (check && !rest['ConditionExpression']) rejectRequest('ConditionExpression must not be null');
  const action = check ? 'DeleteItem' : kind;
  return { action, data: validate(action, rest), check, returnOnFailure };
}

export type Part = ReturnType<typeof partOf>;

/** The items of a transaction. @throws AwsError ValidationException for an invalid request. */
export function partsOf(store: Store, action: string, { TransactItems = [] }: Request): Part[] {
  if (TransactItems.length < 1 || TransactItems.length > MAX_ITEMS) {
    const range = `greater than or equal to 1 and less than or equal to ${MAX_ITEMS}`;
    rejectRequest(`Value at 'transactItems' failed to satisfy constraint: Member must have length ${range}`);
  }
  const kinds = action === 'TransactGetItems' ? ['Get'] : ['Put', 'Update', 'Delete', 'ConditionCheck'];
  const keys = new Set<string>();
  return TransactItems.map((item) => {
    const [[kind = '', request = {}] = [], more] = Object.entries(item);
    if (more || !kinds.includes(kind)) rejectRequest(`An item of ${action} has one of ${kinds}`);
    const part = partOf(`${kind}Item`, kind === 'Get' ? { ...request, ConsistentRead: true } : request);
    const { TableName, Key, Item = Key ?? {} } = part.data;
    const key = JSON.stringify([TableName, keyOf(store.table(TableName).keySchema, Item)]);
    if (keys.has(key)) rejectRequest('Transaction request cannot include multiple operations on one item');
    keys.add(key);
    return part;
  });
}

/** The error of a transaction: a reason per item, in their order. */
export function cancelled(outcomes: readonly unknown[]): AwsError {
  const reasons = outcomes.map((error) => {
    if (!(error instanceof AwsError)) return { Code: 'None' };
    const Code = error.code === 'ValidationException' ? 'ValidationError' : 'ConditionalCheckFailed';
    return { Code, Message: error.message, ...error.members };
  });
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}

/** Runs each ClientRequestToken once. */
export function onceByToken(now: () => number) {
  const known = new Map<unknown, { readonly at: number; readonly items: unknown }>();
  return async (token: unknown, items: unknown, work: () => Promise<Answer>): Promise<Answer> => {
    for (const [old, { at }] of known) if (now() - at > TOKEN_MS) known.delete(old);
    const before = known.get(token);
    if (before && !isDeepStrictEqual(before.items, items)) {
      const message = 'The request uses the same client token as a previous, but non-identical request.';
      throw new AwsError('IdempotentParameterMismatchException', message);
    }
    if (before) return { body: {} };
    const answer = await work();
    if (token !== undefined) known.set(token, { at: now(), items });
    return answer;
  };
}
