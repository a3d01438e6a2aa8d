/** A command as the API shows it, and the answer that the proxy would have made of it. Pure. */
import { mayHoldLinks, answerOf as proxyAnswer } from '../../../lambdas/api/commands/proxy-answer.ts';
import { notAnswered } from '../../../lambdas/commands/not-answered.ts';
import { primaryHostOf } from '../../../lambdas/commands/paging/address.ts';
import { readLinks } from '../../../lambdas/commands/paging/links.ts';
import { type Answer, problem } from './answer.ts';

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

const isCommand = (value: unknown): value is CommandView => {
  const { commandId, state, request } = (value ?? {}) as Partial<CommandView>;
  return typeof commandId === 'string' && typeof state === 'string' && typeof request?.uri === 'string';
};

/** The command in an answer of the API, if there is one. */
export const commandIn = ({ body }: Answer): CommandView | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isCommand(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The id of the command that a Location names. Of the address nothing else is used: our key goes to our API only. */
export const commandIdOf = (location: string | undefined): string | undefined =>
  /\/commands\/([0-9A-Za-z-]{1,64})$/.exec(location ?? '')?.[1];

export const isOpen = ({ state }: CommandView): boolean => state === 'queued' || state === 'sent';

const completed = ({ commandId, request, response }: CommandView, here: string): Answer => {
  // The answer of a login is handed over once.
  if (response?.body === undefined && request.method !== 'HEAD')
    return problem(502, 'answer-not-usable', 'The answer came, but had been handed over already.');
  const { status = 502, headers = {}, body = '' } = response ?? {};
  const answer = { status, headers, body };
  const links = mayHoldLinks({ answer }) ? readLinks(body) : undefined;
  const located = primaryHostOf(headers['location'] ?? '');
  const hosts = new Set([...(links?.hosts ?? []), ...(located ? [located] : [])]);
  const made = proxyAnswer({ command: { commandId, ...request }, answer }, links, { base: here, hosts });
  return { status: made.statusCode, headers: made.headers, body: Buffer.from(made.body ?? '') };
};

/**
 * What the client of a command that has ended gets.
 * @param here the tunnel's address, as that client knows it
 */
export const answerOf = (command: CommandView, here: string): Answer => {
  if (command.state === 'completed') return completed(command, here);
  const { status, code, message, headers } = notAnswered(command, {});
  return problem(status, code, message, { ...headers });
};
