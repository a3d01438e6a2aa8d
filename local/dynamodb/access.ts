import { AwsError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Item } from './dynalite.ts';
import type { Store } from './store.ts';

/** The members of DynamoDB requests that permissions look at. */
interface TableRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValues?: string;
  readonly Select?: string;
  readonly AttributesToGet?: readonly string[];
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly FilterExpression?: string;
}

interface BatchRequest {
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, TableRequest>>[];
}

const keyword = /^(AND|OR|NOT|IN|BETWEEN|SET|REMOVE|ADD|DELETE)$/i;

/** Top-level attributes that a request names, for `dynamodb:Attributes`. */
function attributes(request: TableRequest): string[] {
  const { Key, Item, AttributesToGet = [], ExpressionAttributeNames: aliases } = request;
  const expressions = Object.entries(request).filter(([name]) => name.endsWith('Expression'));
  const words =
    expressions
      .map(([, text]) => text)
      .join(' , ')
      .match(/(?<![.:\w#])[A-Za-z_#][\w#]*(?![\w#]|\s*\()/g) ?? [];
  const named = words.filter((word) => !keyword.test(word)).map((word) => aliases?.[word] ?? word);
  return [...Object.keys({ ...Key, ...Item }), ...AttributesToGet, ...named];
}

/** The partition keys that the request can reach, for `dynamodb:LeadingKeys`; none for a scan. */
function leadingKeys(store: Store, request: TableRequest): string[] {
  const { ExpressionAttributeNames: aliases, ExpressionAttributeValues: values } = request;
  const { keySchema, indexes } = store.table(request.TableName);
  const index = indexes.find(({ IndexName }) => IndexName === request.IndexName);
  const name = (index?.KeySchema ?? keySchema)[0]?.AttributeName ?? '';
  const equalities = [...(request.KeyConditionExpression ?? '').matchAll(/([\w#]+)\s*=\s*(:\w+)/g)];
  const queried = equalities.find(([, left = '']) => (aliases?.[left] ?? left) === name)?.[2];
  const value = queried === undefined ? (request.Key ?? request.Item)?.[name] : values?.[queried];
  return Object.values(value ?? {}).map(String);
}

function single(store: Store, action: string, request: TableRequest = {}): Access {
  const { arn } = store.table(request.TableName);
  const { IndexName, ReturnValues, Select } = request;
  return {
    action: `dynamodb:${action}`,
    resource: IndexName ? `${arn}/index/${IndexName}` : arn,
    context: {
      'dynamodb:LeadingKeys': leadingKeys(store, request),
      'dynamodb:Attributes': attributes(request),
      'dynamodb:ReturnValues': ReturnValues ? [ReturnValues] : [],
      'dynamodb:Select': Select ? [Select] : [],
    },
  };
}

/** The single requests inside a batch on one table. */
function batched(items: unknown): TableRequest[] {
  if (Array.isArray(items)) {
    return items.map(
      ({ PutRequest, DeleteRequest }: Record<string, TableRequest>) => PutRequest ?? DeleteRequest ?? {},
    );
  }
  const { Keys = [], ...rest } = items as { readonly Keys?: readonly Item[] };
  return Keys.map((Key) => ({ ...rest, Key }));
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
  const { RequestItems = {}, TransactItems = [] } = input;
  if (/^(Get|Put|Update|Delete)Item$|^(Query|Scan|DescribeTable)$/.test(action))
    return [single(store, action, input)];
  if (/^Batch(Get|Write)Item$/.test(action)) {
    return Object.entries(RequestItems).flatMap(([TableName, items]) =>
      batched(items).map((request) => single(store, action, { ...request, TableName })),
    );
  }
  if (/^Transact(Get|Write)Items$/.test(action)) {
    return TransactItems.flatMap(Object.entries<TableRequest>).map(([kind, request]) =>
      single(store, `${kind}Item`, request),
    );
  }
  throw new AwsError('UnknownOperationException', `The local cloud does not emulate dynamodb:${action}.`);
}
