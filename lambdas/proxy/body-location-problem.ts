/** A response whose body is more than one answer can carry: the caller is sent to where it can be read. */
import type { Command, ResponseLocation } from '../commands/command.ts';
import { isoTime } from '../platform/clock.ts';
import { HttpProblem } from '../platform/errors.ts';
import { AnswerTooLarge } from './response.ts';

/**
 * Of `Prefer` (RFC 7240): a client that follows redirections with all of its headers would send our key to S3, and S3 refuses a
 * request that has both a signature in its URL and an `Authorization`.
 */
const refusesRedirect = (prefer = ''): boolean => /(?:^|[,;\s])no-redirect(?:$|[,;\s])/i.test(prefer);

export interface LocatedResponse {
  readonly command: Pick<Command, 'commandId'>;
  readonly status: number;
  readonly location: ResponseLocation;
}

/**
 * 303 to the body as NetBackup sent it, without rewritten links. 502 with the command, which shows the same location, for a client that
 * does not want to be redirected, and for an error of NetBackup, whose status a redirection would hide.
 * @param commandUrl of the command in this API
 */
export const bodyLocationProblem = (
  { command, status, location }: LocatedResponse,
  prefer: string | undefined,
  commandUrl: string,
): HttpProblem => {
  const { url, bytes, expiresAt } = location;
  const size = `The response has ${bytes} bytes, which is more than one answer can carry.`;
  const id = { 'x-nbwss-command-id': command.commandId };
  if (refusesRedirect(prefer) || status >= 300)
    return new AnswerTooLarge(`${size} response.location of the command is where to read it.`, {
      ...id,
      location: commandUrl,
    });
  const detail = `${size} Read it at Location until ${isoTime(expiresAt)}, without any header of this request.`;
  return new HttpProblem(303, 'answer-elsewhere', detail, {
    ...id,
    location: url,
    // The location must not be used again later.
    'cache-control': 'no-store',
  });
};
