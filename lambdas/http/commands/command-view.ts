/** A command in the HTTP API. Headers and body of its request are never shown (I-6). */
import { z } from '@hono/zod-openapi';
import type { Command } from '../../commands/command.ts';
import { TRANSITIONS } from '../../commands/states.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';

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
      .openapi({ description: 'The response came after the command had timed out or was lost.' }),
    reason: z.string().optional(),
    failure: z.enum(['answer-too-large', 'command-too-large', 'answer-not-usable']).optional(),
    response: z
      .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string().optional() })
      .optional()
      .openapi({
        description: 'Without its body in lists, and after a body with a credential was delivered.',
      }),
  })
  .openapi('Command');

const optionalTime = (ms: number | undefined) => (ms === undefined ? undefined : isoTime(ms));

export const commandView = (command: Command): z.infer<typeof commandSchema> => {
  const { commandId, groupId, state, method, uri, requestedBy, createdAt, attempts } = command;
  const { reason, failure, response, late } = command;
  return {
    commandId,
    groupId,
    state,
    request: { method, uri },
    requestedBy,
    createdAt,
    deliverBy: isoTime(command.deliverBy),
    ...omitUndefined({
      sentAt: optionalTime(command.sentAt),
      executeBy: optionalTime(command.executeBy),
      endedAt: optionalTime(command.endedAt),
    }),
    attempts,
    ...omitUndefined({ late: late || undefined, reason, failure, response: response && { ...response } }),
  };
};

/** In lists: a hundred responses of 128 KB are more than a function can return. */
export const commandLine = (command: Command): z.infer<typeof commandSchema> => {
  const { response, ...view } = commandView(command);
  if (!response) return view;
  const { status, headers } = response;
  return { ...view, response: { status, headers } };
};
