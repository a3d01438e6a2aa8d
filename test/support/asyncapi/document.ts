/** The AsyncAPI 3 document: the socket from docs/contract.md, the bus from the schemas of its events. */

import { AWS_LIMITS } from '../../../gateway/limits.ts';
import { EVENT_SCHEMAS } from '../../../lambdas/platform/bus/event-schemas.ts';
import { GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES } from '../../../lambdas/protocol/limits.ts';
import type { Contract, ContractMessage, Field } from './contract.ts';

type Schema = Readonly<Record<string, unknown>>;
/** A message of the document. */
export interface Message extends Schema {
  readonly title: string;
}

/** `CONNECT REQUEST` as the name of a component: `ConnectRequest`. */
const pascal = (name: string): string =>
  name
    .toLowerCase()
    .split(' ')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');

const TYPES: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  object: { type: 'object' },
  'object of strings': { type: 'object', additionalProperties: { type: 'string' } },
  'object or array': {},
  'array of objects': { type: 'array', items: { type: 'object' } },
};

const schemaOf = ({ type, meaning }: Field): Schema => {
  const schema = TYPES[type.replace(', optional', '')];
  if (!schema) throw new Error(`docs/contract.md has a field of the type ${JSON.stringify(type)}.`);
  return meaning === '' ? schema : { ...schema, description: meaning };
};

/** Unknown members are allowed (ENV-6). @param more what is known of some of the fields beyond the page */
const objectOf = (fields: readonly Field[], more: Readonly<Record<string, Schema>> = {}): Schema => ({
  type: 'object',
  properties: Object.fromEntries(
    fields.map((field) => [field.name, { ...schemaOf(field), ...more[field.name] }]),
  ),
  required: fields.filter(({ type }) => !type.endsWith(', optional')).map(({ name }) => name),
});

/** An array of groups: of jobs, of images, or of a kind that is not known yet (NOT-1). */
const notifications = ({ fields }: ContractMessage): Schema => {
  const group = fields.get('each object in payload') ?? [];
  const of = (kind: string, data: readonly Field[]) =>
    objectOf(group, { object: { const: kind }, data: { type: 'array', items: objectOf(data) } });
  return {
    type: 'array',
    items: {
      anyOf: [
        of('JOB', fields.get('a JOB') ?? []),
        of('IMAGE', fields.get('an IMAGE') ?? []),
        objectOf(group, { object: { pattern: '^(?!(JOB|IMAGE)$)' } }),
      ],
    },
  };
};

const payloadOf = (message: ContractMessage): Schema => {
  if (message.name === 'NOTIFICATION REQUEST') return notifications(message);
  const fields = message.fields.get('payload');
  return fields ? objectOf(fields) : { type: 'array', maxItems: 0 };
};

const messageOf = (contract: Contract, message: ContractMessage): Message => {
  const { name, description, example, problems } = message;
  const [type = '', subType = ''] = name.split(' ');
  const prefix = `${type.slice(0, 3).replace('COM', 'CMD')}-`;
  return {
    name: pascal(name),
    title: name,
    summary: description,
    contentType: 'application/json',
    correlationId: { $ref: '#/components/correlationIds/messageId' },
    payload: objectOf(contract.envelope, {
      type: { const: type },
      subType: { const: subType },
      payload: payloadOf(message),
    }),
    examples: [{ name: `${pascal(name)}Example`, payload: example }],
    'x-clauses': Object.fromEntries([...contract.clauses].filter(([id]) => id.startsWith(prefix))),
    'x-problems': problems,
  };
};

const EVENT_NAMES = Object.keys(EVENT_SCHEMAS);

const eventOf = (detailType: string): Message => ({
  name: detailType.replaceAll(' ', ''),
  title: detailType,
  contentType: 'application/json',
  payload: {
    type: 'object',
    properties: {
      source: { const: 'nbwss' },
      'detail-type': { const: detailType },
      detail: { $ref: `./event-schemas.json#/${encodeURIComponent(detailType)}` },
    },
    required: ['source', 'detail-type', 'detail'],
  },
});

const refs = (place: string, names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/${place}/${name}` }));
const messagesOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
const ofSocket = (...names: string[]) => refs('channels/nbwss/messages', names);
const SOCKET = { $ref: '#/channels/nbwss' };

/** Seen from the endpoint: `receive` is what NetBackup sends first. */
const OPERATIONS = {
  connect: {
    action: 'receive',
    channel: SOCKET,
    summary: 'NetBackup identifies itself, before anything else.',
    messages: ofSocket('ConnectRequest'),
    reply: { channel: SOCKET, messages: ofSocket('ConnectResponse') },
  },
  notify: {
    action: 'receive',
    channel: SOCKET,
    summary: 'NetBackup reports jobs and images until they are acknowledged.',
    description:
      'NOTIFICATION RESPONSE acknowledges what is stored. What cannot be stored is answered with the COMMAND REQUEST GET /netbackup/ping, and on a connection that is not established with CONNECT RESPONSE: neither acknowledges it.',
    messages: ofSocket('NotificationRequest'),
    reply: {
      channel: SOCKET,
      messages: ofSocket('NotificationResponse', 'CommandRequest', 'ConnectResponse'),
    },
  },
  command: {
    action: 'send',
    channel: SOCKET,
    summary: "The endpoint calls NetBackup's REST API.",
    messages: ofSocket('CommandRequest'),
    reply: { channel: SOCKET, messages: ofSocket('CommandResponse') },
  },
  publish: {
    action: 'send',
    channel: { $ref: '#/channels/bus' },
    summary: 'The endpoint publishes what domains report, at least once, in no order.',
  },
};

export const asyncApiDocument = (contract: Contract) => ({
  asyncapi: '3.0.0',
  info: {
    title: 'nbwss-endpoint',
    version: '1',
    description:
      "The messages between NetBackup's WebSocket Service and this endpoint, and the events on the deployment's bus. `docs/contract.md` has the clauses that are cited, `docs/events.md` describes the events.",
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  defaultContentType: 'application/json',
  servers: {
    endpoint: {
      host: 'nbwss.example.com:443',
      pathname: '/nbwss',
      protocol: 'wss',
      description:
        'The url of the endpoint details (EPT-1). NetBackup connects; the token is in CONNECT REQUEST.',
    },
    eventBridge: {
      host: 'events.eu-central-1.amazonaws.com',
      protocol: 'https',
      description: 'Amazon EventBridge, where rules match events.',
    },
  },
  channels: {
    nbwss: {
      address: '/',
      title: 'The socket',
      description: 'One JSON object in one WebSocket text message (ENV-1).',
      servers: [{ $ref: '#/servers/endpoint' }],
      messages: messagesOf(contract.messages.map(({ name }) => pascal(name))),
      bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      'x-limits': {
        frameBytes: AWS_LIMITS.frameBytes,
        messageBytes: GATEWAY_MESSAGE_BYTES,
        netbackupPacketBytes: NBWSS_PACKET_BYTES,
        description:
          'API Gateway closes with 1009 what has a larger frame or is larger. A COMMAND REQUEST above the limits is refused before it is sent (CMD-5).',
      },
      'x-clauses': Object.fromEntries([...contract.clauses].filter(([id]) => id.startsWith('ENV-'))),
    },
    bus: {
      address: 'EventBusName',
      title: 'The event bus',
      description: 'The bus that the output EventBusName of the deployment names.',
      servers: [{ $ref: '#/servers/eventBridge' }],
      messages: messagesOf(EVENT_NAMES.map((name) => name.replaceAll(' ', ''))),
    },
  },
  operations: OPERATIONS,
  components: {
    correlationIds: {
      messageId: {
        description: 'A response has the id of its request, byte for byte (ENV-4).',
        location: '$message.payload#/id',
      },
    },
    messages: {
      ...Object.fromEntries(contract.messages.map((one) => [pascal(one.name), messageOf(contract, one)])),
      ...Object.fromEntries(EVENT_NAMES.map((name) => [name.replaceAll(' ', ''), eventOf(name)])),
    },
  },
});
