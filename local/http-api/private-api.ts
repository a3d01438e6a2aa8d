import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Clock } from '../../gateway/clock.ts';
import { createThrottle } from '../../gateway/throttling.ts';
import { stagePath } from '../../gateway/values.ts';
import { AwsError } from '../errors.ts';
import type { Answer } from '../front-door/service.ts';
import type { PrivateApiSpec } from '../types.ts';
import { decodedPath } from './event.ts';
import { routeMatcher } from './routes.ts';

/** HTTP API quotas: see `http-api.ts`. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;
/** Hop-by-hop headers, and those that depend on the connection. */
const DROPPED = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'content-length',
];

interface Instance {
  readonly address: string;
  readonly port: number;
}

export type PrivateApi = ReturnType<typeof createPrivateApi>;

/**
 * An API Gateway HTTP API whose routes lead over a VPC link to the instances of services in Cloud Map, for callers with an IAM
 * permission
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html).
 * @param discover returns one of the instances of a service
 * @throws StartError for a route key that is not supported
 */
export function createPrivateApi(
  spec: PrivateApiSpec,
  discover: (serviceArn: string) => Instance | undefined,
  clock: Clock,
) {
  const matchedRoute = routeMatcher(spec);
  const throttle = createThrottle(spec.throttling ?? {}, clock);

  return {
    spec,
    throttled: throttle.rejected,
    /**
     * Finds the route of a request.
     * @returns the resource of the permission `execute-api:Invoke`: `apiId/stage/METHOD/path`
     * @throws AwsError when there is no route
     */
    route({ method = 'GET', url = '/', headers }: IncomingMessage) {
      const path = decodedPath(url);
      const inStage = stagePath(spec, headers.host, path);
      const matched = inStage === undefined ? undefined : matchedRoute(method, inStage);
      if (!matched) throw new AwsError('NotFoundException', 'Not Found', 404);
      const { routeKey, functionArn: serviceArn } = matched.route;
      return { resource: `${spec.apiId}/${spec.stageName}/${method}${inStage}`, routeKey, serviceArn };
    },
    /** Passes a request on. Without an instance, or if it does not answer, the answer is 503; after 30 s, 504. */
    async forward(
      request: IncomingMessage,
      body: Buffer,
      { routeKey, serviceArn }: { readonly routeKey: string; readonly serviceArn: string },
    ): Promise<Answer> {
      if (body.length > MAX_REQUEST_BYTES)
        throw new AwsError('RequestEntityTooLargeException', 'Request Entity Too Large', 413);
      if (!throttle.admits(routeKey))
        throw new AwsError('TooManyRequestsException', 'Too Many Requests', 429);
      const instance = discover(serviceArn);
      const unavailable = new AwsError('ServiceUnavailableException', 'Service Unavailable', 503);
      if (!instance) throw unavailable;
      return passOn(instance, request, body).catch((error: Error) => {
        throw error instanceof AwsError ? error : unavailable;
      });
    },
  };
}

function passOn(
  { address: host, port }: Instance,
  { method, url: path, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const kept = Object.entries(headers).filter(([name]) => !DROPPED.includes(name));
    const sent = {
      ...Object.fromEntries(kept),
      via: 'HTTP/1.1 AmazonAPIGateway',
      'content-length': body.length,
    };
    const timeout = INTEGRATION_TIMEOUT_MS;
    const request = httpRequest({ host, port, method, path, headers: sent, timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode: status = 502, headers: answered } = response;
        const text = Buffer.concat(chunks).toString();
        resolve({ status, text, headers: textHeaders(answered), ...errorOf(answered) });
      });
    });
    request.once('timeout', () => request.destroy(new AwsError('TimeoutException', 'Gateway Timeout', 504)));
    request.once('error', reject);
    request.end(body);
  });
}

const textHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      DROPPED.includes(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );

/** The name of the error, for SDKs, if the instance gives it. */
const errorOf = ({ 'x-amzn-errortype': type }: IncomingHttpHeaders): { errorCode?: string } =>
  type === undefined ? {} : { errorCode: String(type) };
