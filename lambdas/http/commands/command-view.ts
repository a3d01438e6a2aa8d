/**
 * A command in the HTTP API. Headers and body of its request are never shown (I-6). Its query and its response are shown to the API
 * key that requested it and to keys with the scope admin; other keys of the group see that it exists, its path and its state.
 */
import { z } from '@hono/zod-openapi';
import { type Command, FAILURE_CODES } from '../../commands/command.ts';
import { mayReturnCredential } from '../../commands/credential-paths.ts';
import { pathOf } from '../../commands/page-uri.ts';
import { STATES } from '../../commands/states.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Principal } from '../rights.ts';
import { hasScope } from '../rights.ts';

const time = z.iso.datetime();
const locationSchema = z
  .object({
    url: z.url().openapi({
      description:
        'Anybody who knows the URL can read the body there with GET, until it expires. Send no header of this API with it, nor `Authorization`.',
    }),
    bytes: z.int().openapi({ description: 'Of the body.' }),
    expiresAt: time.openapi({
      description: 'At most after 15 minutes. Read the command again for another URL.',
    }),
  })
  .openapi('ResponseLocation', {
    description:
      'Instead of `body`, if that is more than one answer of this API can carry. Only through the relay can NetBackup send so large a response.',
  });

export const commandSchema = z
  .object({
    commandId: z.string(),
    groupId: z.string(),
    state: z.enum(STATES),
    request: z.object({
      method: z.string(),
      uri: z.string().openapi({
        description:
          'Path and query. Without the query for keys that did not request the command and lack the scope admin.',
      }),
    }),
    requestedBy: z
      .string()
      .openapi({ description: 'The id of the API key, or `oidc:` and the name of the person.' }),
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
    failure: z.enum(FAILURE_CODES).optional(),
    response: z
      .object({
        status: z.int().optional(),
        headers: z.record(z.string(), z.string()),
        body: z.string().optional(),
        location: locationSchema.optional(),
      })
      .optional()
      .openapi({
        description:
          'Shown to the key that requested the command, and to keys with the scope admin. Without its body in lists. `status` is absent if NetBackup sent no usable one: then `body` is its body, or the whole message if it had none. A response that may hold a credential: its headers and body are shown only to the key that requested it, its body once.',
      }),
  })
  .openapi('Command');

const optionalTime = (ms: number | undefined) => (ms === undefined ? undefined : isoTime(ms));

/** The API key that reads a command. */
export type Reader = Pick<Principal, 'keyId' | 'scopes'>;

/** The parts of a response that a key may see. A response that may hold a credential is only for the requester, with its headers. */
const visibleResponse = ({ uri, response, requestedBy }: Command, { keyId }: Reader) => {
  if (!response) return undefined;
  if (requestedBy === keyId || !mayReturnCredential(uri)) {
    const { location, ...rest } = response;
    return location === undefined
      ? rest
      : { ...rest, location: { ...location, expiresAt: isoTime(location.expiresAt) } };
  }
  return { ...omitUndefined({ status: response.status }), headers: {} };
};

/** Whether a key may see the query and the response of a command. */
export const seesResponse = ({ requestedBy }: Command, reader: Reader): boolean =>
  requestedBy === reader.keyId || hasScope(reader, 'admin');

export const commandView = (command: Command, reader: Reader): z.infer<typeof commandSchema> => {
  const { commandId, groupId, state, method, uri, requestedBy, createdAt, attempts } = command;
  const { reason, failure, late } = command;
  const isOwn = seesResponse(command, reader);
  return {
    commandId,
    groupId,
    state,
    request: { method, uri: isOwn ? uri : pathOf(uri) },
    requestedBy,
    createdAt,
    deliverBy: isoTime(command.deliverBy),
    ...omitUndefined({
      sentAt: optionalTime(command.sentAt),
      executeBy: optionalTime(command.executeBy),
      endedAt: optionalTime(command.endedAt),
    }),
    attempts,
    ...omitUndefined({
      late: late || undefined,
      reason,
      failure,
      response: isOwn ? visibleResponse(command, reader) : undefined,
    }),
  };
};

/** The view in lists: a hundred responses of 128 KB are more than a function can return. */
export const commandLine = (command: Command, reader: Reader): z.infer<typeof commandSchema> => {
  const { response, ...view } = commandView(command, reader);
  if (!response) return view;
  const { body: _, ...rest } = response;
  return { ...view, response: rest };
};
