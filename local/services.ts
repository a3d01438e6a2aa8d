import type { Resolved } from './assembly/intrinsics.ts';
import { createDynamoDb } from './dynamodb/service.ts';
import { StartError } from './errors.ts';
import { createEventBridge, type RecordedEvent } from './events/bus.ts';
import { createDelivery } from './events/deliver.ts';
import { createSchedules } from './events/schedules.ts';
import { Recorder } from './front-door/record.ts';
import { createKms } from './kms.ts';
import type { ServiceContext } from './service-context.ts';
import { createSqs } from './sqs.ts';
import { createStreamLog } from './streams/log.ts';
import { createMapping, type MappingProperties } from './streams/mapping.ts';
import { isFunction } from './types.ts';

/** Creates the services behind the front door, with what an earlier run left in the same store. */
export async function startServices(context: ServiceContext) {
  const { resolver, model, store, clock, log } = context;
  const sqs = await createSqs(context);
  const kms = await createKms(context);
  const deliver = createDelivery(context, (queueArn, body) =>
    sqs.send(queueArn, body).catch((error: Error) => log({ source: 'sqs', message: error.message })),
  );
  const events = new Recorder<RecordedEvent>();
  const bus = createEventBridge(context, deliver, events);
  const schedules = createSchedules(context, deliver);
  const mappings = resolver
    .all<MappingProperties>('AWS::Lambda::EventSourceMapping')
    .map((spec) => createMapping(spec, context, mappingTarget(context, sqs.send, spec)));
  const streams = createStreamLog(store, mappings, model.region, () => clock.now());
  const dynamodb = createDynamoDb(context, streams);
  return {
    events,
    schedules,
    streams,
    mappings,
    expireItems: dynamodb.expireItems,
    /** By the prefix of `X-Amz-Target`. */
    byTarget: {
      DynamoDB_20120810: { name: 'dynamodb', service: dynamodb.service },
      AWSEvents: { name: 'events', service: bus },
      AmazonSQS: { name: 'sqs', service: sqs.service },
      TrentService: { name: 'kms', service: kms },
    },
    stop: () => {
      for (const mapping of mappings) mapping.stop();
    },
  };
}

/** The function of a mapping. It must be allowed to read the stream; otherwise Lambda would refuse the mapping. */
function mappingTarget(
  { model, iam, store, log }: ServiceContext,
  sendTo: (queueArn: string, body: string) => Promise<unknown>,
  { logicalId, properties }: Resolved<MappingProperties>,
) {
  const { EventSourceArn, FunctionName } = properties;
  const fn = model.functions.find(isFunction(FunctionName));
  if (
    !fn ||
    ![...store.tables.values()].some((table) => table.streamViewType && table.streamArn === EventSourceArn)
  ) {
    throw new StartError(`${logicalId} does not connect a DynamoDB stream with a function of the assembly.`);
  }
  const denial = (action: string, resource: string) =>
    iam.denial(fn.roleArn, fn.functionName, { action, resource });
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']) {
    const denied = denial(`dynamodb:${action}`, EventSourceArn);
    if (denied) throw new StartError(`${fn.logicalId} cannot read its stream. ${denied}.`);
  }
  const send = async (queueArn: string, body: unknown): Promise<void> => {
    const denied = denial('sqs:SendMessage', queueArn);
    if (denied) log({ source: 'streams', message: denied });
    else await sendTo(queueArn, JSON.stringify(body));
  };
  return { fn, send };
}
