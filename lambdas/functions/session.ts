/** The function behind $connect, CONNECT, $disconnect and $default. */
import { connectionLost } from '../commands/connection-lost.ts';
import { flush } from '../commands/flush.ts';
import { allowedBy } from '../connections/allowed-addresses.ts';
import { endConnection, settleEnd } from '../connections/close.ts';
import { connect } from '../connections/connect.ts';
import { list } from '../platform/environment.ts';
import { type GatewayAnswer, type GatewayEvent, readGatewayEvent } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { parseMessage } from '../protocol/codec.ts';
import { dispatchContext, endpointsStore } from './dependencies.ts';

const allowed = allowedBy(list('ALLOWED_CIDRS'));
const context = { ...dispatchContext(createLog('session')), endpoints: endpointsStore() };

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
