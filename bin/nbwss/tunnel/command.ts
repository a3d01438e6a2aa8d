/** Polls a command until it ends, and answers as the proxy would. */
import { isOpen } from '../../../lambdas/commands/states.ts';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { primaryHostOf } from '../../../lambdas/proxy/links/address.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { noResponseProblem } from '../../../lambdas/proxy/no-response.ts';
import { mayContainLinks, toHttpResponse } from '../../../lambdas/proxy/response.ts';
import { type Answer, fromProxy, jsonOf, problemAnswer } from './answer.ts';
import type { CallApi } from './api.ts';
import type { Source } from './location.ts';
import type { Pause } from './queue.ts';
import { apiKeyHeader, type Credential, groupPath } from './request.ts';
import { DISCONNECTED_MS } from './retry.ts';

/** The fields of a command that are used. */
export interface CommandView {
  readonly commandId: string;
  readonly state: string;
  readonly request: { readonly method: string; readonly uri: string };
  readonly reason?: string;
  readonly failure?: string;
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly location?: Source;
  };
}

/** The command in an answer of the API, if any. */
export const commandIn = (answer: Answer): CommandView | undefined => {
  const view = (jsonOf(answer) ?? {}) as Partial<CommandView>;
  const isCommand = typeof view.commandId === 'string' && typeof view.state === 'string';
  return isCommand && typeof view.request?.uri === 'string' ? (view as CommandView) : undefined;
};

/** The command id in a Location. The rest of the URL is ignored, so that our key is sent to our API only. */
export const commandIdOf = (location: string | undefined): string | undefined =>
  /\/commands\/([0-9A-Za-z-]{1,64})$/.exec(location ?? '')?.[1];

/**
 * The answer for the client of a command.
 * @param tunnelUrl as that client knows it
 * @throws HttpProblem when NetBackup's answer cannot be forwarded
 */
export const answerFromCommand = ({ response, ...command }: CommandView, tunnelUrl: string): Answer => {
  const { state, commandId, request } = command;
  if (state !== 'completed' || !response) return problemAnswer(noResponseProblem(command, {}));
  // An answer with a credential is delivered once.
  if (response.body === undefined && response.location === undefined && request.method !== 'HEAD')
    throw new HttpProblem(502, 'answer-not-usable', 'The answer was already delivered once.');
  const answer = { ...response, body: response.body ?? '' };
  const links =
    !response.location && mayContainLinks({ response: answer }) ? readLinks(answer.body) : undefined;
  const located = primaryHostOf(answer.headers['location'] ?? '');
  const hosts = new Set([...(links?.hosts ?? []), ...(located ? [located] : [])]);
  const reply = { command: { commandId, ...request }, response: answer };
  const source = response.location;
  return {
    ...fromProxy(toHttpResponse(reply, links, { base: tunnelUrl, hosts })),
    ...omitUndefined({ source }),
  };
};

export interface PollContext {
  readonly callApi: CallApi;
  readonly credential: Credential;
  readonly pause: Pause;
  readonly now: () => number;
}

const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;
const GROWTH = 1.5;

/**
 * Waits until the command has ended. Undefined when it cannot be read.
 * @throws the signal's reason on abort
 */
export const pollCommand = async (
  { callApi, credential, pause, now }: PollContext,
  groupId: string,
  commandId: string,
  signal: AbortSignal,
): Promise<CommandView | undefined> => {
  const path = `${groupPath(groupId)}/commands/${commandId}`;
  let unreadSince: number | undefined;
  for (let wait = MIN_PAUSE_MS; ; wait = Math.min(wait * GROWTH, MAX_PAUSE_MS)) {
    await pause(wait, signal);
    const answer = await callApi({ method: 'GET', path, headers: apiKeyHeader(credential) }, signal);
    if (answer.status === 200) {
      const command = commandIn(answer);
      if (!command || !isOpen(command.state)) return command;
      unreadSince = undefined;
      continue;
    }
    const isTransient = answer.status === 429 || answer.status >= 500;
    unreadSince ??= now();
    if (!isTransient || now() - unreadSince > DISCONNECTED_MS) return undefined;
  }
};
