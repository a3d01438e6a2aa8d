/** How a command is shown. Its request's headers and body never are (I-6). */
import { z } from '@hono/zod-openapi';
import type { Command, CommandAnswer } from '../commands/command.ts';
import { isoTime } from '../platform/clock.ts';

const time = z.iso.datetime();
export const commandSchema = z
  .object({
    commandId: z.string(),
    groupId: z.string(),
    state: z.enum(['queued', 'sent', 'completed', 'failed', 'expired', 'cancelled', 'timed_out', 'lost']),
    request: z.object({ method: z.string(), uri: z.string() }),
    requestedBy: z.string(),
    createdAt: time,
    deliverBy: time,
    sentAt: time.optional(),
    executeBy: time.optional(),
    endedAt: time.optional(),
    attempts: z.int(),
    late: z.boolean().optional(),
    reason: z.string().optional(),
    response: z
      .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string().optional() })
      .optional(),
  })
  .openapi('Command');

const optionalTime = <K extends string>(name: K, ms: number | undefined) =>
  (ms === undefined ? {} : { [name]: isoTime(ms) }) as { [name in K]?: string };

/** @param body the answer's body, where it was under seal and is handed over now */
export const commandView = (command: Command, body?: string): z.infer<typeof commandSchema> => {
  const { commandId, groupId, state, method, uri, requestedBy, createdAt, attempts, reason, answer } =
    command;
  const response: CommandAnswer | undefined = answer && {
    ...answer,
    ...(body === undefined ? {} : { body }),
  };
  return {
    commandId,
    groupId,
    state,
    request: { method, uri },
    requestedBy,
    createdAt,
    deliverBy: isoTime(command.deliverBy),
    ...optionalTime('sentAt', command.sentAt),
    ...optionalTime('executeBy', command.executeBy),
    ...optionalTime('endedAt', command.endedAt),
    attempts,
    ...(command.late ? { late: true } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(response ? { response } : {}),
  };
};
