/** `nbwss endpoints …`: manages a group's endpoint, its tokens and invitations. */
import { type Command, InvalidArgumentError } from 'commander';
import { printLine } from '../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from './account.ts';
import { type ApiClient, apiClient, segment } from './api-client.ts';
import { certificateOf, printCertificate, type ServedCertificate } from './certificate-lines.ts';
import { jsonText, openSecretFile } from './secret-file.ts';

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError('Give a whole number.');
  return number;
};

const pathOf = (groupId: string): string => `/v1/groups/${segment(groupId)}/endpoints`;

/** The path of the group's endpoint. A group has one in a deployment (EPT-4). */
const endpointPath = async (api: ApiClient, groupId: string): Promise<string> => {
  const { items } = await api.call<{ items: { endpointId: string }[] }>('GET', pathOf(groupId));
  const [endpoint] = items;
  if (!endpoint) throw new Error(`The group has no endpoint: nbwss endpoints create ${groupId}`);
  return `${pathOf(groupId)}/${segment(endpoint.endpointId)}`;
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
  const body = { priority, tokenValidDays: validDays };
  await writeDetails(groupId, options, () => api.call('POST', pathOf(groupId), body));
  printCertificate(await certificateOf(api, groupId));
};

const rotate = async (
  groupId: string,
  options: FileOptions & { readonly overlap?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { overlap, validDays } = options;
  const path = await endpointPath(api, groupId);
  await writeDetails(groupId, options, () => api.call('POST', `${path}/token`, { overlap, validDays }));
  printLine(
    'In NetBackup, delete the endpoint, then add it with this file (NetBackup stores a host name once).',
  );
  printCertificate(await certificateOf(api, groupId));
};

const revoke = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await api.call('DELETE', `${await endpointPath(api, groupId)}/token`);
  printLine(`Revoked and disconnected. To create a new token: nbwss endpoints rotate ${groupId}`);
};

interface InvitationAnswer {
  readonly url: string;
  readonly expiresAt: string;
  readonly certificate?: ServedCertificate;
}

const invite = async (
  groupId: string,
  options: ApiOptions & { readonly validFor?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { validFor } = options;
  const path = `${await endpointPath(api, groupId)}/invitations`;
  const { url, expiresAt, certificate } = await api.call<InvitationAnswer>('POST', path, { validFor });
  printLine(url);
  printLine(`NetBackup can read it until ${expiresAt}. Anyone with this URL can read the token.`);
  printCertificate(certificate);
};

const enable = (enabled: boolean) => async (groupId: string, options: ApiOptions) => {
  const api = await apiClient(options);
  await api.call('PATCH', await endpointPath(api, groupId), { enabled });
  printLine(enabled ? 'Enabled.' : 'Disabled and disconnected.');
};

const remove = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await api.call('DELETE', await endpointPath(api, groupId));
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
      .option('--valid-days <n>', 'days until the token expires; default: never', wholeNumber);
  withFile(command('create', 'create the endpoint and write its details to a file'))
    .option('--priority <n>', 'a lower number is a higher priority', wholeNumber, 1)
    .action(create);
  withFile(command('rotate', 'create a new token and write the details to a file'))
    .option('--overlap <seconds>', 'how long the old token stays valid; default: a day', wholeNumber)
    .action(rotate);
  command('revoke', 'revoke all tokens and close the connection').action(revoke);
  command('invite', 'create a URL from which NetBackup reads the details')
    .option('--valid-for <seconds>', 'how long the URL is valid; default: an hour', wholeNumber)
    .action(invite);
  command('enable', 'allow connections').action(enable(true));
  command('disable', 'close the connection and refuse new ones').action(enable(false));
  command('delete', 'delete the endpoint').action(remove);
};
