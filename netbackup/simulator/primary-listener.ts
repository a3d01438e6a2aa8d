import type { CommandRequest, Message } from '../wire/codec.ts';
import { closeStatus } from '../wire/socket.ts';
import type { CommandListener } from './nbwss/command-runner.ts';
import type { Connection } from './nbwss/connection.ts';
import type { Delivery } from './nbwss/delivery.ts';
import type { ServerGroupListener } from './nbwss/server-group.ts';
import type { PrimaryEvents } from './primary-events.ts';

/** The parts of the primary that the listener uses. */
interface Host {
  now(): number;
  report<Name extends keyof PrimaryEvents>(name: Name, event: PrimaryEvents[Name]): void;
  run(connection: Connection, message: Message): Promise<void>;
  deliveryOf(groupId: string): Delivery | undefined;
}

/** Converts reports of the groups and the command runner to events of the primary, and handles incoming messages. */
export function primaryListener(host: Host): ServerGroupListener & CommandListener {
  const on = (connection: Connection): { at: number; endpoint: Connection['endpoint']['details'] } => ({
    at: host.now(),
    endpoint: connection.endpoint.details,
  });
  const summary = ({ method, uri }: CommandRequest): { method: string; uri: string } => ({ method, uri });

  const acknowledge = (connection: Connection, message: Message): void => {
    if ((message.payload as unknown[]).length > 0) {
      connection.violate('NOT-3', 'NOTIFICATION RESPONSE with a payload', JSON.stringify(message));
    }
    const delivery = host.deliveryOf(connection.endpoint.details.groupId);
    if (delivery?.acknowledge(connection, message.id)) return;
    connection.violate('ENV-4', 'a NOTIFICATION RESPONSE without a request', JSON.stringify(message));
  };

  return {
    connecting: (endpoint) => host.report('connecting', { at: host.now(), endpoint: endpoint.details }),
    established: (connection) => host.report('connected', on(connection)),
    received: (connection, message) => {
      const kind = `${message.type} ${message.subType}`;
      if (kind === 'NOTIFICATION RESPONSE') acknowledge(connection, message);
      else if (kind === 'COMMAND REQUEST') void host.run(connection, message);
      else connection.violate('ENV-2', `only NetBackup sends ${kind}`, JSON.stringify(message));
    },
    violated: (connection, violation) => host.report('violation', { ...on(connection), ...violation }),
    ended: (connection, code, reason) => {
      connection.endpoint.closeStatus = closeStatus(code);
      host.report('disconnected', {
        ...on(connection),
        code,
        reason,
        closeStatus: closeStatus(code),
        wasConnected: connection.wasEstablished,
      });
    },
    sent: (connection, message, items, bytes, attempt) => {
      const event = { ...on(connection), message, items, bytes };
      if (attempt === 1) host.report('sent', event);
      else host.report('resent', { ...event, attempt });
    },
    acknowledged: (connection, id, items, ms) =>
      host.report('acknowledged', { ...on(connection), id, items, ms }),
    ignored: (connection, id, why) => host.report('ignored', { ...on(connection), id, why }),
    command: (connection, id, request) =>
      host.report('command', { ...on(connection), id, ...summary(request) }),
    answered: (connection, id, request, response, ms) =>
      host.report('answered', {
        ...on(connection),
        id,
        ...summary(request),
        responseCode: response.responseCode,
        ms,
        bytes: Buffer.byteLength(response.body),
        isLost: !connection.isEstablished,
      }),
  };
}
