/** A call that a person writes becomes a command, or it is said what is wrong with it. */
import {
  commandOf,
  isChange,
  METHODS,
  NEW_CALL,
  readHeaders,
  wrongParts,
} from '../../../console/src/views/explorer/request.ts';

it('headers are read line by line', () => {
  expect(readHeaders('Accept: application/json\n\n  X-Reason:  a: b \n')).toEqual({
    Accept: 'application/json',
    'X-Reason': 'a: b',
  });
  expect(readHeaders('')).toEqual({});
  for (const text of ['Accept', 'a b: c', ': value']) expect(readHeaders(text)).toBeUndefined();
});

it.each<[Partial<typeof NEW_CALL>, string[]]>([
  [{}, []],
  [{ uri: '/netbackup/admin/jobs?page[limit]=10' }, []],
  [{ uri: '/elsewhere' }, ['uri']],
  [{ uri: '/netbackup/a b' }, ['uri']],
  [{ headers: 'nonsense' }, ['headers']],
  [{ headers: 'authorization: mine' }, ['headers']],
])('%j: wrong are %j', (change, wrong) => {
  expect(wrongParts({ ...NEW_CALL, ...change }, true)).toEqual(wrong);
});

it('without another credential, Authorization may be among the headers', () => {
  expect(wrongParts({ ...NEW_CALL, headers: 'Authorization: mine' }, false)).toEqual([]);
});

it('a call that only reads has no body, and is not asked about', () => {
  expect(METHODS.filter((method) => !isChange({ method }))).toEqual(['GET', 'HEAD']);
  expect(commandOf({ ...NEW_CALL, body: '{}' }, undefined)).toEqual({
    method: 'GET',
    uri: '/netbackup/ping',
    deliverWithin: 0,
  });
});

it('a body is sent as it was written, with the credential that was chosen', () => {
  const form = { method: 'POST', uri: '/netbackup/x', headers: 'Accept: a/b', body: '{"a": 1}' } as const;
  expect(commandOf(form, 'mine')).toEqual({
    method: 'POST',
    uri: '/netbackup/x',
    headers: { Accept: 'a/b', Authorization: 'mine' },
    parameters: '{"a": 1}',
    deliverWithin: 0,
  });
});
