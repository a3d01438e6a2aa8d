/** `nbwss endpoints …`: manages a group's endpoint, its tokens and invitations. */
import type { Command } from 'commander';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { printLine } from '../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from './account.ts';
import { type ApiClient, answerOf, apiClient } from './api-client.ts';
import { certificateOf, printCertificate } from './certificate-lines.ts';
import { jsonText, openSecretFile } from './secret-file.ts';
import { wholeNumber } from './whole-number.ts';

const ENDPOINTS = '/v1/groups/{groupId}/endpoints';
const ENDPOINT = '/v1/groups/{groupId}/endpoints/{endpointId}';

/** The parameters of the paths below the group's endpoint. A group has one in a deployment (EPT-4). */
const endpointOf = async (api: ApiClient, groupId: string) => {
  const { items } = await answerOf(api.GET(ENDPOINTS, { params: { path: { groupId } } }));
  const [endpoint] = items;
  if (!endpoint) throw new Error(`The group has no endpoint: nbwss endpoints create ${groupId}`);
  return { path: { groupId, endpointId: endpoint.endpointId } };
};

interface FileOptions extends ApiOptions {
  readonly out?: string;
  readonly validDays?: number;
}

/** @param request returns the details, which the API shows once */
const writeDetails = async (
  groupId: string,
  { out }: FileOptions,
  request: () => Promise<unknown>,
): Promise<void> => {
  const file = out ?? `${groupId}-endpoint.json`;
  const secret = await openSecretFile(file);
  try {
    await secret.write(jsonText(await request()));
  } catch (error) {
    await secret.discard();
    throw error;
  }
  printLine(
    `${file} holds the endpoint details with the token. The token cannot be shown again: transfer the file securely.`,
  );
};

const create = async (
  groupId: string,
  options: FileOptions & { readonly priority: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { priority, validDays } = options;
  const params = { path: { groupId } };
  const body = omitUndefined({ priority, tokenValidDays: validDays });
  await writeDetails(groupId, options, () => answerOf(api.POST(ENDPOINTS, { params, body })));
  printCertificate(await certificateOf(api, groupId));
};

const rotate = async (
  groupId: string,
  options: FileOptions & { readonly overlap?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { overlap, validDays } = options;
  const params = await endpointOf(api, groupId);
  const body = omitUndefined({ overlap, validDays });
  await writeDetails(groupId, options, () => answerOf(api.POST(`${ENDPOINT}/token`, { params, body })));
  printLine(
    'In NetBackup, delete the endpoint, then add it with this file (NetBackup stores a host name once).',
  );
  printCertificate(await certificateOf(api, groupId));
};

const revoke = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE(`${ENDPOINT}/token`, { params: await endpointOf(api, groupId) }));
  printLine(`Revoked and disconnected. To create a new token: nbwss endpoints rotate ${groupId}`);
};

const invite = async (
  groupId: string,
  options: ApiOptions & { readonly validFor?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const params = await endpointOf(api, groupId);
  const body = omitUndefined({ validFor: options.validFor });
  const call = api.POST(`${ENDPOINT}/invitations`, { params, body });
  const { url, expiresAt, certificate } = await answerOf(call);
  printLine(url);
  printLine(`NetBackup can read it until ${expiresAt}. Anyone with this URL can read the token.`);
  printCertificate(certificate);
};

const enable = (enabled: boolean) => async (groupId: string, options: ApiOptions) => {
  const api = await apiClient(options);
  const params = await endpointOf(api, groupId);
  await answerOf(api.PATCH(ENDPOINT, { params, body: { enabled } }));
  printLine(enabled ? 'Enabled.' : 'Disabled and disconnected.');
};

const remove = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE(ENDPOINT, { params: await endpointOf(api, groupId) }));
  printLine('Deleted, with its tokens and invitations.');
};

/** Adds `nbwss endpoints`. */
export const registerEndpoints = (program: Command): void => {
  const endpoints = program
    .command('endpoints')
    .description("a group's endpoint: details, tokens, invitations");
  const command = (name: string, description: string) =>
    withApi(endpoints.command(`${name} <group>`).description(description));
  const withFile = (each: Command) =>
    each
      .option('--out <file>', 'file for the details; default: <group>-endpoint.json')
      .option('--valid-days <n>', 'days until the token expires; default: never', wholeNumber(0));
  withFile(command('create', 'create the endpoint and write its details to a file'))
    .option('--priority <n>', 'a lower number is a higher priority', wholeNumber(0), 1)
    .action(create);
  withFile(command('rotate', 'create a new token and write the details to a file'))
    .option('--overlap <seconds>', 'how long the old token stays valid; default: a day', wholeNumber(0))
    .action(rotate);
  command('revoke', 'revoke all tokens and close the connection').action(revoke);
  command('invite', 'create a URL from which NetBackup reads the details')
    .option('--valid-for <seconds>', 'how long the URL is valid; default: an hour', wholeNumber(0))
    .action(invite);
  command('enable', 'allow connections').action(enable(true));
  command('disable', 'close the connection and refuse new ones').action(enable(false));
  command('delete', 'delete the endpoint').action(remove);
};
