/** The function behind the NOTIFICATION route (two-way). */
import { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import { receive } from '../notifications/receive.ts';
import { requiredNumber } from '../platform/environment.ts';
import type { GatewayAnswer } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { clock, connectionsStore, journalStore } from './dependencies.ts';

const context = {
  senders: new AuthenticatedConnections(connectionsStore(), clock),
  journal: journalStore(),
  retentionDays: requiredNumber('JOURNAL_RETENTION_DAYS'),
  clock,
  log: createLog('notify'),
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => ({
  statusCode: 200,
  body: await receive(context, event),
});
