import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { type Faults, LostAnswer } from '../faults.ts';
import type { Caller, ConnectionsApi, LocalLog, WebSocketApiSpec } from '../types.ts';
import type { Access, Iam } from './iam.ts';
import type { AwsCall, Recorder } from './record.ts';
import { type Answer, type AwsService, notEmulated } from './service.ts';

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

/** A request that was understood. */
interface Call {
  readonly service: string;
  readonly action: string;
  readonly access: readonly Access[];
  run(partial: boolean): Promise<Answer>;
}

/** The `@connections` API by HTTP method, and its errors by status. */
const operations: Readonly<Record<string, readonly [string, keyof ConnectionsApi]>> = {
  POST: ['PostToConnection', 'post'],
  GET: ['GetConnection', 'get'],
  DELETE: ['DeleteConnection', 'delete'],
};
const connectionErrors: Readonly<Record<number, string>> = {
  403: 'ForbiddenException',
  410: 'GoneException',
  413: 'PayloadTooLargeException',
  429: 'LimitExceededException',
};
const noUsage = { readUnits: 0, writeUnits: 0, perIndex: {} };

/** Receives every AWS SDK call: who is it, may he, what shall go wrong, carry out, record, answer. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
  }

  /** Serves the JSON protocols (`AWS_ENDPOINT_URL` points here). */
  handle(request: IncomingMessage, response: ServerResponse): void {
    void this.#serve(request, response, (body) => {
      const [target = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const known = this.#options.services[target];
      if (!known) throw notEmulated(target || `${request.method} ${request.url}`);
      const { name, service } = known;
      const input = JSON.parse(body.toString() || '{}') as never;
      const access = service.access(action, input);
      return { service: name, action, access, run: (partial) => service.call(action, input, partial) };
    });
  }

  /** Serves `/{stage}/@connections/{id}`, which functions reach at the WebSocket API's own address. */
  handleConnections(
    request: IncomingMessage,
    response: ServerResponse,
    { apiId, stageName }: WebSocketApiSpec,
    connections: ConnectionsApi,
  ): void {
    void this.#serve(request, response, (body) => {
      const { url = '', method = '' } = request;
      const [, stage, id = ''] = /^\/([^/]+)\/@connections\/([^/?]+)$/.exec(url) ?? [];
      const [action, operation] = operations[method] ?? [];
      if (!action || !operation || stage !== stageName) {
        throw new AwsError('ForbiddenException', 'Forbidden', 403);
      }
      const { region, account } = this.#options;
      const connection = decodeURIComponent(id);
      const path = `${apiId}/${stage}/${method}/@connections/${connection}`;
      const resource = `arn:aws:execute-api:${region}:${account}:${path}`;
      const access = [{ action: 'execute-api:ManageConnections', resource }];
      const run = async (): Promise<Answer> => {
        const answer = await connections[operation](connection, body);
        const code = connectionErrors[answer.status];
        if (code) throw new AwsError(code, code, answer.status);
        return answer;
      };
      return { service: 'execute-api', action, access, run };
    });
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    understand: (body: Buffer) => Call,
  ): Promise<void> {
    const { clock, calls, faults, callers } = this.#options;
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const body = await buffer(request).catch(() => undefined);
    if (!body) return; // The caller went away before it had said what it wanted.
    const at = clock.now();
    const caller = callers.get(/Credential=([^/]+)\//.exec(authorization)?.[1] ?? '');
    let call: Call | undefined;
    let usage = noUsage;
    let answer: Answer;
    try {
      const message = 'The security token included in the request is invalid.';
      if (!caller) throw new AwsError('UnrecognizedClientException', message, 403);
      call = understand(body);
      const { service, action, access } = call;
      const point = { caller, service, action, resources: access.map(({ resource }) => resource) };
      const partial = await faults.at('before', point);
      this.#authorise(caller, access);
      const done = await call.run(partial).catch((error: AwsError) => error);
      usage = done.usage ?? noUsage;
      await faults.at('after', point);
      if (done instanceof Error) throw done;
      answer = done;
    } catch (error) {
      answer = this.#failure(error, call?.service);
    }
    const { service = '', action = '', access = [] } = call ?? {};
    const { status = 200, errorCode } = answer;
    calls.push({
      at,
      functionName: caller?.functionName,
      service,
      action,
      resource: access[0]?.resource ?? '',
      ...usage,
      status,
      errorCode,
      durationMs: clock.now() - at,
    });
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    const errorHeader = errorCode ? { 'x-amzn-errortype': errorCode } : {};
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID(), ...errorHeader });
    response.end(JSON.stringify(answer.body));
  }

  #authorise({ functionName, roleArn }: KnownCaller, access: readonly Access[]): void {
    if (!functionName || !roleArn) return;
    for (const one of access) {
      const denial = this.#options.iam.denial(roleArn, functionName, one);
      const status = one.action.startsWith('execute-api:') ? 403 : 400;
      if (denial) throw new AwsError('AccessDeniedException', denial, status);
    }
  }

  #failure(error: unknown, service: string | undefined): Answer {
    if (error instanceof LostAnswer) return { status: 0 };
    const { code, message, status, members } = awsErrorOf(error);
    const foreign = !(error instanceof AwsError);
    // What a developer must see although a function may swallow it.
    if (foreign || /^(AccessDenied|UnknownOperation|UnrecognizedClient)/.test(code)) {
      const shown = foreign ? String((error as Error).stack) : message;
      this.#options.log({ source: 'front-door', message: shown });
    }
    const __type = `${service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810#' : ''}${code}`;
    return { status, errorCode: code, body: { __type, message, ...members } };
  }
}

function awsErrorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof z.ZodError) return notEmulated(`this request: ${z.prettifyError(error)}`);
  return new AwsError('InternalFailure', String(error), 500);
}
