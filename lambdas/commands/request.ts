/** What a caller may ask of NetBackup, and how it becomes a COMMAND (CMD-2, CMD-3). Pure. */
import { Problem } from '../platform/errors.ts';
import { holdsApiKey, holdsKeyId, holdsWholeKey } from '../platform/ids.ts';
import { GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES, utf8Bytes } from '../protocol/limits.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';
import { checkUri } from './uri.ts';

/** Where neither the client nor the group says: the first version of the API, which every NetBackup speaks. */
const DEFAULT_API_VERSION = '1.0';

const headerProblem = (detail: string) => new Problem(400, 'header-not-allowed', detail);

/** Header names as RFC 9110 has them, values without line breaks. @throws Problem 400 */
export const checkHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw headerProblem(`The header ${JSON.stringify(name)} holds characters that no header may hold.`);
    }
    if (names.has(name.toLowerCase())) throw headerProblem(`The header ${name} is given twice.`);
    names.add(name.toLowerCase());
  }
  return { ...headers };
};

/** Keys of ours stay here: valid or not, one that was put in the wrong place must not reach NetBackup's logs. */
const checkNoApiKey = ({ uri, headers, parameters = '' }: CommandCall): void => {
  if (holdsKeyId(uri) || Object.values(headers).some(holdsApiKey) || holdsWholeKey(parameters)) {
    throw new Problem(400, 'api-key-not-forwarded', 'An API key of this endpoint is not for NetBackup.');
  }
};

/** With a version, wherever among the parameters it stands. Bounded, so that no header takes long to read. */
const VENDOR_TYPE =
  /(application\/vnd\.netbackup\+[a-z]{1,32})[^,]{0,100}?;[ \t]{0,9}version[ \t]{0,9}=[ \t]{0,9}"?(\d+(?:\.\d+)?)/i;

/**
 * Adds the media type that CMD-3 asks for, on a GET too, where the caller sent none: the one that it wants to be answered
 * in, since the version decides the style of pages; otherwise NetBackup's own in the version that the group speaks.
 */
export const withMediaType = (
  headers: Record<string, string>,
  apiVersion: string | undefined,
): Record<string, string> => {
  const named = (wanted: string) =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (named('content-type') !== undefined) return headers;
  const [, type = 'application/vnd.netbackup+json', version = apiVersion ?? DEFAULT_API_VERSION] =
    VENDOR_TYPE.exec(named('accept') ?? '') ?? [];
  return { 'Content-Type': `${type};version=${version}`, ...headers };
};

/**
 * The version for a caller that names none. Jobs by offset are of the versions before cursors: later ones would ignore the
 * offset. So pages go on as they began, also when the group's version was learned after the first.
 */
export const versionFor = (uri: string, apiVersion: string | undefined): string | undefined =>
  /\/admin\/jobs\?(.*&)?page(\[|%5b)offset/i.test(uri) ? undefined : apiVersion;

/** A call that may be sent as it is. @throws Problem 400 */
export const checkCall = (call: CommandCall, apiVersion: string | undefined): CommandCall => {
  checkUri(call.uri);
  const headers = withMediaType(checkHeaders(call.headers), versionFor(call.uri, apiVersion));
  checkNoApiKey({ ...call, headers });
  return { ...call, headers };
};

/** I-7: what cannot travel is refused before anything is stored. @throws Problem 413 */
export const checkSize = (commandId: string, call: CommandCall, now: number): void => {
  const bytes = utf8Bytes(commandRequest(commandId, call, now));
  const refuse = (limit: number, whose: string) => {
    const detail = `The COMMAND would be ${bytes} bytes; ${whose} at most ${limit} in one message. Send a smaller body.`;
    throw new Problem(413, 'command-too-large', detail);
  };
  if (bytes > NBWSS_PACKET_BYTES) refuse(NBWSS_PACKET_BYTES, 'NetBackup takes');
  if (bytes > GATEWAY_MESSAGE_BYTES) refuse(GATEWAY_MESSAGE_BYTES, 'the WebSocket gateway carries');
};
