/** Checks the deployment, the key and the domain before the tunnel opens, and prints one line for each. */
import type { Schemas } from '../../../client/paths.ts';
import { printable } from '../../../netbackup/terminal.ts';
import { type Answer, jsonOf, problemCode } from './answer.ts';
import type { CallApi } from './api.ts';
import { apiKeyHeader, type Credential, groupPath } from './request.ts';

export interface CheckContext {
  readonly apiUrl: string;
  readonly callApi: CallApi;
  readonly credential: Credential;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

const detailOf = (answer: Answer): string =>
  (jsonOf(answer) as { detail?: string } | undefined)?.detail ?? `it answered ${answer.status}`;

const failure = (text: string): Error => new Error(printable(text));
const line = ({ print }: CheckContext, what: string, text: string): void =>
  print(printable(`  ${what.padEnd(11)} ${text}`));

/**
 * Checks that the API answers.
 * @returns the base URL of its links
 * @throws Error that names the cause
 */
export const checkDeployment = async (context: CheckContext): Promise<string> => {
  const { apiUrl, callApi, signal } = context;
  const answer = await callApi({ method: 'GET', path: '/v1/openapi.json', headers: {} }, signal);
  if (['api-not-reachable', 'api-connection-lost'].includes(problemCode(answer) ?? ''))
    throw failure(`${apiUrl} cannot be reached. ${detailOf(answer)}`);
  const { servers } = (jsonOf(answer) ?? {}) as { servers?: readonly { readonly url?: string }[] };
  const name = servers?.[0]?.url;
  if (answer.status !== 200 || typeof name !== 'string') {
    const advice = 'give the output ApiUrl with --url or NBWSS_URL';
    throw failure(`The server at ${apiUrl} is not this API (${answer.status}); ${advice}.`);
  }
  line(context, 'deployment', `${apiUrl} answers`);
  return name.replace(/\/+$/, '');
};

const keyFailure = (groupId: string, answer: Answer): Error => {
  const group = JSON.stringify(groupId);
  const sentences: Record<number, string> = {
    401: 'The API key is not valid in this deployment',
    403: `The API key is valid, but lacks a scope for the group ${group}`,
    404: `The API key is valid, but cannot access a group ${group}`,
    409: `--inject needs a stored NetBackup API key of the group ${group}`,
  };
  const sentence = sentences[answer.status] ?? 'The API key could not be checked';
  return failure(`${sentence}: ${detailOf(answer)}`);
};

/** Checks that the key may send commands to the group. @throws Error that names the cause */
const checkKey = async (context: CheckContext, groupId: string): Promise<void> => {
  const { callApi, credential, signal } = context;
  const headers = apiKeyHeader(credential);
  const path = groupPath(groupId);
  // Listing commands needs the same scope as sending them.
  const listed = await callApi({ method: 'GET', path: `${path}/commands?limit=1`, headers }, signal);
  if (listed.status !== 200) throw keyFailure(groupId, listed);
  if (!credential.inject) return line(context, 'key', `may send commands to the group ${groupId}`);
  const authorization = `Bearer ${credential.apiKey}`;
  const ping = { method: 'GET', path: `${path}/netbackup/ping`, headers: { authorization } };
  const injected = await callApi(ping, signal);
  // Other errors say nothing about the key.
  if ([401, 403, 404, 409].includes(injected.status) && problemCode(injected) !== undefined)
    throw keyFailure(groupId, injected);
  line(context, 'key', `may use the NetBackup API key of the group ${groupId}`);
};

const domainText = ({ session, lastRejection, netbackupApiVersion }: Partial<Schemas['Group']>): string => {
  if (session?.connected) {
    const version = netbackupApiVersion ?? 'version unknown';
    return `connected${session.since === undefined ? '' : ` since ${session.since}`}, NetBackup API ${version}`;
  }
  const why = session?.closeReason ?? lastRejection?.explanation;
  return `NOT connected now${why === undefined ? '' : ` (${why})`}; calls are refused with 503 until it is`;
};

/** @throws Error that names the cause, when calls to this group cannot work */
export const checkGroup = async (context: CheckContext, groupId: string): Promise<void> => {
  await checkKey(context, groupId);
  const { callApi, credential, signal } = context;
  const headers = apiKeyHeader(credential);
  const answer = await callApi({ method: 'GET', path: groupPath(groupId), headers }, signal);
  // A disconnected domain is only a warning: it may connect soon.
  const isKnown = answer.status === 200;
  const text = isKnown ? domainText(jsonOf(answer) ?? {}) : `connection state unknown: ${detailOf(answer)}`;
  line(context, 'domain', text);
};
