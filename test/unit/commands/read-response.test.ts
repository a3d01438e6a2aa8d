import { readResponse } from '../../../lambdas/commands/receive-response.ts';
import { vector } from '../../support/fakes.ts';

/** Reads a payload as part of a message. */
const read = (payload: unknown) => readResponse(payload, JSON.stringify({ payload }));

describe('readResponse', () => {
  it('CMD-4 reads the vector', () => {
    const { payload } = vector('command-response') as { payload: { headers: object; body: string } };
    expect(read(payload)).toEqual({
      response: {
        status: 200,
        headers: { 'content-type': 'application/vnd.netbackup+json;version=7.0', 'cache-control': 'private' },
        body: payload.body,
      },
    });
  });

  const noPayload = 'the response had no payload';
  const noCode = 'the response had no usable responseCode';

  it.each<[unknown, string]>([
    [undefined, noPayload],
    [null, noPayload],
    ['text', noPayload],
    [[200], noPayload],
    [{}, noCode],
    [{ responseCode: 102, body: '' }, noCode],
    [{ responseCode: 200.5, Body: 'x' }, noCode],
  ])('%j is not a response, and has no body: the whole message is kept', (payload, reason) => {
    const body = JSON.stringify({ payload });
    expect(read(payload)).toEqual({ response: { headers: {}, body }, reason, isWhole: true });
  });

  it.each([600, 1000, null, true, '2000', '99', '0200', ' 200', '200 ', '2e2', '0xc8', '200.0', '', [200]])(
    'a responseCode of %j is not usable, and the body is kept',
    (responseCode) => {
      expect(read({ responseCode, headers: { ETag: 'a', 'Set-Cookie': 'b' }, body: '{"a":1}' })).toEqual({
        response: { headers: { etag: 'a' }, body: '{"a":1}' },
        reason: noCode,
      });
    },
  );

  it.each([200, 204, 304, 599, '200', '599'])('CMD-4 a status of %j is a response', (responseCode) => {
    expect(read({ responseCode })).toEqual({
      response: { status: Number(responseCode), headers: {}, body: '' },
    });
  });

  it.each<[unknown, string]>([
    [{ a: [1, '夜'] }, '{"a":[1,"夜"]}'],
    [null, ''],
    [0, '0'],
    ['', ''],
    ['<html>', '<html>'],
    ['a\ud800b', 'a\ufffdb'],
  ])('the body %j is stored as text', (body, expected) => {
    expect(read({ responseCode: 200, body })).toMatchObject({ response: { body: expected } });
  });

  it('a body that is not a string keeps every byte', () => {
    const message = '{"payload":{"responseCode":200,"body":{"n":9007199254740993, "x":1E20}}}';
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readResponse(payload, message)).toMatchObject({
      response: { body: '{"n":9007199254740993, "x":1E20}' },
    });
  });

  it('a body may be nested deeply', () => {
    const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const message = `{"payload":{"responseCode":200,"body":${body}}}`;
    const { payload } = JSON.parse(message) as { payload: unknown };
    expect(readResponse(payload, message)).toMatchObject({ response: { body } });
  });

  it.each<[unknown, Record<string, string>]>([
    [
      {
        ETag: { toString: 1 },
        Location: null,
        Allow: ['GET', 'POST'],
        'Retry-After': [[5]],
        'Content-Type': ['a'],
      },
      { allow: 'GET, POST', 'content-type': 'a' },
    ],
    [
      { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b', 'X-NetBackup-Count': 5, Location: 'a\nb' },
      { 'content-type': 'text/html', 'x-netbackup-count': '5' },
    ],
    [
      {
        ETag: 'x'.repeat(8200),
        'X-NetBackup-A': 'y'.repeat(8000),
        'X-NetBackup-B': 'z'.repeat(200),
        Allow: 'GET',
      },
      { 'x-netbackup-a': 'y'.repeat(8000), allow: 'GET' },
    ],
    [
      { 'Content-Length': 5, ETag: 'a' },
      { 'content-length': '5', etag: 'a' },
    ],
    [{ 'Content-Length': '5, 5' }, {}],
    [null, {}],
    ['text', {}],
  ])('of the headers %j the valid ones are read', (headers, expected) => {
    expect(read({ responseCode: 200, headers })).toMatchObject({ response: { headers: expected } });
  });
});
