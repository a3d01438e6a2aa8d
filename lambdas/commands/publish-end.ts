/** Reports the end of a command: an audit log line and an event (at least once, with a stable `eventId`). */
import { type Bus, type BusEvent, event } from '../platform/bus/bus.ts';
import type { EventDetails } from '../platform/bus/event-schemas.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { isoTime } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type Command, isUnpublished } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { pathOf } from './page-uri.ts';

export interface PublishContext {
  readonly commands: Pick<CommandsStore, 'markEndPublished'>;
  readonly bus: Bus;
  readonly log: Log;
}

/** The request as an audit may show it: never headers, bodies or the values of a query (I-6). */
export const auditOf = ({ commandId, groupId, requestedBy, method, uri }: Command) => ({
  commandId,
  groupId,
  requestedBy,
  method,
  path: pathOf(uri),
});

type CompletedState = EventDetails['Command Completed']['state'];

const outcomeOf = (command: Command) => {
  const { state, createdAt, endedAt, response, reason, late, attempts } = command;
  return {
    state,
    attempts,
    durationMs: (endedAt ?? 0) - Date.parse(createdAt),
    ...omitUndefined({ status: response?.status, late: late || undefined, reason }),
  };
};

/** `lost` has a separate type: an operator should check whether the command ran. */
const endEvent = (command: Command): BusEvent => {
  const detail = {
    eventId: `${command.commandId}#${command.revision}`,
    ...auditOf(command),
    ...outcomeOf(command),
    requestedAt: command.createdAt,
    endedAt: isoTime(command.endedAt ?? 0),
  };
  return command.state === 'lost'
    ? event('Command Lost', { ...detail, state: 'lost' })
    : event('Command Completed', { ...detail, state: command.state as CompletedState });
};

/** Publishes the end of a command once. If this fails, the sweep repeats it. Never rejects. */
export const publishEnd = async (context: PublishContext, command: Command): Promise<void> => {
  if (!isUnpublished(command)) return;
  context.log.info('command-ended', { ...auditOf(command), ...outcomeOf(command) });
  if (!(await tryToPublish(context, [endEvent(command)]))) return;
  try {
    await context.commands.markEndPublished(command);
  } catch (error) {
    context.log.error('command-not-marked', error, { commandId: command.commandId });
  }
};
