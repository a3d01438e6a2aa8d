/** Who asked for what, when, and what became of it: a log line and an event (at least once, with a stable `eventId`). */

import type { Bus, BusEvent } from '../platform/bus.ts';
import { isoTime } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import { tryToPublish } from '../platform/try-to-publish.ts';
import { type Command, isUnpublished } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { pathOf } from './page-uri.ts';

export interface PublishContext {
  readonly commands: Pick<CommandsStore, 'published'>;
  readonly bus: Bus;
  readonly log: Log;
}

/** What an audit may show: never headers, bodies or the values of a query (I-6). */
export const auditOf = ({ commandId, groupId, requestedBy, method, uri }: Command) => ({
  commandId,
  groupId,
  requestedBy,
  method,
  path: pathOf(uri),
});

const outcomeOf = (command: Command) => {
  const { state, createdAt, endedAt, answer, reason, late, attempts } = command;
  return {
    state,
    attempts,
    durationMs: (endedAt ?? 0) - Date.parse(createdAt),
    ...(answer ? { status: answer.status } : {}),
    ...(late ? { late } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
};

/** `lost` has a type of its own: somebody should look whether it ran. */
export const endEvent = (command: Command): BusEvent => ({
  detailType: command.state === 'lost' ? 'Command Lost' : 'Command Completed',
  detail: {
    eventId: `${command.commandId}#${command.revision}`,
    ...auditOf(command),
    ...outcomeOf(command),
    requestedAt: command.createdAt,
    endedAt: isoTime(command.endedAt ?? 0),
  },
});

/** Publishes the end of a command unless that was done. What fails here is done by the sweep. Never rejects. */
export const publishEnd = async (context: PublishContext, command: Command): Promise<void> => {
  if (!isUnpublished(command)) return;
  context.log.info('command-ended', { ...auditOf(command), ...outcomeOf(command) });
  if (!(await tryToPublish(context, [endEvent(command)]))) return;
  try {
    await context.commands.published(command);
  } catch (error) {
    context.log.error('command-not-marked', error, { commandId: command.commandId });
  }
};
