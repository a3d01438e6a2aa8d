import type { TableSpec } from '../assembly/model.ts';
import { AwsError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import { controlledTables, isControl } from './control.ts';
import { type Request, validate } from './dynalite.ts';
import type { Store } from './store.ts';

/**
 * The permissions that a request needs. DynamoDB decrypts the key of a table on behalf of its caller, if it is the customer's
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html).
 */
export function accessOf(store: Store, action: string, request: Request): Access[] {
  const access = accessToTables(store, action, request);
  const tables = [...store.tables.values()].filter(({ arn }) =>
    access.some(({ resource }) => `${resource}/`.startsWith(`${arn}/`)),
  );
  return [...access, ...tables.flatMap(accessToKey)];
}

function accessToKey({ keyArn, arn, tableName }: TableSpec): Access[] {
  if (keyArn === undefined) return [];
  const [, , , region, account = ''] = arn.split(':');
  const context = {
    'kms:ViaService': [`dynamodb.${region}.amazonaws.com`],
    'kms:EncryptionContext:aws:dynamodb:tableName': [tableName],
    'kms:EncryptionContext:aws:dynamodb:subscriberId': [account],
  };
  return [{ action: 'kms:Decrypt', resource: keyArn, context }];
}

/**
 * A transaction needs the action of each of its items
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
 */
function accessToTables(store: Store, action: string, request: Request): Access[] {
  const { RequestItems = {}, TransactItems = [] } = request;
  if (/^(Get|Put|Update|Delete)Item$|^(Query|Scan)$/.test(action)) return [single(store, action, request)];
  if (/^Batch(Get|Write)Item$/.test(action)) {
    return Object.entries(RequestItems).flatMap(([TableName, items]) => {
      const parts =
        'Keys' in items ? items.Keys.map((Key) => ({ Key })) : items.flatMap(Object.values<Request>);
      return parts.map((part) => single(store, action, { ...part, TableName }));
    });
  }
  if (/^Transact(Get|Write)Items$/.test(action)) {
    const parts = TransactItems.flatMap(Object.entries<Request>);
    return parts.map(([kind, part]) => single(store, `${kind}Item`, part));
  }
  if (isControl(action))
    return controlledTables(store, action, request).map((arn) => {
      return { action: `dynamodb:${action}`, resource: arn };
    });
  throw new AwsError('UnknownOperationException', `The local cloud does not emulate dynamodb:${action}.`);
}

function single(store: Store, action: string, request: Request): Access {
  const { TableName, IndexName, Key, Item } = request;
  const { arn, indexes, keySchema } = store.table(TableName);
  const index = indexes.find((one) => one.IndexName === IndexName);
  const partitionKey = (index?.KeySchema ?? keySchema)[0]?.AttributeName ?? '';
  const { KeyConditions } = action === 'Query' ? validate(action, { ...request }) : {};
  // A scan has no leading key.
  const leading = KeyConditions?.[partitionKey]?.AttributeValueList[0] ?? (Key ?? Item)?.[partitionKey] ?? {};
  return {
    action: `dynamodb:${action}`,
    resource: IndexName ? `${arn}/index/${IndexName}` : arn,
    context: { 'dynamodb:LeadingKeys': Object.values(leading).map(String) },
  };
}
