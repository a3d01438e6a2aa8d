import { AwsError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Item, Store } from './store.ts';

/** The members of DynamoDB requests that permissions look at. */
export interface TableRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValues?: string;
  readonly Select?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly FilterExpression?: string;
  readonly AttributesToGet?: readonly string[];
}

interface BatchRequest {
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, TableRequest>>[];
}

const words = /^(AND|OR|NOT|IN|BETWEEN|SET|REMOVE|ADD|DELETE)$/i;

/** Top-level attributes that a request names, for `dynamodb:Attributes`. */
function attributes(request: TableRequest): string[] {
  const expressions = [
    request.KeyConditionExpression,
    request.ProjectionExpression,
    request.ConditionExpression,
    request.UpdateExpression,
    request.FilterExpression,
  ].join(' , ');
  const names = expressions.match(/(?<![.:\w#])[A-Za-z_#][\w#]*(?!\s*\()/g) ?? [];
  return [
    ...Object.keys(request.Key ?? {}),
    ...Object.keys(request.Item ?? {}),
    ...(request.AttributesToGet ?? []),
    ...names
      .filter((name) => !words.test(name))
      .map((name) => request.ExpressionAttributeNames?.[name] ?? name),
  ];
}

/** The partition key of each item that the request can reach, for `dynamodb:LeadingKeys`; none for a scan. */
function leadingKeys(store: Store, request: TableRequest): string[] {
  const table = store.table(request.TableName ?? '');
  const index = [...table.globalIndexes, ...table.localIndexes].find(
    ({ IndexName }) => IndexName === request.IndexName,
  );
  const name = (index ?? { KeySchema: table.keySchema }).KeySchema[0]?.AttributeName ?? '';
  let value = (request.Key ?? request.Item)?.[name];
  for (const [, left = '', right = ''] of (request.KeyConditionExpression ?? '').matchAll(
    /([\w#]+)\s*=\s*(:\w+)/g,
  )) {
    if ((request.ExpressionAttributeNames?.[left] ?? left) === name)
      value = request.ExpressionAttributeValues?.[right];
  }
  return value ? [String(Object.values(value)[0])] : [];
}

function single(store: Store, action: string, request: TableRequest): Access {
  const table = store.table(request.TableName ?? '');
  const resource = request.IndexName ? `${table.arn}/index/${request.IndexName}` : table.arn;
  const { ReturnValues, Select } = request;
  return {
    action: `dynamodb:${action}`,
    resource,
    context: {
      'dynamodb:LeadingKeys': leadingKeys(store, request),
      'dynamodb:Attributes': attributes(request),
      ...(ReturnValues ? { 'dynamodb:ReturnValues': [ReturnValues] } : {}),
      ...(Select ? { 'dynamodb:Select': [Select] } : {}),
    },
  };
}

/** The single requests inside a batch, each with its table. */
function* batched(items: unknown): Generator<TableRequest> {
  const { Keys, ...rest } = (Array.isArray(items) ? {} : items) as { Keys?: Item[] };
  for (const Key of Keys ?? []) yield { ...rest, Key };
  for (const write of Array.isArray(items) ? items : []) {
    const { PutRequest, DeleteRequest } = write as Record<string, TableRequest>;
    yield PutRequest ?? DeleteRequest ?? {};
  }
}

/**
 * What a request needs to be allowed. A transaction needs the action of each of its items, as if they came alone
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
 */
export function accessOf(
  store: Store,
  action: string,
  input: TableRequest & BatchRequest,
): readonly Access[] {
  switch (action) {
    case 'GetItem':
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
    case 'Query':
    case 'Scan':
    case 'DescribeTable':
      return [single(store, action, input)];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(input.RequestItems ?? {}).flatMap(([TableName, items]) =>
        [...batched(items)].map((request) => single(store, action, { ...request, TableName })),
      );
    case 'TransactGetItems':
      return (input.TransactItems ?? []).map((item) => single(store, 'GetItem', item['Get'] ?? {}));
    case 'TransactWriteItems':
      return (input.TransactItems ?? []).map((item) => {
        const [kind = '', request = {}] = Object.entries(item)[0] ?? [];
        return single(store, kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, request);
      });
    default:
      throw new AwsError('UnknownOperationException', `The local cloud does not emulate dynamodb:${action}.`);
  }
}
