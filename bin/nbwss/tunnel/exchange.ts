/** Answers one call: queues and sends it, polls its command, and retries where that is safe. */
import { isOpen } from '../../../lambdas/commands/states.ts';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { type Answer, problemAnswer, problemCode } from './answer.ts';
import { answerFromCommand, commandIdOf, commandIn, type PollContext, pollCommand } from './command.ts';
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

export interface ExchangeContext extends PollContext {
  readonly queue: RequestQueue;
}

/** How often a list is requested again because one of its pages took too long. */
const MAX_PARTS = 10;

/** Sends the request from the queue, and again while the API throttles: then NetBackup has received nothing. */
const sendQueued = async (
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

const notShown = (commandId: string) =>
  new HttpProblem(502, 'answer-not-readable', `The API does not show the command ${commandId} any more.`);

/** The answer once the command has ended. `again`: it was only one page of the list. */
const finalAnswer = async (
  context: ExchangeContext,
  { groupId, method, uri, tunnelUrl }: Call,
  { asCommand }: CallRequest,
  answer: Answer,
  signal: AbortSignal,
): Promise<Answer | 'again'> => {
  if (asCommand) {
    const first = answer.status === 200 || answer.status === 202 ? commandIn(answer) : undefined;
    if (!first) return answer;
    const ended = isOpen(first.state) ? await pollCommand(context, groupId, first.commandId, signal) : first;
    return answerFromCommand(ended ?? first, tunnelUrl);
  }
  if (problemCode(answer) === 'answer-elsewhere') {
    const id = answer.headers['x-nbwss-command-id'] ?? '';
    const command = await pollCommand(context, groupId, id, signal);
    return command ? answerFromCommand(command, tunnelUrl) : problemAnswer(notShown(id));
  }
  if (problemCode(answer) !== 'no-answer-yet') return answer;
  const commandId = commandIdOf(answer.headers['location']);
  const command = commandId && (await pollCommand(context, groupId, commandId, signal));
  if (!command) return answer;
  // The proxy reads a list with several commands. This command is one of its pages.
  return method === 'GET' && command.request.uri !== uri ? 'again' : answerFromCommand(command, tunnelUrl);
};

/**
 * One attempt, until its command has ended.
 * @param onConnected called as soon as the API shows that the domain is connected
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
    const first = await sendQueued(context, request, order, signal);
    if (!isTransient(first)) onConnected();
    const answer = await finalAnswer(context, call, request, first, signal);
    if (answer !== 'again') return answer;
    if (parts >= MAX_PARTS) return first;
  }
};

/**
 * Answers a call, however long it takes.
 * @param probe of the call's group
 * @throws HttpProblem when it cannot be sent; the signal's reason on abort, after which nothing more is sent
 */
export const answerCall = async (
  context: ExchangeContext,
  call: Call,
  probe: Probe,
  signal: AbortSignal,
): Promise<Answer> => {
  const { credential, queue, pause, now } = context;
  const request = requestFor(call, credential);
  const order = queue.nextOrder();
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
