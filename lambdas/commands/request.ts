/** Checks a call and makes a valid COMMAND of it (CMD-2, CMD-3). Pure. */
import { containsTokenOf } from '../platform/access-token.ts';
import { HttpProblem } from '../platform/errors.ts';
import { containsApiKey, containsKeyId, containsWholeKey } from '../platform/ids.ts';
import { NBWSS_PACKET_BYTES, utf8Bytes } from '../protocol/limits.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';
import { checkUri } from './uri.ts';

/** If neither client nor group names a version: the first version of the API, which every NetBackup supports. */
const DEFAULT_API_VERSION = '1.0';

const headerProblem = (detail: string) => new HttpProblem(400, 'header-not-allowed', detail);

/** Checks for header names of RFC 9110 and values without line breaks. @throws HttpProblem 400 */
export const checkHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw headerProblem(
        `The header ${JSON.stringify(name)} contains characters that are not allowed in a header.`,
      );
    }
    if (names.has(name.toLowerCase())) throw headerProblem(`The header ${name} is given twice.`);
    names.add(name.toLowerCase());
  }
  return { ...headers };
};

/** An API key of this endpoint in the wrong place, valid or not, must not reach NetBackup's logs. */
const checkNoApiKey = ({ uri, headers, parameters = '' }: CommandCall): void => {
  const names = Object.keys(headers);
  const values = Object.values(headers);
  if ([uri, ...names].some(containsKeyId) || values.some(containsApiKey) || containsWholeKey(parameters)) {
    throw new HttpProblem(
      400,
      'api-key-not-forwarded',
      'An API key of this endpoint must not be sent to NetBackup.',
    );
  }
};

/** Refuses access tokens of people in the same way. @param issuer of the tokens that this deployment accepts */
const checkNoToken = ({ uri, headers, parameters = '' }: CommandCall, issuer: string): void => {
  if (![uri, parameters, ...Object.values(headers)].some((text) => containsTokenOf(issuer, text))) return;
  const detail = 'An access token for this endpoint must not be sent to NetBackup.';
  throw new HttpProblem(400, 'access-token-not-forwarded', detail);
};

/** A media type with a version among its parameters. Bounded, so that no header is slow to match. */
const VENDOR_TYPE =
  /(application\/vnd\.netbackup\+[a-z]{1,32})[^,]{0,100}?;[ \t]{0,9}version[ \t]{0,9}=[ \t]{0,9}"?(\d+(?:\.\d+)?)/i;

/**
 * Adds the media type that CMD-3 requires, on GETs too, if the caller sent none: the one of Accept, since its version decides the
 * style of pages; otherwise NetBackup's own in the group's API version.
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
 * The version for a caller that names none. Jobs are read by offset with versions before cursors; later versions ignore the offset. So
 * the style of pages stays the same when the group's version is learned after the first page.
 */
export const versionFor = (uri: string, apiVersion: string | undefined): string | undefined =>
  /\/admin\/jobs\?(.*&)?page(\[|%5b)offset/i.test(uri) ? undefined : apiVersion;

/** The checked call, ready to be sent. @throws HttpProblem 400 */
export const checkCall = (
  call: CommandCall,
  apiVersion: string | undefined,
  issuer?: string,
): CommandCall => {
  checkUri(call.uri);
  const headers = withMediaType(checkHeaders(call.headers), versionFor(call.uri, apiVersion));
  checkNoApiKey({ ...call, headers });
  if (issuer !== undefined) checkNoToken({ ...call, headers }, issuer);
  return { ...call, headers };
};

/**
 * I-7: a COMMAND that is too large is refused before anything is stored.
 * @param gatewayBytes what the gateway carries in one message
 * @throws HttpProblem 413
 */
export const checkSize = (commandId: string, call: CommandCall, now: number, gatewayBytes: number): void => {
  const bytes = utf8Bytes(commandRequest(commandId, call, now));
  const refuse = (limit: number, receiver: string) => {
    const detail = `The COMMAND would be ${bytes} bytes; ${receiver} at most ${limit} in one message. Send a smaller body.`;
    throw new HttpProblem(413, 'command-too-large', detail);
  };
  if (bytes > NBWSS_PACKET_BYTES) refuse(NBWSS_PACKET_BYTES, 'NetBackup accepts');
  if (bytes > gatewayBytes) refuse(gatewayBytes, 'the WebSocket gateway carries');
};
