import { z } from 'zod';
import type { TableSpec } from '../assembly/model.ts';
import { AwsError } from '../errors.ts';
import { notEmulated } from '../front-door/service.ts';
import { rejectRequest } from './dynalite.ts';
import { describe, indexOperations, itemOperations, type Store } from './store.ts';

const on = z.literal(true);
const TableName = z.string();
/** The operations on tables, with the members that are emulated. */
const REQUESTS = {
  DescribeTable: z.strictObject({ TableName }),
  RestoreTableToPointInTime: z.strictObject({
    SourceTableName: z.string(),
    TargetTableName: z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/),
    UseLatestRestorableTime: z.boolean().optional(),
    RestoreDateTime: z.number().optional(),
  }),
  UpdateTimeToLive: z.strictObject({
    TableName,
    TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: on }),
  }),
  UpdateContinuousBackups: z.strictObject({
    TableName,
    PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }),
  }),
  UpdateTable: z.strictObject({
    TableName,
    StreamSpecification: z.strictObject({ StreamEnabled: on, StreamViewType: z.string() }).optional(),
    DeletionProtectionEnabled: z.boolean().optional(),
  }),
} as const;
type Action = keyof typeof REQUESTS;
type Input<A extends Action> = z.infer<(typeof REQUESTS)[A]>;

/** Whether an action of DynamoDB is about a table, not its items. */
export const isControl = (action: string): action is Action => Object.hasOwn(REQUESTS, action);

/** The ARNs of the tables that a request names. */
export const controlledTables = (store: Store, action: Action, input: unknown): string[] => {
  const request = REQUESTS[action].parse(input);
  return [store.table('TableName' in request ? request.TableName : request.SourceTableName).arn];
};

/** Creates and changes tables outside the assembly; they are active immediately. */
export const control = async (store: Store, action: Action, input: unknown): Promise<object> => {
  switch (action) {
    case 'DescribeTable':
      return { Table: describe(store.table(REQUESTS[action].parse(input).TableName)) };
    case 'RestoreTableToPointInTime':
      return { TableDescription: describe(await restore(store, REQUESTS[action].parse(input))) };
    case 'UpdateTimeToLive': {
      const { TableName: name, TimeToLiveSpecification: ttl } = REQUESTS[action].parse(input);
      const table = store.table(name);
      if (table.ttlAttribute) rejectRequest('TimeToLive is already enabled');
      await store.define({ ...table, ttlAttribute: ttl.AttributeName });
      return { TimeToLiveSpecification: ttl };
    }
    case 'UpdateContinuousBackups': {
      const { TableName: name, PointInTimeRecoverySpecification: recovery } = REQUESTS[action].parse(input);
      const pointInTimeRecovery = recovery.PointInTimeRecoveryEnabled;
      await store.define({ ...store.table(name), pointInTimeRecovery });
      return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED' } };
    }
    case 'UpdateTable': {
      const { TableName: name, StreamSpecification: stream } = REQUESTS[action].parse(input);
      const table = store.table(name);
      if (stream && table.streamViewType) rejectRequest('Table already has an enabled stream');
      const changed = stream ? { ...table, streamViewType: stream.StreamViewType } : table;
      await store.define(changed);
      return { TableDescription: describe(changed) };
    }
  }
};

/**
 * Copies items and indexes. As on AWS, stream, expiry and recovery of the copy are off
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.Tutorial.html).
 */
async function restore(store: Store, request: Input<'RestoreTableToPointInTime'>): Promise<TableSpec> {
  const { SourceTableName, TargetTableName, UseLatestRestorableTime: latest, RestoreDateTime } = request;
  if (latest !== true || RestoreDateTime !== undefined)
    throw notEmulated('a restore to another time than the latest');
  const { ttlAttribute, streamViewType, ...source } = store.table(SourceTableName);
  if (!source.pointInTimeRecovery)
    throw new AwsError(
      'PointInTimeRecoveryUnavailableException',
      `Point in time recovery is not enabled for table '${SourceTableName}'`,
    );
  if (store.tables.has(TargetTableName))
    throw new AwsError('TableAlreadyExistsException', `Table already exists: ${TargetTableName}`);
  const rename = (text: string) => text.replace(`:table/${SourceTableName}`, `:table/${TargetTableName}`);
  const table: TableSpec = {
    ...source,
    logicalId: TargetTableName,
    tableName: TargetTableName,
    arn: rename(source.arn),
    streamArn: rename(source.streamArn),
    pointInTimeRecovery: false,
  };
  await store.exclusive(async () => {
    const items = await store.items(store.table(SourceTableName));
    const changes = items.map((item) => ({ table, old: undefined, new: item }));
    await store.batch(changes.flatMap((change) => [...itemOperations(change), ...indexOperations(change)]));
    await store.define(table);
  });
  return table;
}
