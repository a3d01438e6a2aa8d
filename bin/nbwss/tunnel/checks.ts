/** What is looked at before the tunnel opens: the deployment, the key, the domain. One line each. */
import { type Answer, problemCode } from './answer.ts';
import type { Ask } from './api.ts';
import { apiKeyHeader, type Credential, groupPath } from './call.ts';
import { plain } from './plain.ts';

export interface CheckContext {
  readonly apiUrl: string;
  readonly ask: Ask;
  readonly credential: Credential;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What is read of `GET /v1/groups/{groupId}`. */
interface GroupView {
  readonly session?: {
    readonly connected?: boolean;
    readonly since?: string;
    readonly closeReason?: string;
  };
  readonly lastRejection?: { readonly explanation?: string };
  readonly netbackupApiVersion?: string;
}

const jsonOf = ({ body }: Answer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

const detailOf = (answer: Answer): string =>
  (jsonOf(answer) as { detail?: string } | undefined)?.detail ?? `it answered ${answer.status}`;

/** Without control characters: it may quote what somebody else wrote. */
const failure = (text: string): Error => new Error(plain(text));
const line = ({ print }: CheckContext, what: string, text: string): void =>
  print(plain(`  ${what.padEnd(11)} ${text}`));

/**
 * Is the deployment there?
 * @returns the name by which it makes its links
 * @throws Error in a sentence
 */
export const checkDeployment = async (context: CheckContext): Promise<string> => {
  const { apiUrl, ask, signal } = context;
  const answer = await ask({ method: 'GET', path: '/v1/openapi.json', headers: {} }, signal);
  if (problemCode(answer) === 'api-not-reachable' || problemCode(answer) === 'api-connection-lost')
    throw failure(`Nothing answers at ${apiUrl}. ${detailOf(answer)}`);
  const { servers } = (jsonOf(answer) ?? {}) as { servers?: readonly { readonly url?: string }[] };
  const name = servers?.[0]?.url;
  if (answer.status !== 200 || typeof name !== 'string') {
    throw failure(
      `What answers at ${apiUrl} is not this API (${answer.status}); give the output ApiUrl with --url or NBWSS_URL.`,
    );
  }
  line(context, 'deployment', `${apiUrl} answers`);
  return name.replace(/\/+$/, '');
};

const refusal = (groupId: string, answer: Answer): Error => {
  const group = JSON.stringify(groupId);
  switch (answer.status) {
    case 401:
      return failure(`The API key is not valid at this deployment: ${detailOf(answer)}`);
    case 403:
      return failure(`The API key is valid, but may not do this for the group ${group}: ${detailOf(answer)}`);
    case 404:
      return failure(`The API key is valid, but the group ${group} is not there for it: ${detailOf(answer)}`);
    case 409:
      return failure(`--inject needs a NetBackup API key of the group ${group}: ${detailOf(answer)}`);
    default:
      return failure(`The deployment could not say whether the key is good: ${detailOf(answer)}`);
  }
};

/** May this key send commands to the group? @throws Error in a sentence */
const checkKey = async (context: CheckContext, groupId: string): Promise<void> => {
  const { ask, credential, signal } = context;
  const headers = apiKeyHeader(credential);
  const path = groupPath(groupId);
  // The list of its commands is for keys that may send some.
  const listed = await ask({ method: 'GET', path: `${path}/commands?limit=1`, headers }, signal);
  if (listed.status !== 200) throw refusal(groupId, listed);
  if (!credential.inject) return line(context, 'key', `may send commands to the group ${groupId}`);
  const injected = await ask(
    {
      method: 'GET',
      path: `${path}/netbackup/ping`,
      headers: { authorization: `Bearer ${credential.apiKey}` },
    },
    signal,
  );
  // Whether NetBackup answers is looked at next.
  if ([401, 403, 404, 409].includes(injected.status) && problemCode(injected) !== undefined)
    throw refusal(groupId, injected);
  line(context, 'key', `may use the NetBackup API key of the group ${groupId}`);
};

const domainText = ({ session, lastRejection, netbackupApiVersion }: GroupView): string => {
  if (session?.connected) {
    const version = netbackupApiVersion === undefined ? 'of a version not known yet' : netbackupApiVersion;
    return `connected${session.since === undefined ? '' : ` since ${session.since}`}, NetBackup API ${version}`;
  }
  const why = session?.closeReason ?? lastRejection?.explanation;
  return `NOT connected now${why === undefined ? '' : ` (${why})`}; calls are refused with 503 until it is`;
};

/** Is the domain connected? If not, that may change: it is no reason to stop. */
const checkDomain = async (context: CheckContext, groupId: string): Promise<void> => {
  const { ask, credential, signal } = context;
  const headers = apiKeyHeader(credential);
  const answer = await ask({ method: 'GET', path: groupPath(groupId), headers }, signal);
  const text =
    answer.status === 200
      ? domainText((jsonOf(answer) ?? {}) as GroupView)
      : `may be connected or not: ${detailOf(answer)}`;
  line(context, 'domain', text);
};

/** @throws Error in a sentence when calls to this group cannot work */
export const checkGroup = async (context: CheckContext, groupId: string): Promise<void> => {
  await checkKey(context, groupId);
  await checkDomain(context, groupId);
};
