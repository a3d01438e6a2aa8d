/** Stores a command, and sends it if the group's session is ready. */
import { randomUUID } from 'node:crypto';
import type { Group, Session } from '../groups/group.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { type Command, mayRepeat } from './command.ts';
import { dispatch, sendClaimed } from './dispatch.ts';
import { laneOf } from './lanes.ts';
import {
  type CommandRequest,
  type NewPrepared,
  needsWaiting,
  type PreparedCommand,
  prepareCommand,
  readySession,
  type SubmitContext,
  sameRequest,
} from './prepare-command.ts';
import { auditOf } from './publish-end.ts';
import { isStorable, sealRequest } from './seal.ts';
import { newKeys } from './stored-command.ts';
import { waitForEnd } from './wait-for-end.ts';
import { type WaitingContext, withWaitingSlot } from './waiting/waiting.ts';

/**
 * The command as it is stored. If it is sent immediately, the write is also the claim, since the command never was queued; then the
 * request is stored only if the command may have to be sent again.
 */
const commandToStore = async (
  { vault, clock }: SubmitContext,
  { command, call, session }: NewPrepared,
): Promise<Command> => {
  const needsRequest = !session || (mayRepeat(command) && isStorable(call));
  const sealedRequest = needsRequest ? await sealRequest(vault, command, call) : undefined;
  const now = clock();
  const executeBy = now + command.executeWithin;
  return {
    ...command,
    state: session ? 'sent' : 'queued',
    attempts: session ? 1 : 0,
    ...newKeys(command, session && laneOf(command), session ? executeBy : command.deliverBy, now),
    ...omitUndefined({ sealedRequest }),
    ...(session && { sender: randomUUID(), connectionId: session.connectionId, sentAt: now, executeBy }),
  };
};

/**
 * The group is read after the command was stored: either this function sees a new session, or that session's flush sees the
 * command.
 * @param refusedBy the connection that has just refused it
 */
const sendQueued = async (
  context: SubmitContext,
  command: Command,
  call: CommandCall,
  refusedBy?: string,
): Promise<void> => {
  const group = await context.groups.get(command.groupId);
  const session = group && readySession(group, context.clock());
  if (session && session.connectionId !== refusedBy) await dispatch(context, command, session, call);
};

const sendStored = async (
  context: SubmitContext,
  command: Command,
  call: CommandCall,
  session: Session | undefined,
): Promise<Command | undefined> => {
  const { commands } = context;
  if (!session) {
    await sendQueued(context, command, call);
    return commands.get(command.commandId);
  }
  const { connectionId } = session;
  const posted = await sendClaimed(context, command, connectionId, call);
  if (posted === 'accepted') return command;
  const latest = await commands.get(command.commandId);
  // A connection that refused the command is not used again; after an unknown result it is.
  const mayUseAgain = posted === 'unknown' || posted === 'deferred';
  if (latest?.state === 'queued')
    await sendQueued(context, latest, call, mayUseAgain ? undefined : connectionId);
  return commands.get(command.commandId);
};

/** Stores and sends a prepared command. @throws HttpProblem 422 */
export const submitPrepared = async (context: SubmitContext, prepared: PreparedCommand): Promise<Command> => {
  if (prepared.kind === 'existing') return prepared.command;
  const { call, session } = prepared;
  const wanted = await commandToStore(context, prepared);
  const { created, command } = await context.commands.create(wanted, context.clock());
  if (!created && wanted.requestDigest !== undefined) {
    sameRequest(command, wanted.requestDigest);
    // With the same sender it is our own write, which the SDK repeated; no other invocation will post it.
    if (command.sender !== wanted.sender) return command;
  }
  context.log.info('command-requested', auditOf(command));
  try {
    return (await sendStored(context, command, call, session)) ?? command;
  } catch (error) {
    // The command is stored, so the sweep ends it: its caller must get its id rather than an error.
    const { commandId, groupId } = command;
    context.log.error('command-not-dispatched', error, { commandId, groupId });
    return command;
  }
};

/**
 * Stores a command and sends it if the group's session is ready. With an Idempotency-Key that was used before: returns that
 * command.
 * @param group as just read
 * @throws HttpProblem 400, 413, 422, 429, 502, 503
 */
export const submit = async (
  context: SubmitContext,
  group: Group,
  request: CommandRequest,
): Promise<Command> => submitPrepared(context, await prepareCommand(context, group, request));

/** Like {@link submit}, and waits for the end until `until` (epoch ms), in a waiting slot. @throws HttpProblem 429 too */
export const submitAndWait = async (
  context: SubmitContext & WaitingContext,
  group: Group,
  request: CommandRequest,
  until: number,
): Promise<Command> => {
  const prepared = await prepareCommand(context, group, request);
  if (!needsWaiting(prepared)) return submitPrepared(context, prepared);
  return withWaitingSlot(context, group.groupId, until, async () =>
    waitForEnd(context, await submitPrepared(context, prepared), until),
  );
};
