import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/**
 * What became of a message handed to the gateway. `accepted` does not mean that NetBackup has read it.
 * `forbidden`, `too-large` and `throttled` are clear refusals: nothing was sent. `unknown`: it may have been sent. So it may
 * with `gone` (410), which has been seen for messages that arrived: github.com/aws/aws-sdk-js/issues/3773.
 */
export type Posted = 'accepted' | 'gone' | 'forbidden' | 'too-large' | 'throttled' | 'unknown';

/** The side of a WebSocket gateway that functions speak to. */
export interface Gateway {
  /** Tries once (I-4): the SDK's retries would run a COMMAND up to three times. Never rejects. */
  post(connectionId: string, text: string): Promise<Posted>;
  /** Closes a connection; `false` when it was gone already. */
  close(connectionId: string): Promise<boolean>;
  /** When the connection last carried traffic (epoch ms), or undefined when it is gone. */
  lastActiveAt(connectionId: string): Promise<number | undefined>;
}

/**
 * A connection that was idle for this long is not used again. An environment may be frozen for minutes and find its
 * connections closed from the other side; a message written to one of those would end as `unknown`, without a retry.
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
 * @param url the stage's base URL, `https://host/stage`: taken from the deployment, because building it from an event's
 *   `domainName` breaks under a custom domain.
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
  const unlessGone = async <T, G>(call: Promise<T>, gone: G): Promise<T | G> => {
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
      return unlessGone(
        call.then(() => true),
        false,
      );
    },
    async lastActiveAt(connectionId) {
      const call = client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
      return unlessGone(
        call.then((answer) => answer.LastActiveAt?.getTime()),
        undefined,
      );
    },
  };
};
