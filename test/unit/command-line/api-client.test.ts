/** The client of the API, against a server that answers as the API does. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, answerUnless, clientOf } from '../../../bin/nbwss/api-client.ts';

const PROBLEM = { 'content-type': 'application/problem+json' };
const problem = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'The group "berlin" exists already.',
  code: 'group-exists',
  trackingId: 'T-1',
};

describe('the client of the API', () => {
  let server: Server;
  const seen: { line: string; key: unknown; body: string }[] = [];
  afterEach(() => server.close());

  /** Answers each request with the next of these. */
  const clientWith = async (...answers: ((response: ServerResponse) => void)[]) => {
    seen.length = 0;
    server = createServer(async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      seen.push({ line: `${request.method} ${request.url}`, key: request.headers['x-api-key'], body });
      answers[Math.min(seen.length, answers.length) - 1]?.(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return clientOf({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'nbk_x' });
  };
  const json =
    (status: number, value: object, headers: object = { 'content-type': 'application/json' }) =>
    (response: ServerResponse) =>
      response.writeHead(status, { ...headers }).end(JSON.stringify(value));

  it('sends path, query and key, and returns the body', async () => {
    const client = await clientWith(json(200, { items: [], cursor: 'next' }));
    const page = await answerOf(
      client.GET('/v1/groups/{groupId}/jobs', {
        params: { path: { groupId: 'a b' }, query: { limit: 5, outcome: 'failed,warning' } },
      }),
    );
    expect(page.cursor).toBe('next');
    expect(seen).toEqual([
      { line: 'GET /v1/groups/a%20b/jobs?limit=5&outcome=failed%2Cwarning', key: 'nbk_x', body: '' },
    ]);
  });

  it('sends the same body again after the gateway has throttled it', async () => {
    const client = await clientWith(
      json(429, { message: 'Too Many Requests' }),
      json(201, { groupId: 'berlin' }),
    );
    const group = await answerOf(client.POST('/v1/groups', { body: { groupId: 'berlin' } }));
    expect(group.groupId).toBe('berlin');
    expect(seen.map(({ body }) => body)).toEqual(['{"groupId":"berlin"}', '{"groupId":"berlin"}']);
  });

  it('throws a problem as one sentence with the tracking id, and with the code', async () => {
    const client = await clientWith(json(409, problem, PROBLEM));
    const call = () => client.POST('/v1/groups', { body: { groupId: 'berlin' } });
    await expect(answerOf(call())).rejects.toMatchObject({
      message: 'The group "berlin" exists already. (409, T-1)',
      status: 409,
    });
    await expect(answerUnless('group-exists', call())).resolves.toBeUndefined();
    await expect(answerUnless('other', call())).rejects.toThrow('exists already');
  });

  it('says that something else answers', async () => {
    const client = await clientWith((response) => response.writeHead(200).end('<html>'));
    await expect(answerOf(client.GET('/v1/groups'))).rejects.toThrow(
      /^The server at http:\/\/127\.0\.0\.1:\d+ is not this API: <html>$/,
    );
  });

  it('repeats a parameter for each of its values, and sends no others', async () => {
    const client = await clientWith(json(200, { items: [] }));
    await answerOf(client.GET('/v1/groups', { params: { query: { label: ['a=b', 'c=d&e'] } } }));
    expect(seen[0]?.line).toBe('GET /v1/groups?label=a%3Db&label=c%3Dd%26e');
  });

  it('says what a server has answered that sends no problem, or nothing', async () => {
    const client = await clientWith(
      (response) => response.writeHead(502).end('<html>Bad gateway'),
      (response) => response.writeHead(504).end(),
    );
    await expect(answerOf(client.GET('/v1/groups'))).rejects.toThrow(
      'The API answered 502: <html>Bad gateway',
    );
    await expect(answerOf(client.GET('/v1/groups'))).rejects.toThrow('The API answered 504: ');
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const client = await clientWith(() => stop.abort());
    await expect(answerOf(client.GET('/v1/groups', { signal: stop.signal }))).rejects.toThrow(/aborted/);
  });

  it('says which server cannot be reached', async () => {
    const client = await clientWith();
    server.close();
    await once(server, 'close');
    await expect(answerOf(client.GET('/v1/groups'))).rejects.toThrow(/^http:.* cannot be reached: /);
  });

  it('accepts an empty answer', async () => {
    const client = await clientWith((response) => response.writeHead(204).end());
    const params = { path: { keyId: 'hfwdksnpfdqxnacm' } };
    await expect(answerOf(client.DELETE('/v1/keys/{keyId}', { params }))).resolves.toBeUndefined();
  });
});
