/** The function behind $connect, CONNECT, $disconnect and $default. */
import { connectionLost } from '../commands/connection-lost.ts';
import { flush } from '../commands/flush.ts';
import { allowedBy } from '../connections/allowed-addresses.ts';
import { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import { type FinishContext, finishClose } from '../connections/close.ts';
import { connect } from '../connections/connect.ts';
import { rejectMalformed, UnauthenticatedConnections } from '../connections/unauthenticated-connections.ts';
import { optionalList } from '../platform/environment.ts';
import { type GatewayAnswer, type GatewayEvent, readGatewayEvent } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { parseMessage } from '../protocol/codec.ts';
import { clock, dispatchContext, endpointsStore } from './dependencies.ts';

const allowed = allowedBy(optionalList('ALLOWED_CIDRS'));
const base = dispatchContext(createLog('session'));
const onConnectionLost: FinishContext['onConnectionLost'] = (groupId, { connectionId, closeCode }) =>
  connectionLost(base, groupId, connectionId, closeCode);
const context = {
  ...base,
  endpoints: endpointsStore(),
  authenticated: new AuthenticatedConnections(base.connections, clock),
  unauthenticated: new UnauthenticatedConnections(base),
  onConnectionLost,
};

const OK: GatewayAnswer = { statusCode: 200 };

/** `$connect`: checks the address only, since the token follows in CONNECT (CON-1). */
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
  await context.connections.open(omitUndefined({ connectionId, connectedAt, sourceIp, userAgent }));
  return OK;
};

const closed = ({ connectionId, closeCode, closeReason }: GatewayEvent): Promise<void> =>
  finishClose(context, connectionId, omitUndefined({ closeCode, closeReason }));

const connected = async (event: GatewayEvent): Promise<void> => {
  const outcome = await connect(context, event);
  if (!outcome.ready) return;
  await flush(context, outcome.groupId);
  await outcome.afterwards();
};

/** Messages of an unknown type get no response (ENV-5). */
const unrouted = (event: GatewayEvent): Promise<void> => {
  const parsed = parseMessage(event.text);
  const reason = parsed.ok ? 'unknown-type' : parsed.reason;
  return rejectMalformed(context, event, { reason, route: '$default' });
};

const read = (raw: unknown): GatewayEvent | undefined => {
  try {
    return readGatewayEvent(raw);
  } catch (error) {
    context.log.error('session-failed', error);
    return undefined;
  }
};

export const handler = async (raw: unknown): Promise<GatewayAnswer> => {
  const event = read(raw);
  // Fails a handshake. The other routes are one-way: nothing is sent, while an error thrown here would send a frame (I-1).
  if (!event) return { statusCode: 500 };
  // An error fails the handshake, and NetBackup tries again (CON-6).
  if (event.kind === 'connect') return opened(event);
  try {
    if (event.kind === 'disconnect') await closed(event);
    else if (context.unauthenticated.isClosed(event.connectionId)) return OK;
    else if (event.routeKey === 'CONNECT') await connected(event);
    else await unrouted(event);
  } catch (error) {
    // If it were thrown, the gateway would send an error frame to NetBackup (I-1). The sweep repeats the work.
    context.log.error('session-failed', error, {
      routeKey: event.routeKey,
      connectionId: event.connectionId,
    });
  }
  return OK;
};
