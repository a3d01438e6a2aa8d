/** The command behind an answer that takes long: followed to its end, and answered as the proxy would have. */

import { isOpen } from '../../../lambdas/commands/states.ts';
import { Problem } from '../../../lambdas/platform/errors.ts';
import { primaryHostOf } from '../../../lambdas/proxy/links/address.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { notAnswered } from '../../../lambdas/proxy/not-answered.ts';
import { mayHoldLinks, answerOf as proxyAnswerOf } from '../../../lambdas/proxy/response.ts';
import { type Answer, fromProxy, jsonOf, refusal } from './answer.ts';
import type { CallApi } from './api.ts';
import type { Pause } from './queue.ts';
import { apiKeyHeader, type Credential, groupPath } from './request.ts';
import { DISCONNECTED_MS } from './retry.ts';

/** A command as the API shows it. */
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
  };
}

/** The command in an answer of the API, if there is one. */
export const commandIn = (answer: Answer): CommandView | undefined => {
  const view = (jsonOf(answer) ?? {}) as Partial<CommandView>;
  const isCommand = typeof view.commandId === 'string' && typeof view.state === 'string';
  return isCommand && typeof view.request?.uri === 'string' ? (view as CommandView) : undefined;
};

/** The id of the command that a Location names. Of the address nothing else is used: our key goes to our API only. */
export const commandIdOf = (location: string | undefined): string | undefined =>
  /\/commands\/([0-9A-Za-z-]{1,64})$/.exec(location ?? '')?.[1];

/**
 * What the client of a command gets.
 * @param tunnelUrl as that client knows it
 * @throws Problem where NetBackup's answer cannot be handed on
 */
export const answerOf = ({ response, ...command }: CommandView, tunnelUrl: string): Answer => {
  const { state, commandId, request } = command;
  if (state !== 'completed' || !response) return refusal(notAnswered(command, {}));
  // The answer of a login is handed over once.
  if (response.body === undefined && request.method !== 'HEAD')
    throw new Problem(502, 'answer-not-usable', 'The answer came, but had been handed over already.');
  const answer = { ...response, body: response.body ?? '' };
  const links = mayHoldLinks({ answer }) ? readLinks(answer.body) : undefined;
  const located = primaryHostOf(answer.headers['location'] ?? '');
  const hosts = new Set([...(links?.hosts ?? []), ...(located ? [located] : [])]);
  return fromProxy(
    proxyAnswerOf({ command: { commandId, ...request }, answer }, links, { base: tunnelUrl, hosts }),
  );
};

export interface FollowContext {
  readonly callApi: CallApi;
  readonly credential: Credential;
  readonly pause: Pause;
  readonly now: () => number;
}

const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const GROWTH = 1.5;

/**
 * The command once it has ended: every command does. Undefined where it cannot be read, at all or for too long.
 * @throws the signal's reason as soon as it ends
 */
export const follow = async (
  { callApi, credential, pause, now }: FollowContext,
  groupId: string,
  commandId: string,
  signal: AbortSignal,
): Promise<CommandView | undefined> => {
  const path = `${groupPath(groupId)}/commands/${commandId}`;
  let unreadSince: number | undefined;
  for (let wait = SHORTEST_PAUSE_MS; ; wait = Math.min(wait * GROWTH, LONGEST_PAUSE_MS)) {
    await pause(wait, signal);
    const answer = await callApi({ method: 'GET', path, headers: apiKeyHeader(credential) }, signal);
    if (answer.status === 200) {
      const command = commandIn(answer);
      if (!command || !isOpen(command.state)) return command;
      unreadSince = undefined;
      continue;
    }
    const mayPass = answer.status === 429 || answer.status >= 500;
    unreadSince ??= now();
    if (!mayPass || now() - unreadSince > DISCONNECTED_MS) return undefined;
  }
};
