/** The `@connections` API of one gateway. API Gateway and the relay have the same, signed for `execute-api`. */
import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { timeouts } from '../timeouts.ts';
import { CLOSE_CODES } from './close-codes.ts';
import type { Gateway, Posted } from './gateway.ts';
import { gatewayKindOf } from './kinds.ts';

/**
 * An HTTPS connection that was idle for this long is not reused. While an environment is frozen, the server may close its
 * connections; a message written to one of them would be `unknown`, without a retry.
 */
const IDLE_MS = 2_000;

/** Which close frame the relay sends: `<code> <reason>`. */
const CLOSE_HEADER = 'x-relay-close';

const REFUSALS: Readonly<Record<number, Posted>> = {
  403: 'forbidden',
  410: 'gone',
  413: 'too-large',
  429: 'throttled',
};

const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiGatewayManagementApiServiceException ? error.$metadata.httpStatusCode : undefined;

const orIfGone = async <T, G>(call: Promise<T>, gone: G): Promise<T | G> => {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 410) return gone;
    throw error;
  }
};

/** A request with a header, added before it is signed. */
const withHeader = (
  command: DeleteConnectionCommand,
  name: string,
  value: string,
): DeleteConnectionCommand => {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers[name] = value;
      return next(args);
    },
    { step: 'build', name: 'closeFrame' },
  );
  return command;
};

/** @param url the base URL, before `/@connections` */
export const managementClient = (url: string): Gateway => {
  const client = new ApiGatewayManagementApiClient({
    endpoint: url,
    maxAttempts: 1,
    requestHandler: {
      ...timeouts(5_000),
      httpsAgent: { keepAlive: true, timeout: IDLE_MS },
    },
  });
  return {
    async post(connectionId, text) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
        return 'accepted';
      } catch (error) {
        return REFUSALS[statusOf(error) ?? 0] ?? 'unknown';
      }
    },
    async close(connectionId, reason) {
      const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
      const frame = `${CLOSE_CODES[reason]} ${reason}`;
      const call = client.send(
        gatewayKindOf(connectionId) === 'relay' ? withHeader(command, CLOSE_HEADER, frame) : command,
      );
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
