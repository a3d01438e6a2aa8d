/** Stands between browser and deployment, and keeps the sessions: any API key signs in, with the rights of the admin key. */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deployment } from '../deployment.ts';

const EIGHT_HOURS_MS = 8 * 3600_000;
/** Of one hop, or undone by `fetch`. */
const NOT_PASSED = ['connection', 'content-encoding', 'content-length', 'keep-alive', 'transfer-encoding'];

export interface StandIn {
  /** Without the last slash. */
  readonly url: string;
  /** Ends every session. */
  endSessions(): Promise<void>;
  stop(): Promise<void>;
}

const answer = (response: http.ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

export const serveConsole = async ({ cloud, adminKey }: Deployment): Promise<StandIn> => {
  const sessions = new Map<string, object>();

  const session = (method: string | undefined, response: http.ServerResponse, cookie: string): void => {
    if (method === 'DELETE') sessions.delete(cookie);
    if (method !== 'POST') {
      const known = sessions.get(cookie);
      answer(response, known || method === 'DELETE' ? 200 : 401, known ?? { code: 'unauthorized' });
      return;
    }
    const id = randomBytes(16).toString('hex');
    const expiresAt = new Date(Date.now() + EIGHT_HOURS_MS).toISOString();
    const created = { sessionId: 'session', name: 'admin', scopes: ['admin'], groups: ['*'], expiresAt };
    sessions.set(id, created);
    answer(response, 200, created, { 'set-cookie': `session=${id}; HttpOnly; SameSite=Strict; Path=/` });
  };

  const pass = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _, connection: __, 'content-length': ___, cookie: ____, ...headers } = request.headers;
    const reply = await fetch(`${cloud.apiUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(headers as Record<string, string>), 'x-api-key': adminKey },
      redirect: 'manual',
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const passed = [...reply.headers].filter(([name]) => !NOT_PASSED.includes(name));
    response.writeHead(reply.status, Object.fromEntries(passed));
    response.end(Buffer.from(await reply.arrayBuffer()));
  };

  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const cookie = /session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (pathname === '/v1/session') session(request.method, response, cookie);
    else if (!pathname.startsWith('/console') && !sessions.has(cookie))
      answer(response, 401, { code: 'unauthorized', detail: 'No session.' });
    else pass(request, response).catch((error) => answer(response, 502, { detail: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async endSessions() {
      sessions.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
