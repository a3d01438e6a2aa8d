import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { AwsError } from '../errors.ts';
import type { StoreView } from './store.ts';

const actions = {
  BatchGetItem: { run: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { run: batchWriteItem, rules: batchWriteItemRules },
  DeleteItem: { run: deleteItem, rules: deleteItemRules },
  GetItem: { run: getItem, rules: getItemRules },
  PutItem: { run: putItem, rules: putItemRules },
  Query: { run: query, rules: queryRules },
  Scan: { run: scan, rules: scanRules },
  UpdateItem: { run: updateItem, rules: updateItemRules },
};

export type DynaliteAction = keyof typeof actions;

/** A request that passed validation; the members that begin with `_` are dynalite's parsed expressions. */
export type Valid = Record<string, unknown>;

/** dynalite's errors carry status and body. */
function toAwsError(error: unknown): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, string> };
  if (!statusCode || !body) return error;
  const code = String(body['__type']).replace(/^.*#/, '');
  return new AwsError(code, body['message'] ?? body['Message'] ?? '', statusCode);
}

/**
 * Checks a request as DynamoDB does before it looks at any item.
 * @throws AwsError ValidationException, SerializationException
 */
export function validate(action: DynaliteAction, input: unknown, view: StoreView): Valid {
  const { types, custom } = actions[action].rules;
  try {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, custom, view);
    return data;
  } catch (error) {
    throw toAwsError(error);
  }
}

/**
 * Carries out a valid request on a view of the store.
 * @throws AwsError ConditionalCheckFailedException, ValidationException
 */
export function perform(
  action: DynaliteAction,
  view: StoreView,
  data: Valid,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    actions[action].run(view, data, (error, result) => {
      if (error) reject(toAwsError(error));
      else resolve(result ?? {});
    });
  });
}
