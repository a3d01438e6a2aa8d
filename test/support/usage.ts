/** Counts what a running deployment uses (bench/cost). */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Counts, PerTable, Usage } from '../../bench/cost/counts.ts';
import { itemSize } from '../../local/dynamodb/size.ts';
import { plain, resources, templates } from '../infra/templates.ts';
import type { Deployment } from './deployment.ts';
import type { RawClient } from './raw-client.ts';

const TABLES = resources(templates.data, 'AWS::DynamoDB::Table');
const FUNCTION = /-(Session|Notify|Respond|Project|Sweep|Api|Command)/;
/** `Journal/feed` from the name of the table in AWS and the index. */
const shortName = ({ resources: all }: Deployment['cloud'], name: string): string => {
  const [physicalId = '', ...index] = name.split('/');
  const [logicalId] = Object.entries(all).find(([, one]) => one.physicalId === physicalId) ?? [physicalId];
  return [plain(logicalId), ...index].join('/');
};

const addTo = (counts: Record<string, number>, key: string, value: number): void => {
  counts[key] = (counts[key] ?? 0) + value;
};
const sorted = (counts: Record<string, number>): PerTable =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * What an act uses, with everything that follows from it. Calls of users are not counted.
 * @param clients whose messages count; the act may add some
 */
export const usageOf = async (
  { cloud }: Deployment,
  clients: readonly RawClient[],
  act: () => Promise<unknown>,
): Promise<Usage> => {
  const [calls, events, invoked] = [cloud.calls.mark(), cloud.events.mark(), cloud.lambda.invocations.mark()];
  const messages = () => clients.reduce((all, { sent, received }) => all + sent + received.length, 0);
  const before = messages();
  await act();
  await cloud.drained();
  const invocations: Record<string, number> = {};
  for (const name of cloud.lambda.invocations.since(invoked))
    addTo(invocations, FUNCTION.exec(name)?.[1]?.toLowerCase() ?? name, 1);
  const writeUnits: Record<string, number> = {};
  let readUnits = 0;
  let kmsRequests = 0;
  for (const call of cloud.calls.since(calls)) {
    if (call.functionName === undefined) continue;
    readUnits += call.readUnits;
    if (call.service === 'kms') kmsRequests++;
    if (call.writeUnits > 0)
      for (const [name, units] of Object.entries(call.perIndex))
        addTo(writeUnits, shortName(cloud, name), units);
  }
  const published = cloud.events.since(events).map(({ event }) => Buffer.byteLength(JSON.stringify(event)));
  return {
    messages: messages() - before,
    requests: (invocations['api'] ?? 0) + (invocations['command'] ?? 0),
    invocations: sorted(invocations),
    writeUnits: sorted(writeUnits),
    readUnits,
    events: published.length,
    eventBytes: published.reduce((all, bytes) => all + bytes, 0),
    kmsRequests,
  };
};

/** Applies a function to every number of a usage. */
const mapNumbers = (usage: Usage, other: Usage, change: (one: number, other: number) => number): Usage => {
  const record = (one: PerTable, more: PerTable): PerTable => {
    const changed = Object.keys({ ...one, ...more }).map(
      (name) => [name, change(one[name] ?? 0, more[name] ?? 0)] as const,
    );
    return sorted(Object.fromEntries(changed.filter(([, value]) => value !== 0)));
  };
  return {
    messages: change(usage.messages, other.messages),
    requests: change(usage.requests, other.requests),
    invocations: record(usage.invocations, other.invocations),
    writeUnits: record(usage.writeUnits, other.writeUnits),
    readUnits: change(usage.readUnits, other.readUnits),
    events: change(usage.events, other.events),
    eventBytes: change(usage.eventBytes, other.eventBytes),
    kmsRequests: change(usage.kmsRequests, other.kmsRequests),
  };
};

export const rounded = (value: number): number => Number(value.toFixed(3));
/** The usage of one of `count`. */
export const dividedBy = (count: number, usage: Usage): Usage =>
  mapNumbers(usage, usage, (one) => rounded(one / count));
/** What one used more than the other. */
export const difference = (one: Usage, other: Usage): Usage =>
  mapNumbers(one, other, (a, b) => rounded(a - b));

const indexesOf = (table: string): string[] =>
  (TABLES[table]?.Properties.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName }: { IndexName: string }) => IndexName,
  );

/** DynamoDB adds this to each item and index entry (docs: CapacityUnitCalculations). */
const OVERHEAD_BYTES = 100;

/** What tables and their indexes hold now, in bytes. */
export const storedBytes = async (
  { cloud }: Deployment,
  tables: readonly string[],
): Promise<Record<string, number>> => {
  const { region, endpointUrl, credentials } = cloud;
  const client = new DynamoDBClient({ region, endpoint: endpointUrl, credentials });
  const bytes: Record<string, number> = {};
  for (const [id, { type, physicalId: TableName }] of Object.entries(cloud.resources)) {
    const table = tables.find((name) => plain(id) === name);
    if (type !== 'AWS::DynamoDB::Table' || table === undefined) continue;
    for (const index of [undefined, ...indexesOf(table)]) {
      const query = { TableName, ...(index === undefined ? {} : { IndexName: index }) };
      for await (const { Items = [] } of paginateScan({ client }, query)) {
        for (const item of Items) {
          const size = itemSize(JSON.parse(JSON.stringify(item, asBase64)));
          addTo(bytes, index === undefined ? table : `${table}/${index}`, size + OVERHEAD_BYTES);
        }
      }
    }
  }
  client.destroy();
  return bytes;
};
/** Binary values as on the wire. */
const asBase64 = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

/** What the templates contain that costs something every month. */
export const deploymentCounts = (): Counts['deployment'] => {
  const { service, monitoring, data } = templates;
  const count = (template: typeof service, type: string) => Object.values(resources(template, type));
  const alarms = [service, monitoring].flatMap((one) => count(one, 'AWS::CloudWatch::Alarm'));
  const stages = count(service, 'AWS::ApiGatewayV2::Stage');
  const routesOf = (protocol: string) =>
    count(service, 'AWS::ApiGatewayV2::Route').filter(
      ({ Properties }) => service.Resources[Properties.ApiId.Ref]?.Properties.ProtocolType === protocol,
    ).length;
  const everywhere = (type: string) =>
    [data, service, monitoring].flatMap((template) => count(template, type)).length;
  return {
    // An alarm on an expression costs as much as its metrics.
    alarmMetrics: alarms.reduce(
      (all, { Properties: { Metrics } }) =>
        all + (Metrics?.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat).length ?? 1),
      0,
    ),
    compositeAlarms: everywhere('AWS::CloudWatch::CompositeAlarm'),
    dashboards: everywhere('AWS::CloudWatch::Dashboard'),
    keys: everywhere('AWS::KMS::Key'),
    detailedMetrics: stages.some(({ Properties }) => Properties.DefaultRouteSettings?.DetailedMetricsEnabled),
    webSocketRoutes: routesOf('WEBSOCKET'),
    httpRoutes: routesOf('HTTP'),
    recoverable: Object.entries(TABLES)
      .filter(
        ([, { Properties }]) =>
          Properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
      )
      .map(([name]) => name),
  };
};
