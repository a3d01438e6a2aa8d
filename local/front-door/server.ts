import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { type Faults, LostAnswer } from '../faults.ts';
import type { Caller, ConnectionsApi, LocalLog } from '../types.ts';
import type { Access, Iam } from './iam.ts';
import type { AwsCall, Recorder } from './record.ts';
import type { Answer, AwsService } from './service.ts';

/** A caller and the names under which faults may mean it. */
export interface KnownCaller extends Caller {
  readonly names: readonly string[];
}

/** The `@connections` API of one WebSocket API. */
export interface ManagedApi {
  readonly connections: ConnectionsApi;
  readonly apiId: string;
  readonly stageName: string;
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
  readonly services: Readonly<Record<string, AwsService>>;
}

interface Request {
  readonly service: string;
  readonly action: string;
  access(): readonly Access[];
  run(partial: boolean): Promise<Answer>;
}

interface Outcome {
  readonly status: number;
  readonly body?: unknown;
  readonly errorCode?: string;
}

/** What `X-Amz-Target` begins with, and the service that it means. */
const targets: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  TrentService: 'kms',
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
      const [prefix = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      const service = targets[prefix];
      const emulated = service && this.#options.services[service];
      if (!service || !emulated) {
        const what = prefix || `${request.method} ${request.url}`;
        throw new AwsError('UnknownOperationException', `The local cloud does not emulate ${what}.`, 404);
      }
      const input = JSON.parse(body.toString() || '{}') as never;
      return {
        service,
        action,
        access: () => emulated.access(action, input),
        run: (partial) => emulated.call(action, input, partial),
      };
    });
  }

  /** Serves `/{stage}/@connections/{id}`, which functions reach at the WebSocket API's own address. */
  handleConnections(request: IncomingMessage, response: ServerResponse, api: ManagedApi): void {
    void this.#serve(request, response, (body) => {
      const [, stage, id] = /^\/([^/]+)\/@connections\/([^/?]+)$/.exec(request.url ?? '') ?? [];
      const method = request.method ?? '';
      const verb = { POST: 'Post', GET: 'Get', DELETE: 'Delete' }[method];
      if (!id || !verb || stage !== api.stageName) throw new AwsError('ForbiddenException', 'Forbidden', 403);
      const connectionId = decodeURIComponent(id);
      const { region, account } = this.#options;
      const arn = `arn:aws:execute-api:${region}:${account}:${api.apiId}/${stage}/${method}/@connections`;
      return {
        service: 'execute-api',
        action: `${verb}${verb === 'Post' ? 'To' : ''}Connection`,
        access: () => [{ action: 'execute-api:ManageConnections', resource: `${arn}/${connectionId}` }],
        run: () => manage(api.connections, verb, connectionId, body),
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
    const outcome = await this.#carryOut(request.headers.authorization, () =>
      understand(Buffer.concat(parts)),
    );
    if (outcome.status === 0) {
      request.socket.destroy();
      return;
    }
    const text = outcome.body === undefined ? '' : JSON.stringify(outcome.body);
    response.writeHead(outcome.status, {
      'content-type': request.headers['content-type'] ?? 'application/json',
      'x-amzn-requestid': randomUUID(),
      ...(outcome.errorCode ? { 'x-amzn-errortype': outcome.errorCode } : {}),
    });
    response.end(text);
  }

  async #carryOut(authorization: string | undefined, understand: () => Request): Promise<Outcome> {
    const { clock, calls, faults, callers, log } = this.#options;
    const at = clock.now();
    let usage = noUsage;
    let request: Request | undefined;
    let resource = '';
    let caller: KnownCaller | undefined;
    let outcome: Outcome;
    try {
      caller = callers.get(/Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '');
      if (!caller) {
        const message = 'The security token included in the request is invalid.';
        throw new AwsError('UnrecognizedClientException', message, 403);
      }
      request = understand();
      const access = request.access();
      resource = access[0]?.resource ?? '';
      const { service, action } = request;
      const resources = access.map((one) => one.resource);
      const point = { caller, callerNames: caller.names, service, action, resources };
      const partial = await faults.at('before', point);
      this.#authorise(caller, access);
      let done: Answer | AwsError;
      try {
        done = await request.run(partial);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        done = error;
      }
      usage = { ...noUsage, ...done.usage };
      await faults.at('after', point);
      if (done instanceof AwsError) throw done;
      outcome = { status: done.status ?? 200, body: done.body };
    } catch (error) {
      outcome = failure(error, request?.service);
      if (!(error instanceof AwsError || error instanceof LostAnswer)) {
        log({ source: 'front-door', message: `defect: ${(error as Error).stack}` });
      } else if (outcome.errorCode && /AccessDenied|UnknownOperation|UnrecognizedClient/.test(error.name)) {
        log({ source: 'front-door', message: error.message });
      }
    }
    calls.push({
      at,
      ...(caller?.functionName ? { functionName: caller.functionName } : {}),
      service: request?.service ?? '',
      action: request?.action ?? '',
      resource,
      ...usage,
      status: outcome.status,
      ...(outcome.errorCode ? { errorCode: outcome.errorCode } : {}),
      durationMs: clock.now() - at,
    });
    return outcome;
  }

  #authorise(caller: KnownCaller, access: readonly Access[]): void {
    if (!caller.functionName || !caller.roleArn) return;
    for (const one of access) {
      const denial = this.#options.iam.denial(caller.roleArn, caller.functionName, one);
      if (denial) {
        throw new AwsError(
          'AccessDeniedException',
          denial,
          one.action.startsWith('execute-api:') ? 403 : 400,
        );
      }
    }
  }
}

async function manage(api: ConnectionsApi, verb: string, id: string, body: Buffer): Promise<Answer> {
  const { status, body: answer } = await (verb === 'Post'
    ? api.post(id, body)
    : verb === 'Get'
      ? api.get(id)
      : api.delete(id));
  if (status < 300) return { status, body: answer };
  const codes = {
    403: 'ForbiddenException',
    410: 'GoneException',
    413: 'PayloadTooLargeException',
    429: 'LimitExceededException',
  };
  const message =
    (answer as { message?: string } | undefined)?.message ?? codes[status as keyof typeof codes];
  throw new AwsError(codes[status as keyof typeof codes], message, status);
}

function failure(error: unknown, service: string | undefined): Outcome {
  if (error instanceof LostAnswer) return { status: 0 };
  if (error instanceof AwsError) {
    const namespace = service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810#' : '';
    return {
      status: error.status,
      errorCode: error.code,
      body: { __type: `${namespace}${error.code}`, message: error.message, ...error.members },
    };
  }
  if (error instanceof SyntaxError) {
    return { status: 400, errorCode: 'SerializationException', body: { __type: 'SerializationException' } };
  }
  return {
    status: 500,
    errorCode: 'InternalFailure',
    body: { __type: 'InternalFailure', message: String(error) },
  };
}
