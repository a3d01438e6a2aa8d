/** Serves the built console beside the API. Any API key signs in; requests are passed on with the admin key. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from '../../../console/build.ts';
import type { Deployment } from '../deployment.ts';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
const PASSED = ['content-type', 'location', 'etag', 'link', 'retry-after'];
const EIGHT_HOURS_MS = 8 * 3600_000;

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
  const folder = await mkdtemp(join(tmpdir(), 'nbwss-console-'));
  await buildConsole(folder);
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const sessions = new Map<string, string>();

  const session = (request: http.IncomingMessage, response: http.ServerResponse, cookie: string): void => {
    if (request.method === 'DELETE') sessions.delete(cookie);
    if (request.method === 'POST') {
      const id = randomBytes(16).toString('hex');
      sessions.set(id, new Date(Date.now() + EIGHT_HOURS_MS).toISOString());
      answer(response, 200, describeSession(id), {
        'set-cookie': `session=${id}; HttpOnly; SameSite=Strict; Path=/`,
      });
      return;
    }
    if (sessions.has(cookie)) answer(response, 200, describeSession(cookie));
    else
      answer(response, request.method === 'DELETE' ? 200 : 401, {
        code: 'unauthorized',
        detail: 'No session.',
      });
  };
  const describeSession = (id: string) => ({
    sessionId: 'session',
    name: 'admin',
    scopes: ['admin'],
    groups: ['*'],
    expiresAt: sessions.get(id),
  });

  const file = async (path: string, response: http.ServerResponse): Promise<void> => {
    if (path.startsWith('assets/')) {
      response.writeHead(200, { 'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/css' });
      response.end(await readFile(join(folder, path)));
      return;
    }
    const base = '../'.repeat(path.split('/').length - 1) || './';
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': CSP });
    response.end(page.replace('href="./"', `href="${base}"`));
  };

  const pass = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const reply = await fetch(`${cloud.apiUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(headers as Record<string, string>), 'x-api-key': adminKey },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const passed = PASSED.flatMap((name) => {
      const value = reply.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(reply.status, Object.fromEntries(passed));
    response.end(Buffer.from(await reply.arrayBuffer()));
  };

  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const cookie = /session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (pathname === '/v1/session') session(request, response, cookie);
    else if (pathname.startsWith('/console/')) void file(pathname.slice('/console/'.length), response);
    else if (!sessions.has(cookie)) answer(response, 401, { code: 'unauthorized', detail: 'No session.' });
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
      await rm(folder, { recursive: true, force: true });
    },
  };
};
