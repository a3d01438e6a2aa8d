import { createDynamoDb } from './dynamodb/service.ts';
import { createApiDestinations } from './events/api-destinations.ts';
import { createEventBridge, type RecordedEvent } from './events/bus.ts';
import { createDelivery } from './events/deliver.ts';
import type { SendMessage } from './events/retries.ts';
import { createScheduler } from './events/scheduler.ts';
import { createSchedules } from './events/schedules.ts';
import { Recorder } from './front-door/record.ts';
import { createKms } from './kms.ts';
import { createLambdaApi } from './lambda/api.ts';
import { createAsynchronousInvocation } from './lambda/asynchronous.ts';
import { createS3 } from './s3.ts';
import { createSecretsManager } from './secrets-manager.ts';
import type { ServiceContext } from './service-context.ts';
import { createSes, type SesMail } from './ses.ts';
import { createSns } from './sns.ts';
import { createQueueMapping, isQueue } from './sqs/mapping.ts';
import { createMessages } from './sqs/messages.ts';
import { createSqs } from './sqs/service.ts';
import { createStreamLog } from './streams/log.ts';
import { createMapping } from './streams/mapping.ts';
import { type MappingProperties, mappingTarget } from './streams/target.ts';

/** Creates the services behind the front door, with the data of an earlier run in the same store. */
export async function startServices(context: ServiceContext) {
  const { resolver, model, store, clock, log } = context;
  const messages = await createMessages(context);
  const secrets = createSecretsManager(context);
  const kms = await createKms(context);
  const s3 = createS3(context);
  const sns = createSns(context);
  const sesMails = new Recorder<SesMail>();
  const destinations = createApiDestinations(context);
  const send: SendMessage = (...message) =>
    messages.send(...message).catch((error: Error) => log({ source: 'sqs', message: error.message }));
  const invoke = createAsynchronousInvocation(context, send);
  const deliver = createDelivery(context, sns, destinations, invoke, send, (arn, event) =>
    bus.receive(arn, event),
  );
  const events = new Recorder<RecordedEvent>();
  const bus = createEventBridge(context, deliver, events);
  const schedules = createSchedules(context, deliver);
  const scheduler = createScheduler(context, invoke, send);
  const specs = resolver.all<MappingProperties>('AWS::Lambda::EventSourceMapping');
  const mappings = specs
    .filter((spec) => !isQueue(spec))
    .map((spec) => createMapping(spec, context, mappingTarget(context, s3, messages.send, spec)));
  const queueMappings = specs.filter(isQueue).map((spec) => createQueueMapping(spec, context, messages));
  const streams = createStreamLog(store, mappings, model.region, () => clock.now());
  const dynamodb = createDynamoDb(context, streams);
  return {
    events,
    mails: sns.mails,
    sesMails,
    schedules,
    scheduler,
    mappings,
    putSecret: secrets.put,
    /** Starts with the stream records and messages of an earlier run. */
    resume: async () => {
      await streams.resume();
      for (const mapping of queueMappings) mapping.resume();
    },
    expireItems: dynamodb.expireItems,
    /** The services by the prefix of `X-Amz-Target`. */
    byTarget: {
      DynamoDB_20120810: { name: 'dynamodb', service: dynamodb.service },
      AWSEvents: { name: 'events', service: bus.service },
      AmazonSQS: { name: 'sqs', service: createSqs(messages) },
      secretsmanager: { name: 'secretsmanager', service: secrets.service },
      TrentService: { name: 'kms', service: kms },
    },
    /** The services with REST protocols. */
    byName: { s3: s3.service, lambda: createLambdaApi(context), ses: createSes(context, sesMails) },
    stop: () => {
      for (const mapping of mappings) mapping.stop();
      destinations.stop();
    },
  };
}
