import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WebSocketGateway } from '../../gateway/gateway.ts';
import { type TaskAddress, taskOf } from '../connection-id.ts';
import type { Log } from '../log.ts';
import { answer } from './answers.ts';
import { createBodyReader, type ReadBody } from './body.ts';
import { CLOSE_HEADER, closeOf } from './close-header.ts';
import { FORWARDED_HEADER, forward, isPeerTask } from './forward.ts';

/** What the load balancer needs to know. */
export type Health = 'ok' | 'draining' | 'no-certificate';

export interface ManagementOptions {
  readonly own: TaskAddress;
  readonly connections: WebSocketGateway['connections'];
  /** The largest message to a client, in bytes. */
  readonly maxPostBytes: number;
  readonly health: () => Health;
  readonly log: Log;
  /** Counts a request that is passed on to another task. */
  readonly forwarded: () => void;
}

/**
 * Longer than the clients of this server keep an unused connection (API Gateway's VPC link, the load balancer): a request
 * on a connection that is being closed would fail.
 */
const KEEP_ALIVE_MS = 600_000;

/**
 * The server of the management port: `/@connections/{connectionId}` as API Gateway has it, for callers that API Gateway has
 * authorized, and `/health`. The network lets only them and other tasks reach it.
 */
export function createManagementServer(options: ManagementOptions) {
  const { own, connections, health, log } = options;
  const withBody = createBodyReader(options.maxPostBytes);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    if (path === '/health' && method === 'GET') {
      const status = health();
      return answer(response, status === 'ok' ? 200 : 503, { status });
    }
    const connectionId = connectionIdOf(path);
    if (connectionId === undefined) return answer(response, 404);
    if (!['POST', 'GET', 'DELETE'].includes(method)) return answer(response, 405);
    return withBody(request, async (body) => {
      const { status, body: content } = await perform(method, connectionId, body, request);
      answer(response, status, content);
    });
  }

  async function perform(
    method: string,
    connectionId: string,
    body: ReadBody,
    { headers }: IncomingMessage,
  ): Promise<{ readonly status: number; readonly body?: unknown }> {
    if (body === 'too-large') return { status: 413 };
    if (body === 'too-many') return { status: 429 };
    const task = taskOf(connectionId);
    if (!task) return { status: 410 };
    const closeHeader = headers[CLOSE_HEADER];
    if (task.address === own.address && task.port === own.port) {
      if (method === 'POST') return connections.post(connectionId, body);
      if (method === 'GET') return connections.get(connectionId);
      return connections.delete(connectionId, closeOf(closeHeader));
    }
    if (headers[FORWARDED_HEADER] !== undefined || !isPeerTask(own, task)) return { status: 410 };
    options.forwarded();
    const result = await forward(task, { method, connectionId, body, closeHeader });
    if (result === 'unreachable') log.info('task-gone', { task: task.address });
    if (result === 'no-answer') log.warn('task-silent', { task: task.address });
    if (result === 'unreachable') return { status: 410 };
    return result === 'no-answer' ? { status: 504 } : result;
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handle(request, response).catch((error) => {
      // A client that closed the connection gets no response.
      if (request.destroyed && !request.complete) return;
      log.error('management-request-failed', error);
      if (!response.headersSent) answer(response, 500, { message: 'Internal server error' });
    });
  });
  return server;
}

/** `/@connections/{id}`, with or without percent encoding. */
function connectionIdOf(path: string): string | undefined {
  const [, id] = /^\/(?:@|%40)connections\/([^/]+)$/.exec(path) ?? [];
  try {
    return id && decodeURIComponent(id);
  } catch {
    return undefined;
  }
}
