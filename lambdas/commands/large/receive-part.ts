/** Handles a part of a COMMAND RESPONSE that is too large for one invocation: stores it, or makes the message of all parts. */
import type { GatewayEvent } from '../../platform/gateway/events.ts';
import { isLastPart, type ResponsePart } from '../../platform/gateway/response-parts.ts';
import { isMessageId } from '../../platform/ids.ts';
import type { Command } from '../command.ts';
import { applyStep, type StepContext } from '../dispatch.ts';
import { type RecordedResponse, type ResponseContext, receiveResponse } from '../receive-response.ts';
import { envelopeId } from './envelope-id.ts';
import { tooLarge } from './keep-body.ts';
import type { LargeResponses, Sender } from './large-responses.ts';

export interface PartContext extends ResponseContext, StepContext {
  /** Absent without a bucket. */
  readonly large?: LargeResponses | undefined;
}

/** The command of the sender's group (I-13) that a part names as answered, if it is under way. */
const commandOf = async (
  { commands }: PartContext,
  { groupId }: Sender,
  part: ResponsePart,
): Promise<Command | undefined> => {
  const id = envelopeId(part);
  const command = id !== undefined && isMessageId(id) ? await commands.get(id) : undefined;
  return command?.groupId === groupId && command.state === 'sent' ? command : undefined;
};

/** Without a bucket a response cannot be kept: the command fails at once, if one of the parts names it. */
const refuse = async (context: PartContext, sender: Sender, part: ResponsePart): Promise<void> => {
  const { bytes, count } = part;
  if (isLastPart(part)) context.log.warn('response-without-bucket', { ...sender, bytes, count });
  const command = await commandOf(context, sender, part);
  if (!command) return;
  await applyStep(context, command, { to: 'failed', reason: tooLarge(bytes), failure: 'answer-too-large' });
};

/**
 * Handles one part. Nothing is stored for a connection that is not authenticated.
 * @returns the command, if the last part completed a response
 * @throws Error of AWS when it was not stored; the relay delivers it again
 */
export const receivePart = async (
  context: PartContext,
  event: GatewayEvent,
  part: ResponsePart,
): Promise<RecordedResponse | undefined> => {
  const { authenticated, unauthenticated, large, log } = context;
  const { connectionId } = event;
  if (unauthenticated.isClosed(connectionId)) return undefined;
  const identity = await authenticated.identityOf(connectionId);
  if (!identity) return void (await unauthenticated.reject(event, 'response-before-connect'));
  const sender = { groupId: identity.groupId, connectionId };
  if (!large) return void (await refuse(context, sender, part));
  if (!isLastPart(part)) return void (await large.putPart(sender, part));
  const message = await large.assemble(sender, part);
  if (typeof message === 'string') {
    // Also if the last part is delivered again, after its message was recorded and the other parts were deleted.
    const { digest, bytes, count } = part;
    return void log.warn('response-not-complete', { ...sender, reason: message, digest, bytes, count });
  }
  const recorded = await receiveResponse(context, { ...event, text: message.toString('utf8') });
  await large
    .deleteParts(sender, part)
    // They expire within two days.
    .catch((error: unknown) => log.error('response-parts-not-deleted', error, sender));
  return recorded;
};
