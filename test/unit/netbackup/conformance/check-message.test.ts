import { checkExchange, checkMessage } from '../../../../netbackup/conformance/check-message.ts';
import type { Message } from '../../../../netbackup/wire/codec.ts';
import type { Phase } from '../../../../netbackup/wire/peer.ts';

const base = { version: '1.0', id: 'A1', timeStamp: 1_700_000_000, subType: 'RESPONSE' };
const connect = (overrides: object = {}) => ({
  ...base,
  type: 'CONNECT',
  payload: { valid: true },
  ...overrides,
});
const notification = (overrides: object = {}) => ({
  ...base,
  type: 'NOTIFICATION',
  payload: [],
  ...overrides,
});
const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=4.0' };
const command = (overrides: object = {}) => ({
  ...base,
  type: 'COMMAND',
  subType: 'REQUEST',
  payload: { uri: '/netbackup/ping', method: 'GET', headers, ...overrides },
});

const clausesOf = (message: unknown, phase: Phase = 'established', isBinary = false) => {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return checkMessage({ text, isBinary, phase }).map(({ clause }) => clause);
};

test('valid messages violate nothing', () => {
  expect(clausesOf(connect(), 'requested')).toEqual([]);
  expect(clausesOf(connect({ payload: { valid: false } }), 'requested')).toEqual([]);
  expect(clausesOf(notification())).toEqual([]);
  expect(clausesOf(command())).toEqual([]);
  expect(clausesOf(command({ parameters: '{}', headers: { ...headers, Authorization: 'a.b.c' } }))).toEqual(
    [],
  );
  const spaced = { 'content-type': 'application/vnd.netbackup+json; version=12.0;charset=UTF-8' };
  expect(clausesOf(command({ headers: spaced }))).toEqual([]);
  expect(clausesOf(notification({ trace: 'x' }))).toEqual([]);
});

const ROWS: readonly [what: string, message: unknown, clauses: string[], phase?: Phase][] = [
  ['an empty message', '', ['ENV-5']],
  ['text that is not JSON', 'Forbidden', ['ENV-5']],
  ["the gateway's error frame", { message: 'Internal server error', requestId: 'x' }, ['ENV-5']],
  ['an unknown type', notification({ type: 'STATUS' }), ['ENV-5']],
  ['a message that only NetBackup sends', notification({ subType: 'REQUEST' }), ['ENV-5']],
  ['a list', [notification()], ['ENV-1']],
  ['no version', notification({ version: undefined }), ['ENV-2']],
  ['version 1', notification({ version: 1 }), ['ENV-2']],
  ['a number for an id', notification({ id: 7 }), ['ENV-2']],
  ['an empty id', notification({ id: '' }), ['ENV-2']],
  ['text for a time', notification({ timeStamp: '1700000000' }), ['ENV-2']],
  ['milliseconds', notification({ timeStamp: 1_700_000_000_000 }), ['ENV-2']],
  ['an object for an array', notification({ payload: {} }), ['ENV-3', 'NOT-3']],
  ['an array for an object', connect({ payload: [] }), ['ENV-3']],
  ['no payload', connect({ payload: undefined }), ['ENV-3']],
  ['a payload in an acknowledgement', notification({ payload: [1] }), ['NOT-3']],
  ['valid as text', connect({ payload: { valid: 'true' } }), ['CON-2']],
  ['anything before CONNECT REQUEST', command(), ['CON-1', 'CON-2'], 'opened'],
  ['a command before CONNECT RESPONSE', command(), ['CON-2'], 'requested'],
  ['a command after a refusal', command(), ['CON-3'], 'refused'],
  ['a whole URL', command({ uri: 'https://primary/netbackup/ping' }), ['CMD-2']],
  ['a method in lower case', command({ method: 'get' }), ['CMD-2']],
  ['no headers', command({ headers: undefined }), ['CMD-2']],
  ['a number for a header', command({ headers: { ...headers, X: 1 } }), ['CMD-2']],
  ['a body as an object', command({ parameters: {} }), ['CMD-2']],
  ['another media type', command({ headers: { 'Content-Type': 'application/json' } }), ['CMD-3']],
  ['no version in it', command({ headers: { 'Content-Type': 'application/vnd.netbackup+json' } }), ['CMD-3']],
  ['Bearer', command({ headers: { ...headers, authorization: 'Bearer a.b.c' } }), ['CMD-3']],
];

test.each(ROWS.map((row) => ({ row })))('$row.0', ({ row: [, message, clauses, phase] }) => {
  expect(clausesOf(message, phase)).toEqual(clauses);
});

test('a binary message violates ENV-1, whatever its content', () => {
  expect(clausesOf(notification(), 'established', true)).toEqual(['ENV-1']);
});

test('long evidence is shortened', () => {
  const [one] = checkMessage({ text: 'x'.repeat(1_000_000), isBinary: false, phase: 'established' });
  expect(one?.evidence.length).toBeLessThan(200);
});

test('ENV-4: one response, under the id of its request', () => {
  const request = { ...notification({ subType: 'REQUEST' }), id: 'Ab' } as Message;
  const responses = (...ids: string[]) => ids.map((id) => notification({ id }) as Message);
  const check = (...ids: string[]) => checkExchange({ request, responses: responses(...ids) });
  expect(check('Ab')).toEqual([]);
  expect(check()).toEqual([]);
  expect(check('ab')).toEqual([
    { clause: 'ENV-4', evidence: 'NOTIFICATION REQUEST "Ab" was answered as "ab"' },
  ]);
  expect(check('Ab', 'Ab')).toEqual([
    { clause: 'ENV-4', evidence: 'NOTIFICATION REQUEST "Ab" was answered 2 times' },
  ]);
});
