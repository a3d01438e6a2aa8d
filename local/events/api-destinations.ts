import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';
import { StartError } from '../errors.ts';
import { isLoopback } from '../host-names.ts';
import type { ServiceContext } from '../service-context.ts';
import type { BusEvent } from './bus.ts';
import type { Failure } from './retries.ts';
import type { Target } from './targets.ts';
import { valueAt } from './transform.ts';

/** AWS::Events::Connection and AWS::Events::ApiDestination by the CloudFormation reference. */
interface ConnectionProperties {
  readonly AuthorizationType: string;
  readonly AuthParameters: {
    readonly ApiKeyAuthParameters?: { readonly ApiKeyName: string; readonly ApiKeyValue: string };
  };
}
interface DestinationProperties {
  readonly ConnectionArn: string;
  readonly HttpMethod: string;
  readonly InvocationEndpoint: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
const TIMEOUT_MS = 5_000;
const HEADERS = {
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
  'content-type': 'application/json; charset=utf-8',
  range: 'bytes=0-1048575',
  'accept-encoding': 'gzip,deflate',
  connection: 'close',
};

/** EventBridge repeats 409, 429 and 5xx. */
const isTemporaryStatus = (status: number): boolean => status === 409 || status === 429 || status >= 500;

/** @throws StartError for a URL that AWS would refuse; plain HTTP is allowed to this machine, for tests of receivers */
function checkEndpoint(logicalId: string, endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  // The URL may be a secret.
  if (!isSafe) throw new StartError(`${logicalId} has an endpoint that is not an https:// URL.`);
}

/** Sends events to the URLs of API destinations over the network. `stop` ends requests that are under way. */
export function createApiDestinations(context: ServiceContext) {
  const { resolver, clock, iam, trusted } = context;
  const running = new Set<ClientRequest>();
  let made: Agent | undefined;
  /** Created once, because it reads all root certificates. */
  const agent = (): Agent => {
    made ??= new Agent({ secureContext: createSecureContext({ ca: [...rootCertificates, trusted] }) });
    return made;
  };
  const connections = resolver.all<ConnectionProperties>('AWS::Events::Connection');
  const destinations = resolver
    .all<DestinationProperties>('AWS::Events::ApiDestination')
    .map((destination) => {
      const { logicalId, properties } = destination;
      checkEndpoint(logicalId, properties.InvocationEndpoint);
      const connection = connections.find(({ arn }) => arn === properties.ConnectionArn)?.properties;
      const key = connection?.AuthParameters.ApiKeyAuthParameters;
      if (connection?.AuthorizationType !== 'API_KEY' || !key)
        throw new StartError(`${logicalId} needs a connection with an API key in the local cloud.`);
      return { ...destination, authorization: { [key.ApiKeyName]: key.ApiKeyValue } };
    });

  function call(url: string, method: string, headers: Record<string, string>, body: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const respond = (response: IncomingMessage) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0)).once('error', reject);
      };
      const options = { method, headers };
      const request = url.startsWith('https:')
        ? tlsRequest(url, { ...options, agent: agent() }, respond)
        : plainRequest(url, options, respond);
      const timer = clock.setTimeout(
        () =>
          request.destroy(
            Object.assign(new Error(`no response within ${TIMEOUT_MS} ms`), { code: 'TIMEOUT' }),
          ),
        TIMEOUT_MS,
      );
      running.add(request);
      request.once('error', reject).once('close', () => {
        clock.clearTimeout(timer);
        running.delete(request);
      });
      request.end(body);
    });
  }

  return {
    invoke: async ({ Arn, RoleArn = '', HttpParameters }: Target, event: BusEvent, body: string) => {
      const destination = destinations.find(({ arn }) => arn === Arn);
      const failure = (code: string, message: string, isTemporary = false): Failure => ({
        code,
        message,
        isTemporary,
      });
      if (!destination) return failure('NO_RESOURCE', 'The API destination does not exist.');
      const denial = iam.denial(RoleArn, 'events', { action: 'events:InvokeApiDestination', resource: Arn });
      if (denial !== undefined) return failure('NO_PERMISSIONS', denial);
      // A value that is a path is taken from the event.
      const more = Object.entries(HttpParameters?.HeaderParameters ?? {}).map(([name, value]) => [
        name,
        value.startsWith('$.') ? String(valueAt(event, value) ?? '') : value,
      ]);
      const { HttpMethod, InvocationEndpoint } = destination.properties;
      const headers = { ...HEADERS, ...Object.fromEntries(more), ...destination.authorization };
      try {
        const status = await call(InvocationEndpoint, HttpMethod, headers, body);
        if (status >= 200 && status < 300) return undefined;
        return failure('ERROR_FROM_TARGET', `The receiver answered ${status}.`, isTemporaryStatus(status));
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException;
        // A name that cannot be resolved is not tried again (eb-rule-dlq.html).
        return failure(code === 'TIMEOUT' ? 'TIMEOUT' : 'CONNECTION_FAILURE', message, code !== 'ENOTFOUND');
      }
    },
    stop: (): void => {
      for (const request of running) request.destroy();
    },
  };
}
