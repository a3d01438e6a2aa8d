/** Looks after a command until it has ended. */
import type { Ask } from './api.ts';
import { apiKeyHeader, type Credential, groupPath } from './call.ts';
import { type CommandView, commandIn, isOpen } from './command.ts';
import type { Pause } from './gate.ts';
import { RIDE_OUT_MS } from './patience.ts';

export interface FollowContext {
  readonly ask: Ask;
  readonly credential: Credential;
  readonly pause: Pause;
  readonly now: () => number;
}

const SHORTEST_MS = 500;
const LONGEST_MS = 5_000;
const GROWTH = 1.5;

/**
 * The command once it has ended: every command does. Undefined where it cannot be read, at all or for too long.
 * @throws the signal's reason as soon as it ends
 */
export const follow = async (
  { ask, credential, pause, now }: FollowContext,
  groupId: string,
  commandId: string,
  signal: AbortSignal,
): Promise<CommandView | undefined> => {
  const path = `${groupPath(groupId)}/commands/${commandId}`;
  let unreadSince: number | undefined;
  for (let wait = SHORTEST_MS; ; wait = Math.min(wait * GROWTH, LONGEST_MS)) {
    await pause(wait, signal);
    const answer = await ask({ method: 'GET', path, headers: apiKeyHeader(credential) }, signal);
    if (answer.status === 200) {
      const command = commandIn(answer);
      if (!command || !isOpen(command)) return command;
      unreadSince = undefined;
      continue;
    }
    const mayPass = answer.status === 429 || answer.status >= 500;
    unreadSince ??= now();
    if (!mayPass || now() - unreadSince > RIDE_OUT_MS) return undefined;
  }
};
