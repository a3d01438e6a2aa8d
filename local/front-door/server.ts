import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ConnectionsApi, WebSocketApiSpec } from '../../gateway/types.ts';
import { stagePath } from '../../gateway/values.ts';
import { AwsError } from '../errors.ts';
import { type FaultEffects, type Faults, LostResponse } from '../faults.ts';
import type { PrivateApi } from '../http-api/private-api.ts';
import { discardBody, readBody } from '../request-body.ts';
import { xmlError } from '../s3.ts';
import type { ServiceContext } from '../service-context.ts';
import type { KnownCaller } from './callers.ts';
import type { Access } from './iam.ts';
import { checkPresigned, credentialInUrl } from './presigned.ts';
import { type AwsCall, Recorder } from './record.ts';
import { accessKeyOf, type RestRequest, restRequest, signedService } from './rest.ts';
import { type Answer, type AwsService, type May, notEmulated } from './service.ts';

/** A parsed request. */
interface Call {
  readonly service: string;
  readonly action: string;
  readonly access: readonly Access[];
  run(effects: FaultEffects, may: May): Promise<Answer>;
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
/** The largest of the services' limits, that of BatchWriteItem (DynamoDB API reference). */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** The limit for an object: S3's own limit is 5 GB. */
const MAX_OBJECT_BYTES = 128 * 1024 * 1024;
const noUsage = { readUnits: 0, writeUnits: 0, perIndex: {} };

/**
 * Serves every AWS SDK call: identify the caller, read its body, apply faults, authorize, run, record, respond.
 * @param callers by access key id
 * @param services by the prefix of `X-Amz-Target`
 * @param restServices by the name that requests are signed for
 */
export function createFrontDoor(
  { model, iam, clock, log }: ServiceContext,
  callers: ReadonlyMap<string, KnownCaller>,
  services: Readonly<Record<string, { readonly name: string; readonly service: AwsService }>>,
  restServices: Readonly<Record<RestRequest['service'], AwsService>>,
  faults: Faults,
) {
  const calls = new Recorder<AwsCall>();

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    parse: (body: Buffer) => Call,
  ): Promise<void> {
    const { 'content-type': type = 'application/json' } = request.headers;
    const caller = callers.get(accessKeyOf(request));
    const maxBytes = signedService(request) === 's3' ? MAX_OBJECT_BYTES : MAX_BODY_BYTES;
    // No byte of a body is kept for an unknown caller.
    const body = caller && (await readBody(request, maxBytes).catch(() => 'lost' as const));
    if (body === 'lost') return; // The caller closed the connection before the end of the request.
    const at = clock.now();
    let call: Call | undefined;
    let usage = noUsage;
    let answer: Answer;
    try {
      const message = 'The security token included in the request is invalid.';
      const tooLarge = `The request is larger than ${maxBytes} bytes.`;
      if (!caller) throw new AwsError('UnrecognizedClientException', message, 403);
      if (!body) throw new AwsError('RequestEntityTooLargeException', tooLarge, 413);
      if (credentialInUrl(request) !== undefined)
        checkPresigned(request, caller.secretAccessKey, clock.now());
      call = parse(body);
      const { service, action, access } = call;
      const point = { caller, service, action, resources: access.map(({ resource }) => resource) };
      const effects = await faults.at('before', point);
      authorize(caller, access);
      const may: May = (one) => denialOf(caller, one) === undefined;
      const done = await call.run(effects, may).catch((error: AwsError) => error);
      usage = done.usage ?? noUsage;
      await faults.at('after', point);
      if (done instanceof Error) throw done;
      answer = done;
    } catch (error) {
      answer = failure(error, call?.service ?? signedService(request));
    }
    const { service = '', action = '', access = [] } = call ?? {};
    const { status = 200, errorCode, text = JSON.stringify(answer.body), bytes } = answer;
    const resource = access[0]?.resource ?? '';
    const durationMs = clock.now() - at;
    const { functionName } = caller ?? {};
    calls.push({ at, functionName, service, action, resource, ...usage, status, errorCode, durationMs });
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    const errorHeader = errorCode ? { 'x-amzn-errortype': errorCode } : {};
    if (caller && !body) discardBody(request);
    // Closes the connection of an unknown caller, so that no more of its body arrives.
    const connection = caller ? {} : { connection: 'close' };
    // By the cloud's clock, as in the functions: the SDK repeats a call that failed on a clock five minutes off.
    const date = new Date(clock.now()).toUTCString();
    const general = { 'content-type': type, 'x-amzn-requestid': randomUUID(), date };
    response.writeHead(status, { ...general, ...errorHeader, ...connection, ...answer.headers });
    response.end(bytes ?? text);
  }

  /** Why a call is denied; undefined when it is allowed. A user may do everything. */
  const denialOf = ({ functionName, roleArn }: KnownCaller, access: Access): string | undefined =>
    functionName && roleArn ? iam.denial(roleArn, functionName, access) : undefined;

  function authorize(caller: KnownCaller, access: readonly Access[]): void {
    for (const one of access) {
      const denial = denialOf(caller, one);
      if (denial === undefined) continue;
      if (one.action.startsWith('s3:')) throw new AwsError('AccessDenied', denial, 403);
      const status = one.action.startsWith('execute-api:') ? 403 : 400;
      throw new AwsError('AccessDeniedException', denial, status);
    }
  }

  function failure(error: unknown, service: string): Answer {
    if (error instanceof LostResponse) return { status: 0 };
    const { code, message, status, members } = awsErrorOf(error);
    const isInternal = !(error instanceof AwsError);
    // Logged, because a function may ignore it.
    if (isInternal || /^(AccessDenied|UnknownOperation|UnrecognizedClient)/.test(code)) {
      const text = isInternal ? String((error as Error).stack) : message;
      log({ source: 'front-door', message: text });
    }
    if (service === 's3')
      return {
        status,
        errorCode: code,
        text: xmlError(code, message),
        headers: { 'content-type': 'application/xml' },
      };
    const __type = `${service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810#' : ''}${code}`;
    return { status, errorCode: code, body: { __type, message, ...members } };
  }

  return {
    calls,
    /** Serves all services, at `AWS_ENDPOINT_URL`. */
    handle: (request: IncomingMessage, response: ServerResponse) =>
      serve(request, response, (body) => {
        const rest = restRequest(request, body);
        if (rest) return callOf(rest.service, restServices[rest.service], rest.action, rest.input as never);
        const [target = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
        const known = services[target];
        if (!known) throw notEmulated(target || `${request.method} ${request.url}`);
        const { name, service } = known;
        return callOf(name, service, action, JSON.parse(body.toString() || '{}') as never);
      }),
    /** Serves `/{stage}/@connections/{id}`, at the address of the WebSocket API and below its custom domain. */
    handleConnections: (
      request: IncomingMessage,
      response: ServerResponse,
      api: WebSocketApiSpec,
      connections: ConnectionsApi,
    ) =>
      serve(request, response, (body) => {
        const { url = '', method = '', headers } = request;
        const inStage = stagePath(api, headers.host, url) ?? '';
        const [, id] = /^\/@connections\/([^/?]+)$/.exec(inStage) ?? [];
        const [action, operation] = operations[method] ?? [];
        if (!action || !operation || id === undefined) {
          throw new AwsError('ForbiddenException', 'Forbidden', 403);
        }
        const connection = decodeURIComponent(id);
        const path = `${api.apiId}/${api.stageName}/${method}/@connections/${connection}`;
        const resource = `arn:aws:execute-api:${model.region}:${model.account}:${path}`;
        const access = [{ action: 'execute-api:ManageConnections', resource }];
        const run = async (): Promise<Answer> => {
          const answer = await (operation === 'post'
            ? connections.post(connection, body)
            : connections[operation](connection));
          const code = connectionErrors[answer.status];
          if (code) throw new AwsError(code, code, answer.status);
          return answer;
        };
        return { service: 'execute-api', action, access, run };
      }),
    /** Serves an HTTP API for callers with an IAM permission. Requests to `/@connections/{id}` have the names of the SDK's operations. */
    handlePrivate: (request: IncomingMessage, response: ServerResponse, api: PrivateApi) =>
      serve(request, response, (body) => {
        const route = api.route(request);
        const resource = `arn:aws:execute-api:${model.region}:${model.account}:${route.resource}`;
        const isConnection = /^\/@connections\/[^/]+$/.test(request.url ?? '');
        const [action = 'Invoke'] = (isConnection && operations[request.method ?? '']) || [];
        const access = [{ action: 'execute-api:Invoke', resource }];
        return { service: 'execute-api', action, access, run: () => api.forward(request, body, route) };
      }),
  };
}

const callOf = (name: string, service: AwsService, action: string, input: never): Call => ({
  service: name,
  action,
  access: service.access(action, input),
  run: (effects, may) => service.call(action, input, effects, may),
});

function awsErrorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof SyntaxError) return new AwsError('SerializationException', error.message);
  if (error instanceof z.ZodError) return notEmulated(`this request: ${z.prettifyError(error)}`);
  return new AwsError('InternalFailure', String(error), 500);
}
