import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import type { Log } from '../platform/logger.ts';
import { connectionOpened, hasGroup } from './bus-events.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

/** Tells the bus that a connection became a session. What is not taken stays noted, and the sweep tells it again. */
export const publishOpened = async (
  context: { readonly bus: Bus; readonly log: Log; readonly connections: ConnectionsStore },
  connection: Connection,
): Promise<void> => {
  if (!hasGroup(connection)) return;
  if (await tryToPublish(context, [connectionOpened(connection)])) {
    await context.connections.told(connection.connectionId);
  }
};
