/** The course of one call: its turn, its request, its command, and whatever passes in between. */
import { type Answer, isNetBackups, problem, problemCode, retryAfterOf } from './answer.ts';
import type { Ask } from './api.ts';
import { type Call, type Credential, type Wanted, wantedOf } from './call.ts';
import { answerOf, commandIdOf, commandIn, isOpen } from './command.ts';
import { follow } from './follow.ts';
import type { Gate, Outcome, Pause } from './gate.ts';
import type { Lookout } from './lookout.ts';
import { CROWDED_MS, isCrowded, isOverloaded, mayRepeat, nextLook, passes, RIDE_OUT_MS } from './patience.ts';

export interface CourseContext {
  readonly ask: Ask;
  readonly gate: Gate;
  readonly credential: Credential;
  readonly pause: Pause;
  /** Epoch ms. */
  readonly now: () => number;
  readonly lookoutOf: (groupId: string) => Lookout;
}

/** How often a list is asked for again because one of its parts took too long. */
const MOST_PARTS = 10;
/** Where the API does not say when to come back; and the longest that all calls are held up by what it says. */
const CROWDED_PAUSE_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

const outcomeOf = (answer: Answer): Outcome => {
  if (isCrowded(answer) || isOverloaded(answer)) return 'refused';
  return answer.status < 500 || isNetBackups(answer) ? 'served' : 'other';
};

const holdOf = (answer: Answer, now: number): number =>
  Math.min(retryAfterOf(answer, now) ?? CROWDED_PAUSE_MS, LONGEST_HOLD_MS);

/** Sends it when its turn comes, and again where it was refused for want of a place: then nothing had been sent. */
const inTurn = async (
  { ask, gate, now }: CourseContext,
  { request }: Wanted,
  { order }: Call,
  signal: AbortSignal,
): Promise<Answer> => {
  let until = Number.POSITIVE_INFINITY;
  for (;;) {
    const turn = await gate.enter(order, signal);
    let answer: Answer | undefined;
    try {
      answer = await ask(request, signal);
    } finally {
      turn.end(answer ? outcomeOf(answer) : 'other', answer && isCrowded(answer) ? holdOf(answer, now()) : 0);
    }
    until = Math.min(until, now() + CROWDED_MS);
    if (!isCrowded(answer) || now() >= until) return answer;
  }
};

const stillOpen = problem(504, 'no-answer-yet', 'NetBackup has not answered yet; the command goes on.');

/** What the API's answer comes to once its command has ended. `again`: that was a part of the list only. */
const settled = async (
  context: CourseContext,
  call: Call,
  { asCommand }: Wanted,
  answer: Answer,
  signal: AbortSignal,
): Promise<Answer | 'again'> => {
  if (asCommand) {
    const first = answer.status === 200 || answer.status === 202 ? commandIn(answer) : undefined;
    if (!first) return answer;
    const command = isOpen(first) ? await follow(context, call.groupId, first.commandId, signal) : first;
    return command ? answerOf(command, call.here) : stillOpen;
  }
  if (problemCode(answer) !== 'no-answer-yet') return answer;
  const commandId = commandIdOf(answer.headers['location']);
  const command = commandId && (await follow(context, call.groupId, commandId, signal));
  if (!command) return answer;
  // A list may have been asked for in several commands, and this is the one that took too long.
  const isPart = call.method === 'GET' && command.request.uri !== call.uri;
  return isPart ? 'again' : answerOf(command, call.here);
};

/**
 * One attempt, with all that its command needs to end.
 * @param onThrough called once the call has come through, however long its answer takes
 */
const attempt = async (
  context: CourseContext,
  call: Call,
  wanted: Wanted,
  signal: AbortSignal,
  onThrough: () => void,
): Promise<Answer> => {
  for (let parts = 1; ; parts++) {
    const first = await inTurn(context, wanted, call, signal);
    if (!passes(first)) onThrough();
    const answer = await settled(context, call, wanted, first, signal);
    if (answer !== 'again') return answer;
    if (parts >= MOST_PARTS) return first;
  }
};

/**
 * Answers a call, however long it takes.
 * @throws the signal's reason as soon as it ends: then nothing more is sent
 */
export const answerCall = async (
  context: CourseContext,
  call: Call,
  signal: AbortSignal,
): Promise<Answer> => {
  const { credential, pause, now } = context;
  const wanted = wantedOf(call, credential);
  if ('status' in wanted) return wanted;
  const lookout = context.lookoutOf(call.groupId);
  let until = Number.POSITIVE_INFINITY;
  let looks = false;
  const leave = (isBack: boolean) => {
    if (looks) lookout.leave(isBack);
    looks = false;
  };
  try {
    for (let tries = 0; ; tries++) {
      const answer = await attempt(context, call, wanted, signal, () => leave(true));
      if (!passes(answer) || !mayRepeat(call.method)) return answer;
      until = Math.min(until, now() + RIDE_OUT_MS);
      if (!looks) looks = await lookout.enter(signal);
      const wait = looks ? nextLook(answer, tries, now()) : 0;
      if (now() + wait > until) return answer;
      if (looks) await pause(wait, signal);
    }
  } finally {
    leave(false);
  }
};
