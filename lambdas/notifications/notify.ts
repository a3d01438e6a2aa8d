/** The function behind the NOTIFICATION route (two-way). */
import { systemClock } from '../platform/clock.ts';
import { dynamodbClient } from '../platform/dynamodb/client.ts';
import { required, requiredNumber } from '../platform/environment.ts';
import type { GatewayAnswer } from '../platform/gateway/events.ts';
import { createLog } from '../platform/logger.ts';
import { AuthenticatedConnections } from '../sessions/authenticated.ts';
import { ConnectionsStore } from '../sessions/connections-store.ts';
import { JournalStore } from './journal/journal.ts';
import { receive } from './journal/receive.ts';

const client = dynamodbClient();
const context = {
  senders: new AuthenticatedConnections(
    new ConnectionsStore(client, required('CONNECTIONS_TABLE')),
    systemClock,
  ),
  journal: new JournalStore(client, required('JOURNAL_TABLE')),
  retentionDays: requiredNumber('JOURNAL_RETENTION_DAYS'),
  clock: systemClock,
  log: createLog('notify'),
};

export const handler = async (event: unknown): Promise<GatewayAnswer> => ({
  statusCode: 200,
  body: await receive(context, event),
});
