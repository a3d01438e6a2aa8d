import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/**
 * The result of posting a message. `accepted` does not mean that NetBackup has read it. After `forbidden`, `too-large` and
 * `throttled` nothing was sent. After `unknown` and `gone` (410) it may have been sent; a 410 was also seen for messages that
 * arrived: github.com/aws/aws-sdk-js/issues/3773.
 */
export type Posted = 'accepted' | 'gone' | 'forbidden' | 'too-large' | 'throttled' | 'unknown';

/** The gateway's management API of connections. */
export interface Gateway {
  /** Makes one attempt (I-4): with the SDK's retries a COMMAND could run three times. Never rejects. */
  post(connectionId: string, text: string): Promise<Posted>;
  /** Closes a connection; `false` when it was already closed. */
  close(connectionId: string): Promise<boolean>;
  /** When the connection last had traffic (epoch ms), or undefined when it is closed. */
  lastActiveAt(connectionId: string): Promise<number | undefined>;
}

/**
 * An HTTPS connection that was idle for this long is not reused. While an environment is frozen, the server may close its
 * connections; a message written to one of them would be `unknown`, without a retry.
 */
const IDLE_MS = 2_000;

const REFUSALS: Readonly<Record<number, Posted>> = {
  403: 'forbidden',
  410: 'gone',
  413: 'too-large',
  429: 'throttled',
};

const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiGatewayManagementApiServiceException ? error.$metadata.httpStatusCode : undefined;

/**
 * API Gateway's `@connections` API.
 * @param url the stage's base URL, `https://host/stage`, from the deployment: an event's `domainName` may be a custom domain
 */
export const apiGateway = (url: string): Gateway => {
  const client = new ApiGatewayManagementApiClient({
    endpoint: url,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true, timeout: IDLE_MS },
    },
  });
  const orIfGone = async <T, G>(call: Promise<T>, gone: G): Promise<T | G> => {
    try {
      return await call;
    } catch (error) {
      if (statusOf(error) === 410) return gone;
      throw error;
    }
  };
  return {
    async post(connectionId, text) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
        return 'accepted';
      } catch (error) {
        return REFUSALS[statusOf(error) ?? 0] ?? 'unknown';
      }
    },
    async close(connectionId) {
      const call = client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      return orIfGone(
        call.then(() => true),
        false,
      );
    },
    async lastActiveAt(connectionId) {
      const call = client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
      return orIfGone(
        call.then((answer) => answer.LastActiveAt?.getTime()),
        undefined,
      );
    },
  };
};
