/** The function behind $connect, CONNECT, $disconnect and $default. */

import { CommandsStore } from '../commands/commands-store.ts';
import { connectionLost, type LostContext } from '../commands/connection-lost.ts';
import type { DispatchContext } from '../commands/dispatch.ts';
import { flush } from '../commands/flush.ts';
import { AnswerSizesStore } from '../commands/sizes/answer-sizes-store.ts';
import { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { eventBridge } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { list, required } from '../platform/environment.ts';
import { type GatewayAnswer, type GatewayEvent, readGatewayEvent } from '../platform/gateway/events.ts';
import { apiGateway } from '../platform/gateway/gateway.ts';
import { createLog } from '../platform/logger.ts';
import { kmsVault } from '../platform/vault.ts';
import { parseMessage } from '../protocol/codec.ts';
import { allowedBy } from './allowed-addresses.ts';
import { endConnection, settleEnd } from './close.ts';
import { type ConnectContext, connect } from './connect.ts';
import { ConnectionsStore } from './connections-store.ts';
import { GroupsStore } from './groups-store.ts';

const client = dynamodbClient();
const allowed = allowedBy(list('ALLOWED_CIDRS'));
const context: ConnectContext & DispatchContext & LostContext = {
  groups: new GroupsStore(client, required('GROUPS_TABLE')),
  endpoints: new EndpointsStore(client, required('ENDPOINTS_TABLE')),
  connections: new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
  commands: new CommandsStore(client, required('COMMANDS_TABLE')),
  sizes: new AnswerSizesStore(client, required('ANSWER_SIZES_TABLE'), systemClock),
  gateway: apiGateway(required('MANAGEMENT_URL')),
  vault: kmsVault(required('COMMAND_KEY')),
  bus: eventBridge(required('EVENT_BUS')),
  clock: systemClock,
  log: createLog('session'),
};

const OK: GatewayAnswer = { statusCode: 200 };

/** `$connect`: the only place where a refusal can be a status; the token comes later (CON-1). */
const opened = async ({
  connectionId,
  connectedAt,
  sourceIp,
  userAgent,
}: GatewayEvent): Promise<GatewayAnswer> => {
  if (!allowed(sourceIp)) {
    context.log.warn('address-refused', { connectionId, sourceIp });
    return { statusCode: 403 };
  }
  await context.connections.open({
    connectionId,
    connectedAt,
    sourceIp,
    ...(userAgent ? { userAgent } : {}),
  });
  return OK;
};

const closed = async ({ connectionId, closeCode, closeReason }: GatewayEvent): Promise<void> => {
  const ended = await endConnection(context, connectionId, {
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(closeReason === undefined ? {} : { closeReason }),
  });
  if (!ended) return;
  await settleEnd(context, ended.connection, (groupId, connection) =>
    connectionLost(context, groupId, connectionId, connection.closeCode),
  );
};

const connected = async (event: GatewayEvent): Promise<void> => {
  const outcome = await connect(context, event);
  if (!outcome.ready) return;
  await flush(context, outcome.groupId);
  await outcome.afterwards();
};

/** What fits no route: never answered, since nothing says what would be understood (ENV-5). */
const unrouted = ({ text, connectionId, sourceIp }: GatewayEvent): void => {
  const parsed = parseMessage(text);
  const reason = parsed.ok ? 'unknown-type' : parsed.reason;
  context.log.warn('message-malformed', { reason, route: '$default', connectionId, sourceIp });
};

const read = (raw: unknown): GatewayEvent | undefined => {
  try {
    return readGatewayEvent(raw);
  } catch (error) {
    context.log.error('event-not-readable', error);
    return undefined;
  }
};

export const handler = async (raw: unknown): Promise<GatewayAnswer> => {
  const event = read(raw);
  // Fails a handshake; on the other routes, which are one-way, nothing goes out, as it would if this threw (I-1).
  if (!event) return { statusCode: 500 };
  // Its failure fails the handshake, before anybody could see a frame: NetBackup tries again (CON-6).
  if (event.kind === 'connect') return opened(event);
  try {
    if (event.kind === 'disconnect') await closed(event);
    else if (event.routeKey === 'CONNECT') await connected(event);
    else unrouted(event);
  } catch (error) {
    // Thrown to the gateway it would become an error frame on NetBackup's connection (I-1). The sweep finishes it.
    context.log.error('session-failed', error, {
      routeKey: event.routeKey,
      connectionId: event.connectionId,
    });
  }
  return OK;
};
