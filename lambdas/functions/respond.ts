/** The function behind the COMMAND route (one-way). */
import { flushAfterResponse } from '../commands/flush.ts';
import { receivePart } from '../commands/large/receive-part.ts';
import { publishEnd } from '../commands/publish-end.ts';
import { receiveResponse } from '../commands/receive-response.ts';
import { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import { apiVersionOf } from '../connections/heartbeat.ts';
import { UnauthenticatedConnections } from '../connections/unauthenticated-connections.ts';
import { LastSeen } from '../groups/last-seen.ts';
import { type GatewayAnswer, readGatewayEvent } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { clock, dispatchContext, largeResponses } from './dependencies.ts';

const base = dispatchContext(createLog('respond'));
const context = {
  ...base,
  authenticated: new AuthenticatedConnections(base.connections, clock),
  unauthenticated: new UnauthenticatedConnections(base),
  lastSeen: new LastSeen(base.groups, clock),
  large: largeResponses(base.vault),
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => {
  let connectionId: string | undefined;
  let isPart = false;
  try {
    const message = readGatewayEvent(event);
    connectionId = message.connectionId;
    isPart = message.part !== undefined;
    const recorded = message.part
      ? await receivePart(context, message, message.part)
      : await receiveResponse(context, message);
    if (recorded) {
      const { before, after } = recorded;
      await publishEnd(context, after);
      await flushAfterResponse(context, before);
      await context.lastSeen.record(after.groupId, apiVersionOf(after.response));
    }
  } catch (error) {
    // If it were thrown, the gateway would send an error frame, which NetBackup cannot decode (I-1). NetBackup does not repeat a
    // response: a command whose response was not stored ends by its deadline.
    context.log.error('response-not-stored', error, { connectionId });
    // Only the relay delivers parts: it reads the status, sends nothing to NetBackup, and delivers the part again.
    if (isPart) return { statusCode: 503 };
  }
  return { statusCode: 200 };
};
