/** The function behind the NOTIFICATION route (two-way). */
import { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import { UnauthenticatedConnections } from '../connections/unauthenticated-connections.ts';
import { receive } from '../notifications/receive.ts';
import { requiredNumber } from '../platform/environment.ts';
import type { GatewayAnswer } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { clock, connectionsStore, gateway, journalStore } from './dependencies.ts';

const log = createLog('notify');
const connections = connectionsStore();
const context = {
  authenticated: new AuthenticatedConnections(connections, clock),
  unauthenticated: new UnauthenticatedConnections({ connections, gateway: gateway(), log }),
  journal: journalStore(),
  retentionDays: requiredNumber('JOURNAL_RETENTION_DAYS'),
  clock,
  log,
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => ({
  statusCode: 200,
  body: await receive(context, event),
});
