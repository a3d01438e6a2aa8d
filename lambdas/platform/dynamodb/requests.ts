/** Converts plain descriptions of writes to DynamoDB requests. Pure. */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Expression, Placeholders, path } from './expression.ts';

export type Item = Record<string, unknown>;
export type Key = Record<string, string | number>;

/** An update. Keys are document paths; an undefined value is not changed. */
export interface Change {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Adds to a number or a set, which is created if it does not exist. */
  readonly add?: Readonly<Record<string, number | ReadonlySet<string>>>;
  /** Removes these elements of sets. A set without elements is removed; elements that are not in it are ignored. */
  readonly take?: Readonly<Record<string, ReadonlySet<string>>>;
}

export const marshallItem = (item: Item): Record<string, AttributeValue> =>
  marshall(item, { removeUndefinedValues: true });

export const putRequest = (table: string, item: Item, condition?: Expression) => {
  const placeholders = new Placeholders();
  return {
    TableName: table,
    Item: marshallItem(item),
    ConditionExpression: condition && placeholders.render(condition),
    ...placeholders.attributes(),
  };
};

export const updateRequest = (table: string, key: Key, change: Change, condition?: Expression) => {
  const placeholders = new Placeholders();
  const set = Object.entries(change.set ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${placeholders.path(path(name))} = ${placeholders.value(value)}`);
  const remove = (change.remove ?? []).map((name) => placeholders.path(path(name)));
  const pairs = (values: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(values).map(
      ([name, value]) => `${placeholders.path(path(name))} ${placeholders.value(value)}`,
    );
  const add = pairs(change.add);
  const take = pairs(change.take);
  const clauses = [
    set.length > 0 ? `SET ${set.join(', ')}` : '',
    remove.length > 0 ? `REMOVE ${remove.join(', ')}` : '',
    add.length > 0 ? `ADD ${add.join(', ')}` : '',
    take.length > 0 ? `DELETE ${take.join(', ')}` : '',
  ].filter(Boolean);
  return {
    TableName: table,
    Key: marshallItem(key),
    UpdateExpression: clauses.join(' '),
    ConditionExpression: condition && placeholders.render(condition),
    ...placeholders.attributes(),
  };
};

export const checkRequest = (table: string, key: Key, condition: Expression) => {
  const placeholders = new Placeholders();
  return {
    TableName: table,
    Key: marshallItem(key),
    ConditionExpression: placeholders.render(condition),
    ...placeholders.attributes(),
  };
};

/** One step of a transaction. */
export const transactPut = (...args: Parameters<typeof putRequest>): TransactWriteItem => ({
  Put: putRequest(...args),
});
export const transactUpdate = (...args: Parameters<typeof updateRequest>): TransactWriteItem => ({
  Update: updateRequest(...args),
});
export const transactCheck = (...args: Parameters<typeof checkRequest>): TransactWriteItem => ({
  ConditionCheck: checkRequest(...args),
});
export const transactDelete = (...args: Parameters<typeof checkRequest>): TransactWriteItem => ({
  Delete: checkRequest(...args),
});
