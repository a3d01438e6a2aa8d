/** The AsyncAPI document of the socket: from docs/contract.md, and true of the messages that are sent and parsed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { interpretAll } from '../../../lambdas/notifications/interpret.ts';
import { EVENT_SCHEMAS } from '../../../lambdas/platform/bus/event-schemas.ts';
import { parseMessage } from '../../../lambdas/protocol/codec.ts';
import {
  type CommandCall,
  commandRequest,
  commandResponsePayloadSchema,
  connectPayloadSchema,
  connectResponse,
  idText,
  notificationResponse,
} from '../../../lambdas/protocol/messages.ts';
import { type ContractMessage, readContract } from '../../support/asyncapi/contract.ts';
import { asyncApiDocument } from '../../support/asyncapi/document.ts';
import { vectors } from '../../support/fakes.ts';

const contract = readContract(readFileSync('docs/contract.md', 'utf8'));
const document = asyncApiDocument(contract);
const named = Object.fromEntries(contract.messages.map((one) => [one.name, one]));
const exampleOf = (name: string) => named[name]?.example as ContractMessage['example'];
const componentOf = (name: string) => {
  const found = Object.values(document.components.messages).find(({ title }) => title === name);
  if (!found) throw new Error(`The document has no message ${name}.`);
  return found;
};
const schemaOf = (name: string) =>
  z.fromJSONSchema(componentOf(name)['payload'] as z.core.JSONSchema.JSONSchema);

test('docs/asyncapi.json is generated from the contract and the event schemas (UPDATE_DOCS=1 writes it)', () => {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/asyncapi.json', text);
  expect(JSON.parse(readFileSync('docs/asyncapi.json', 'utf8'))).toEqual(JSON.parse(text));
});

test('it has a request and a response of each type, with clauses, an example and what is done about problems', () => {
  const types = ['CONNECT', 'COMMAND', 'NOTIFICATION'];
  const names = types.flatMap((type) => [`${type} REQUEST`, `${type} RESPONSE`]);
  expect(Object.keys(named)).toEqual(names);
  for (const name of names) {
    const component = componentOf(name);
    expect(Object.keys(component['x-clauses'] as object).length).toBeGreaterThan(4);
    expect(Object.keys(component['x-problems'] as object).length).toBeGreaterThan(2);
  }
});

test.each(contract.messages)('the example of $name is parsed, and conforms to its schema', (message) => {
  const { name, example } = message;
  const parsed = parseMessage(JSON.stringify(example));
  expect(parsed).toEqual({ ok: true, message: example });
  const [type, subType] = name.split(' ');
  expect(example).toMatchObject({ type, subType });
  expect(schemaOf(name).safeParse(example).error).toBeUndefined();
});

test('what NetBackup sends in the examples is understood', () => {
  connectPayloadSchema.parse(exampleOf('CONNECT REQUEST').payload);
  commandResponsePayloadSchema.parse(exampleOf('COMMAND RESPONSE').payload);
  const text = JSON.stringify(exampleOf('NOTIFICATION REQUEST'));
  const kinds = interpretAll({ groupId: 'demo', receivedAt: 0, text }).map(({ kind }) => kind);
  expect(kinds).toEqual(['JOB', 'IMAGE']);
});

test('what is sent in the examples is what the codec writes', () => {
  const written = (name: string, write: (id: string, now: number) => string) => {
    const { id, timeStamp } = exampleOf(name);
    expect(JSON.parse(write(String(id), Number(timeStamp) * 1000))).toEqual(exampleOf(name));
  };
  written('CONNECT RESPONSE', (id, now) => connectResponse(idText(id), true, now));
  written('NOTIFICATION RESPONSE', (id, now) => notificationResponse(idText(id), now));
  const call = exampleOf('COMMAND REQUEST').payload as CommandCall;
  written('COMMAND REQUEST', (id, now) => commandRequest(id, call, now));
});

const messages = vectors.flatMap(({ name, message }) => (message ? [{ name, message }] : []));
test.each(messages)('the vector $name conforms to the schema of its message', ({ message }) => {
  expect(schemaOf(`${message.type} ${message.subType}`).safeParse(message).error).toBeUndefined();
});

test('a message of another shape does not conform', () => {
  const { payload: _, ...rest } = exampleOf('CONNECT REQUEST');
  expect(schemaOf('CONNECT REQUEST').safeParse({ ...rest, payload: {} }).success).toBe(false);
  const job = { notificationType: 'INFO', object: 'JOB', data: [{ jobId: 'x' }] };
  const notification = { ...exampleOf('NOTIFICATION REQUEST'), payload: [job] };
  expect(schemaOf('NOTIFICATION REQUEST').safeParse(notification).success).toBe(false);
});

test('every event of the bus is a message of its channel', () => {
  const titles = Object.keys(document.channels.bus.messages).map(
    (name) => document.components.messages[name]?.title,
  );
  expect(titles).toEqual(Object.keys(EVENT_SCHEMAS));
});
