import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { type Faults, LostAnswer } from '../faults.ts';
import type { Caller, ConnectionsApi, LocalLog, WebSocketApiSpec } from '../types.ts';
import type { Access, Iam } from './iam.ts';
import type { AwsCall, Recorder } from './record.ts';
import type { Answer, AwsService } from './service.ts';

/** A caller and the names under which faults may mean it. */
export interface KnownCaller extends Caller {
  readonly names: readonly string[];
}

export interface FrontDoorOptions {
  readonly region: string;
  readonly account: string;
  readonly iam: Iam;
  readonly faults: Faults;
  readonly calls: Recorder<AwsCall>;
  readonly clock: Clock;
  readonly log: LocalLog;
  /** By access key id. */
  readonly callers: ReadonlyMap<string, KnownCaller>;
  /** By what `X-Amz-Target` begins with. */
  readonly services: Readonly<Record<string, { readonly name: string; readonly service: AwsService }>>;
}

interface Request {
  readonly service: string;
  readonly action: string;
  readonly access: readonly Access[];
  run(partial: boolean): Promise<Answer>;
}

interface Outcome {
  /** 0 breaks the connection. */
  readonly status: number;
  readonly body?: unknown;
  readonly errorCode?: string;
}

const noUsage = { readUnits: 0, writeUnits: 0, perIndex: {} };
/** Errors of the `@connections` API by status. */
const connectionErrors: Readonly<Record<number, string>> = {
  403: 'ForbiddenException',
  410: 'GoneException',
  413: 'PayloadTooLargeException',
  429: 'LimitExceededException',
};

/** Receives every AWS SDK call: who is it, may he, what shall go wrong, carry out, record, answer. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
  }

  /** Serves the JSON protocols (`AWS_ENDPOINT_URL` points here). */
  handle(request: IncomingMessage, response: ServerResponse): void {
    void this.#serve(request, response, (body) => {
      const [prefix = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const known = this.#options.services[prefix];
      if (!known) {
        const what = prefix || `${request.method} ${request.url}`;
        throw new AwsError('UnknownOperationException', `The local cloud does not emulate ${what}.`, 404);
      }
      const input = JSON.parse(body.toString() || '{}') as never;
      const { name, service } = known;
      const access = service.access(action, input);
      return { service: name, action, access, run: (partial) => service.call(action, input, partial) };
    });
  }

  /** Serves `/{stage}/@connections/{id}`, which functions reach at the WebSocket API's own address. */
  handleConnections(
    request: IncomingMessage,
    response: ServerResponse,
    api: WebSocketApiSpec,
    connections: ConnectionsApi,
  ): void {
    void this.#serve(request, response, (body) => {
      const { url = '', method = '' } = request;
      const [, stage, id] = /^\/([^/]+)\/@connections\/([^/?]+)$/.exec(url) ?? [];
      const action = { POST: 'PostToConnection', GET: 'GetConnection', DELETE: 'DeleteConnection' }[method];
      if (!id || !action || stage !== api.stageName)
        throw new AwsError('ForbiddenException', 'Forbidden', 403);
      const { region, account } = this.#options;
      const connection = decodeURIComponent(id);
      const path = `${api.apiId}/${stage}/${method}/@connections/${connection}`;
      const resource = `arn:aws:execute-api:${region}:${account}:${path}`;
      return {
        service: 'execute-api',
        action,
        access: [{ action: 'execute-api:ManageConnections', resource }],
        run: async () => {
          const { post, get, delete: remove } = connections;
          const answer = await (method === 'POST'
            ? post(connection, body)
            : (method === 'GET' ? get : remove)(connection));
          const code = connectionErrors[answer.status];
          if (code) throw new AwsError(code, code, answer.status);
          return answer;
        },
      };
    });
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    understand: (body: Buffer) => Request,
  ): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // The caller went away before it had said what it wanted.
    }
    const { authorization, 'content-type': type = 'application/json' } = request.headers;
    const { status, body, errorCode } = await this.#carryOut(authorization, () =>
      understand(Buffer.concat(parts)),
    );
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    const errorHeader = errorCode ? { 'x-amzn-errortype': errorCode } : {};
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID(), ...errorHeader });
    response.end(body === undefined ? '' : JSON.stringify(body));
  }

  async #carryOut(authorization: string | undefined, understand: () => Request): Promise<Outcome> {
    const { clock, calls, faults, callers } = this.#options;
    const at = clock.now();
    let usage = noUsage;
    let request: Request | undefined;
    let caller: KnownCaller | undefined;
    let outcome: Outcome;
    try {
      caller = callers.get(/Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '');
      if (!caller) {
        const message = 'The security token included in the request is invalid.';
        throw new AwsError('UnrecognizedClientException', message, 403);
      }
      request = understand();
      const { service, action, access } = request;
      const point = { caller, service, action, resources: access.map(({ resource }) => resource) };
      const partial = await faults.at('before', point);
      this.#authorise(caller, access);
      const done = await request.run(partial).catch((error: unknown) => {
        if (error instanceof AwsError) return error;
        throw error;
      });
      usage = { ...noUsage, ...done.usage };
      await faults.at('after', point);
      if (done instanceof AwsError) throw done;
      outcome = { status: done.status ?? 200, body: done.body };
    } catch (error) {
      outcome = this.#failure(error, request?.service);
    }
    const { service = '', action = '', access = [] } = request ?? {};
    calls.push({
      at,
      ...(caller?.functionName ? { functionName: caller.functionName } : {}),
      service,
      action,
      resource: access[0]?.resource ?? '',
      ...usage,
      status: outcome.status,
      ...(outcome.errorCode ? { errorCode: outcome.errorCode } : {}),
      durationMs: clock.now() - at,
    });
    return outcome;
  }

  #authorise({ functionName, roleArn }: KnownCaller, access: readonly Access[]): void {
    if (!functionName || !roleArn) return;
    for (const one of access) {
      const denial = this.#options.iam.denial(roleArn, functionName, one);
      const status = one.action.startsWith('execute-api:') ? 403 : 400;
      if (denial) throw new AwsError('AccessDeniedException', denial, status);
    }
  }

  #failure(error: unknown, service: string | undefined): Outcome {
    if (error instanceof LostAnswer) return { status: 0 };
    const { log } = this.#options;
    const known =
      error instanceof AwsError
        ? error
        : error instanceof SyntaxError
          ? new AwsError('SerializationException', error.message)
          : new AwsError('InternalFailure', String(error), 500);
    if (known !== error) log({ source: 'front-door', message: String((error as Error).stack) });
    // What a developer must see although a function may swallow it.
    else if (/^(AccessDenied|UnknownOperation|UnrecognizedClient)/.test(known.code)) {
      log({ source: 'front-door', message: known.message });
    }
    const __type = `${service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810#' : ''}${known.code}`;
    const body = { __type, message: known.message, ...known.members };
    return { status: known.status, errorCode: known.code, body };
  }
}
