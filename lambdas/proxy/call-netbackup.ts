/** Calls NetBackup as a client would, and waits: a list that may be too large for one message is read in several pages. */
import type { Command } from '../commands/command.ts';
import type { Idempotency } from '../commands/idempotency.ts';
import { type DeliverContext, deliverBody } from '../commands/large/deliver-body.ts';
import {
  type CommandRequest,
  hasTightResponses,
  needsWaiting,
  prepareCommand,
  responseTooLarge,
  type SubmitContext,
} from '../commands/prepare-command.ts';
import { type ReadOnceContext, readResponseOnce } from '../commands/read-response-once.ts';
import { expectResponse } from '../commands/sizes/expectation.ts';
import type { KnownSize } from '../commands/sizes/response-sizes-store.ts';
import { submit, submitPrepared } from '../commands/submit.ts';
import { waitForEnd } from '../commands/wait-for-end.ts';
import { type WaitingContext, withWaitingSlot } from '../commands/waiting/waiting.ts';
import type { Group } from '../groups/group.ts';
import { HttpProblem } from '../platform/errors.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { listRequestOf } from './lists/list-request.ts';
import { readList } from './lists/read-list.ts';
import { noResponseProblem } from './no-response.ts';
import type { ProxiedResponse, SendCall } from './proxied-response.ts';
import { isCarried } from './response.ts';

export interface NetBackupRequest {
  readonly call: CommandCall;
  readonly requestedBy: string;
  /** Not of a GET, which may need several commands. */
  readonly idempotency?: Idempotency | undefined;
  /** Epoch ms. */
  readonly until: number;
}

/** A GET whose connection closed is sent again for this long: NetBackup reconnects within a minute (PRP-7). */
const REPEAT_MS = 120_000;
/** A response can take minutes (222 s in the guide, CMD-4); it can be fetched after the caller has disconnected. */
const EXECUTE_MS = 300_000;

const bodyGone = () =>
  new HttpProblem(502, 'answer-not-usable', 'The body of the response is not stored any more.');

/**
 * @param group as just read
 * @param looked of a GET: what is known of the size of its response. Not used while the domain is connected at the relay: the
 * request passes as the client wrote it
 * @throws HttpProblem 400, 413, 429, 502, 503, 504
 */
export const callNetBackup = async (
  context: SubmitContext & WaitingContext & DeliverContext & ReadOnceContext,
  group: Group,
  request: NetBackupRequest,
  looked: KnownSize | undefined,
  locationOf: (command: Command) => string,
): Promise<ProxiedResponse> => {
  const { call, requestedBy, idempotency, until } = request;
  const { groupId } = group;
  const known = hasTightResponses(group) ? looked : undefined;
  // Parts of a list may fit; any other response would be too large again.
  if (known?.isBlocked && known.own.style === undefined) throw responseTooLarge();

  const requestFor: (...args: Parameters<SendCall>) => CommandRequest = (call, expectation, page) => ({
    ...{ call, requestedBy, idempotency, expectation, page },
    onlineOnly: true,
    isProxied: true,
    deliverWithin: call.method === 'GET' ? REPEAT_MS : Math.max(0, until - context.clock()),
    executeWithin: EXECUTE_MS,
    retry: 'safe',
  });
  const responseTo = async (submitted: Command): Promise<ProxiedResponse> => {
    const command = await waitForEnd(context, submitted, until);
    const status = command.state === 'completed' ? command.response?.status : undefined;
    if (!command.response || status === undefined)
      throw noResponseProblem(command, { location: locationOf(command) });
    const read = await readResponseOnce(context, command, requestedBy);
    const { response = command.response } = await deliverBody(context, read, isCarried);
    const { headers, body, location } = response;
    if (body === undefined && !location && read.storedBody && !read.storedBody.isSealed) throw bodyGone();
    return { command, response: { status, headers, body: body ?? '' }, location };
  };
  let readGroup: Group | undefined = group;
  const send: SendCall = async (call, expectation, page) => {
    // The session may have changed since the previous page.
    const current = readGroup ?? (await context.groups.get(groupId)) ?? group;
    readGroup = undefined;
    return responseTo(await submit(context, current, requestFor(call, expectation, page)));
  };
  const expectation = known && expectResponse(known, call.uri);
  // Of a list this is only a check before the waiting slot is taken: its pages are commands of their own.
  const prepared = await prepareCommand(context, group, requestFor(call, expectation));
  const list = known && listRequestOf(call.uri, known);
  const readResponse = async () =>
    list
      ? ((await readList(context, group, call, known, list, send)) ?? send(call, expectation))
      : responseTo(await submitPrepared(context, prepared));
  return needsWaiting(prepared) ? withWaitingSlot(context, groupId, until, readResponse) : readResponse();
};
