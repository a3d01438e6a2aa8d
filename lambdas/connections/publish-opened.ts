import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import type { Log } from '../platform/logger.ts';
import { connectionOpened, hasGroup } from './bus-events.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

/** Publishes Connection Opened. If the bus does not accept it, it stays pending, and the sweep publishes it. */
export const publishOpened = async (
  context: { readonly bus: Bus; readonly log: Log; readonly connections: ConnectionsStore },
  connection: Connection,
): Promise<void> => {
  if (!hasGroup(connection)) return;
  if (await tryToPublish(context, [connectionOpened(connection)])) {
    await context.connections.markPublished(connection.connectionId);
  }
};
