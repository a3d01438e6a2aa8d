/** A command as the API shows it, and the answer that the proxy would have made of it. Pure. */
import { rewriteLink, rewriteLinks } from '../../../lambdas/commands/paging/links.ts';
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

/** Should a browser come here, nothing in NetBackup's pages runs in our name. */
const DEFENCES = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
};

const completed = ({ commandId, request, response }: CommandView, here: string): Answer => {
  // The answer of a login is handed over once.
  if (response?.body === undefined && request.method !== 'HEAD')
    return problem(502, 'answer-not-usable', 'The answer came, but had been handed over already.');
  const { status = 502, headers = {}, body = '' } = response ?? {};
  const { location } = headers;
  const mayBeJson = /\bjson\b/i.test(headers['content-type'] ?? 'json');
  return {
    status,
    headers: {
      ...headers,
      ...(location === undefined ? {} : { location: rewriteLink(location, here) }),
      ...DEFENCES,
      'x-nbwss-command-id': commandId,
    },
    body: Buffer.from(mayBeJson ? rewriteLinks(body, here) : body),
  };
};

/**
 * What the client of a command that has ended gets.
 * @param here the tunnel's address, as that client knows it
 */
export const answerOf = (command: CommandView, here: string): Answer => {
  const { state, reason = 'no reason is known', failure } = command;
  switch (state) {
    case 'completed':
      return completed(command, here);
    case 'timed_out':
      return problem(504, 'no-answer', `NetBackup did not answer: ${reason}.`);
    case 'expired':
      return problem(503, 'not-connected', `The command was not sent: ${reason}.`, { 'retry-after': '60' });
    case 'lost':
      return problem(502, 'command-lost', `The command may have run: ${reason}.`);
    case 'cancelled':
      return problem(409, 'command-cancelled', 'The command was cancelled while it was queued.');
    default:
      return problem(failure === 'command-too-large' ? 413 : 502, failure ?? 'command-failed', `${reason}.`);
  }
};
