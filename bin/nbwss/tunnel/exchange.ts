/** One call from its request to its answer: in turn, followed to the end of its command, tried again where that helps. */
import { isOpen } from '../../../lambdas/commands/states.ts';
import { type Answer, problemCode } from './answer.ts';
import { answerOf, commandIdOf, commandIn, type FollowContext, follow } from './command.ts';
import type { Probe, RequestQueue } from './queue.ts';
import { type Call, type CallRequest, requestFor } from './request.ts';
import {
  DISCONNECTED_MS,
  isRepeatable,
  isThrottled,
  isTransient,
  retryPause,
  THROTTLED_MS,
} from './retry.ts';

export interface ExchangeContext extends FollowContext {
  readonly queue: RequestQueue;
}

/** How often a list is asked for again because one of its parts took too long. */
const MAX_PARTS = 10;

/** Sends it when its turn comes, and again where it was refused for want of a place: then nothing had been sent. */
const sendInTurn = async (
  { callApi, queue, now }: ExchangeContext,
  { request }: CallRequest,
  order: number,
  signal: AbortSignal,
): Promise<Answer> => {
  let until: number | undefined;
  for (;;) {
    const answer = await queue.run(order, signal, () => callApi(request, signal));
    until ??= now() + THROTTLED_MS;
    if (!isThrottled(answer) || now() >= until) return answer;
  }
};

/** What the API's answer comes to once its command has ended. `again`: that was a part of the list only. */
const endOf = async (
  context: ExchangeContext,
  { groupId, method, uri, tunnelUrl }: Call,
  { asCommand }: CallRequest,
  answer: Answer,
  signal: AbortSignal,
): Promise<Answer | 'again'> => {
  if (asCommand) {
    const first = answer.status === 200 || answer.status === 202 ? commandIn(answer) : undefined;
    if (!first) return answer;
    const ended = isOpen(first.state) ? await follow(context, groupId, first.commandId, signal) : first;
    return answerOf(ended ?? first, tunnelUrl);
  }
  if (problemCode(answer) !== 'no-answer-yet') return answer;
  const commandId = commandIdOf(answer.headers['location']);
  const command = commandId && (await follow(context, groupId, commandId, signal));
  if (!command) return answer;
  // A list may have been asked for in several commands, and this is the one that took too long.
  return method === 'GET' && command.request.uri !== uri ? 'again' : answerOf(command, tunnelUrl);
};

/**
 * One attempt, with all that its command needs to end.
 * @param onConnected called once the call has come through, however long its answer takes
 */
const attempt = async (
  context: ExchangeContext,
  call: Call,
  request: CallRequest,
  order: number,
  signal: AbortSignal,
  onConnected: () => void,
): Promise<Answer> => {
  for (let parts = 1; ; parts++) {
    const first = await sendInTurn(context, request, order, signal);
    if (!isTransient(first)) onConnected();
    const answer = await endOf(context, call, request, first, signal);
    if (answer !== 'again') return answer;
    if (parts >= MAX_PARTS) return first;
  }
};

/**
 * Answers a call, however long it takes.
 * @param probe of its group
 * @throws Problem where it cannot be sent, and the signal's reason as soon as it ends: then nothing more is sent
 */
export const answerCall = async (
  context: ExchangeContext,
  call: Call,
  probe: Probe,
  signal: AbortSignal,
): Promise<Answer> => {
  const { credential, queue, pause, now } = context;
  const request = requestFor(call, credential);
  const order = queue.takeNumber();
  let until: number | undefined;
  let isProbing = false;
  const leave = (isBack: boolean) => {
    if (isProbing) probe.leave(isBack);
    isProbing = false;
  };
  try {
    for (let tries = 0; ; tries++) {
      const answer = await attempt(context, call, request, order, signal, () => leave(true));
      if (!isTransient(answer) || !isRepeatable(call.method)) return answer;
      until ??= now() + DISCONNECTED_MS;
      if (!isProbing) isProbing = await probe.enter(signal);
      const wait = isProbing ? retryPause(answer, tries, now()) : 0;
      if (now() + wait > until) return answer;
      if (isProbing) await pause(wait, signal);
    }
  } finally {
    leave(false);
  }
};
