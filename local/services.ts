import { randomBytes } from 'node:crypto';
import type { Activity } from './activity.ts';
import type { Resolved, Resolver } from './assembly/intrinsics.ts';
import type { CloudModel } from './assembly/model.ts';
import type { Clock } from './clock.ts';
import { DynamoDb } from './dynamodb/service.ts';
import type { Store } from './dynamodb/store.ts';
import { StartError } from './errors.ts';
import { createEventBridge, type RecordedEvent } from './events/bus.ts';
import { createDelivery } from './events/deliver.ts';
import { createSchedules } from './events/schedules.ts';
import type { Iam } from './front-door/iam.ts';
import { Recorder } from './front-door/record.ts';
import type { KnownCaller } from './front-door/server.ts';
import { Kms } from './kms.ts';
import { Sqs } from './sqs.ts';
import { createStreamLog } from './streams/log.ts';
import { createMapping, type MappingProperties } from './streams/mapping.ts';
import type { FunctionSpec, LambdaService, LocalLog } from './types.ts';

export interface Surroundings {
  readonly resolver: Resolver;
  readonly model: CloudModel;
  readonly iam: Iam;
  readonly store: Store;
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: LocalLog;
  /** Shards of each stream. */
  readonly shards: number;
}

/** Builds the services behind the front door, and brings back what an earlier run of the same store left. */
export async function startServices(surroundings: Surroundings) {
  const { resolver, model, store, clock, log } = surroundings;
  const now = () => clock.now();
  const sqs = new Sqs(resolver.all('AWS::SQS::Queue'), store, now);
  const kms = new Kms(resolver.all('AWS::KMS::Key'), store);
  await sqs.resume();
  await kms.resume();

  const deliver = createDelivery(surroundings, (queueArn, body) =>
    sqs.send(queueArn, body).catch((error: Error) => log({ source: 'sqs', message: error.message })),
  );
  const recorded = new Recorder<RecordedEvent>();
  const events = createEventBridge(surroundings, deliver, recorded);
  const schedules = createSchedules(surroundings, deliver);

  const mappings = resolver
    .all<MappingProperties>('AWS::Lambda::EventSourceMapping')
    .map((spec) => createMapping(spec, surroundings, feeding(surroundings, sqs, spec)));
  const streams = createStreamLog(store, mappings, model.region, now);
  const dynamodb = new DynamoDb(store, streams, now);
  return {
    dynamodb,
    recorded,
    schedules,
    streams,
    mappings,
    /** By what `X-Amz-Target` begins with. */
    byTarget: {
      DynamoDB_20120810: { name: 'dynamodb', service: dynamodb },
      AWSEvents: { name: 'events', service: events },
      AmazonSQS: { name: 'sqs', service: sqs },
      TrentService: { name: 'kms', service: kms },
    },
    stop: () => {
      for (const mapping of mappings) mapping.stop();
    },
  };
}

/** The function of a mapping, which must be allowed to read the stream: else Lambda would refuse the mapping. */
function feeding(
  { model, iam, log }: Surroundings,
  sqs: Sqs,
  { logicalId, properties }: Resolved<MappingProperties>,
) {
  const { EventSourceArn, FunctionName } = properties;
  const fn = model.functions.find(({ arn, functionName }) => [arn, functionName].includes(FunctionName));
  if (!fn || !model.tables.some(({ streamArn }) => streamArn === EventSourceArn)) {
    throw new StartError(
      `${logicalId} does not lead from a DynamoDB stream of the assembly to one of its functions.`,
    );
  }
  const denial = (action: string, resource: string) =>
    iam.denial(fn.roleArn, fn.functionName, { action, resource });
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']) {
    const denied = denial(`dynamodb:${action}`, EventSourceArn);
    if (denied) throw new StartError(`${fn.logicalId} cannot be fed from a stream. ${denied}.`);
  }
  const send = async (queueArn: string, body: unknown): Promise<void> => {
    const denied = denial('sqs:SendMessage', queueArn);
    if (denied) log({ source: 'streams', message: denied });
    else await sqs.send(queueArn, JSON.stringify(body));
  };
  return { fn, send };
}

/** Credentials for an AWS SDK. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who has which access key. Signatures are not verified: the key alone tells who calls. */
export class Callers extends Map<string, KnownCaller> {
  /** A person who may do everything, or an execution environment of a function. */
  issue(spec?: FunctionSpec, environmentId?: string): Credentials {
    const accessKeyId = `${spec ? 'ASIA' : 'AKIA'}${randomBytes(8).toString('hex').toUpperCase()}`;
    const { functionName, logicalId, roleArn } = spec ?? {};
    this.set(accessKeyId, {
      accessKeyId,
      names: [functionName, logicalId].filter((name) => name !== undefined),
      ...(functionName && environmentId && roleArn ? { functionName, environmentId, roleArn } : {}),
    });
    return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64') };
  }
}
