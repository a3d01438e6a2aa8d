/** How a command is shown. Its request's headers and body never are (I-6). */
import { z } from '@hono/zod-openapi';
import type { Command } from '../../commands/command.ts';
import { TRANSITIONS } from '../../commands/states.ts';
import { isoTime } from '../../platform/clock.ts';

const time = z.iso.datetime();
export const STATES = Object.keys(TRANSITIONS) as Command['state'][];
export const commandSchema = z
  .object({
    commandId: z.string(),
    groupId: z.string(),
    state: z.enum(STATES),
    request: z.object({ method: z.string(), uri: z.string() }),
    requestedBy: z.string().openapi({ description: 'The id of the API key.' }),
    createdAt: time,
    deliverBy: time,
    sentAt: time.optional(),
    executeBy: time.optional(),
    endedAt: time.optional(),
    attempts: z.int(),
    late: z
      .boolean()
      .optional()
      .openapi({ description: 'The answer came after the command had been given up.' }),
    reason: z.string().optional(),
    failure: z.enum(['answer-too-large', 'command-too-large', 'answer-not-usable']).optional(),
    response: z
      .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string().optional() })
      .optional()
      .openapi({ description: 'Without its body in lists, and after a credential in it was handed over.' }),
  })
  .openapi('Command');

const optionalTime = <K extends string>(name: K, ms: number | undefined) =>
  (ms === undefined ? {} : { [name]: isoTime(ms) }) as { [name in K]?: string };

export const commandView = (command: Command): z.infer<typeof commandSchema> => {
  const { commandId, groupId, state, method, uri, requestedBy, createdAt, attempts } = command;
  const { reason, failure, answer } = command;
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
    ...(failure === undefined ? {} : { failure }),
    ...(answer ? { response: { ...answer } } : {}),
  };
};

/** As lists show it: a hundred answers of 128 KB would be more than a function can return. */
export const commandLine = (command: Command): z.infer<typeof commandSchema> => {
  const { response, ...view } = commandView(command);
  if (!response) return view;
  const { status, headers } = response;
  return { ...view, response: { status, headers } };
};
