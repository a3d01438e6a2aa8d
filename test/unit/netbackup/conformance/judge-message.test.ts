import { judgeExchange, judgeMessage } from '../../../../netbackup/conformance/judge-message.ts';
import type { Message } from '../../../../netbackup/index.ts';
import type { Phase } from '../../../../netbackup/wire/peer.ts';

const base = { version: '1.0', id: 'A1', timeStamp: 1_700_000_000, subType: 'RESPONSE' };
const connect = (over: object = {}) => ({ ...base, type: 'CONNECT', payload: { valid: true }, ...over });
const notification = (over: object = {}) => ({ ...base, type: 'NOTIFICATION', payload: [], ...over });
const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=4.0' };
const command = (over: object = {}) => ({
  ...base,
  type: 'COMMAND',
  subType: 'REQUEST',
  payload: { uri: '/netbackup/ping', method: 'GET', headers, ...over },
});

const broken = (said: unknown, phase: Phase = 'established', isBinary = false) => {
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return judgeMessage({ text, isBinary, phase }).map(({ clause }) => clause);
};

test('what the contract allows breaks nothing', () => {
  expect(broken(connect(), 'asked')).toEqual([]);
  expect(broken(connect({ payload: { valid: false } }), 'asked')).toEqual([]);
  expect(broken(notification())).toEqual([]);
  expect(broken(command())).toEqual([]);
  expect(broken(command({ parameters: '{}', headers: { ...headers, Authorization: 'a.b.c' } }))).toEqual([]);
  const spaced = { 'content-type': 'application/vnd.netbackup+json; version=12.0;charset=UTF-8' };
  expect(broken(command({ headers: spaced }))).toEqual([]);
  expect(broken(notification({ trace: 'x' }))).toEqual([]);
});

const ROWS: readonly [what: string, said: unknown, clauses: string[], phase?: Phase][] = [
  ['an empty message', '', ['ENV-5']],
  ['no JSON', 'Forbidden', ['ENV-5']],
  ["the gateway's error frame", { message: 'Internal server error', requestId: 'x' }, ['ENV-5']],
  ['a type of its own', notification({ type: 'STATUS' }), ['ENV-5']],
  ['what only NetBackup sends', notification({ subType: 'REQUEST' }), ['ENV-5']],
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
  ['something acknowledged', notification({ payload: [1] }), ['NOT-3']],
  ['valid as text', connect({ payload: { valid: 'true' } }), ['CON-2']],
  ['anything before CONNECT REQUEST', command(), ['CON-1', 'CON-2'], 'opened'],
  ['a command before CONNECT RESPONSE', command(), ['CON-2'], 'asked'],
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

test.each(ROWS.map((row) => ({ row })))('$row.0', ({ row: [, said, clauses, phase] }) => {
  expect(broken(said, phase)).toEqual(clauses);
});

test('a binary message is told as that, whatever it says', () => {
  expect(broken(notification(), 'established', true)).toEqual(['ENV-1']);
});

test('evidence is cut: nobody wants 2 MB in a table', () => {
  const [one] = judgeMessage({ text: 'x'.repeat(1_000_000), isBinary: false, phase: 'established' });
  expect(one?.evidence.length).toBeLessThan(200);
});

test('ENV-4: one response, under the id of its request', () => {
  const request = { ...notification({ subType: 'REQUEST' }), id: 'Ab' } as Message;
  const responses = (...ids: string[]) => ids.map((id) => notification({ id }) as Message);
  const judged = (...ids: string[]) => judgeExchange({ request, responses: responses(...ids) });
  expect(judged('Ab')).toEqual([]);
  expect(judged()).toEqual([]);
  expect(judged('ab')).toEqual([
    { clause: 'ENV-4', evidence: 'NOTIFICATION REQUEST "Ab" was answered as "ab"' },
  ]);
  expect(judged('Ab', 'Ab')).toEqual([
    { clause: 'ENV-4', evidence: 'NOTIFICATION REQUEST "Ab" was answered 2 times' },
  ]);
});
