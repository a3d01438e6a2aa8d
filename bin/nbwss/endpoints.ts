/** `nbwss endpoints …`: what is handed to NetBackup's administrator, and taking it back. */
import { type Command, InvalidArgumentError } from 'commander';
import { type ApiClient, type ApiOptions, apiClient, segment, withApi } from './api-client.ts';
import { printable } from './printable.ts';
import { jsonText, openSecretFile } from './secret-file.ts';

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError('Give a whole number.');
  return number;
};

const pathOf = (groupId: string): string => `/v1/groups/${segment(groupId)}/endpoints`;

/** The path of the group's endpoint: a deployment has one for each group (EPT-4). */
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

/** @param made asks for the details, which are answered this once */
const writeDetails = async (
  groupId: string,
  { out }: FileOptions,
  made: () => Promise<unknown>,
): Promise<void> => {
  const file = out ?? `${groupId}-endpoint.json`;
  const secret = await openSecretFile(file);
  try {
    await secret.write(jsonText(await made()));
  } catch (error) {
    await secret.discard();
    throw error;
  }
  console.log(
    `${file} holds the details with their token, which nobody can show again: hand it over safely.`,
  );
};

const create = async (
  groupId: string,
  options: FileOptions & { readonly priority: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { priority, validDays } = options;
  const body = { priority, ...(validDays === undefined ? {} : { tokenValidDays: validDays }) };
  await writeDetails(groupId, options, () => api.call('POST', pathOf(groupId), body));
};

const rotate = async (
  groupId: string,
  options: FileOptions & { readonly overlap?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { overlap, validDays } = options;
  const body = {
    ...(overlap === undefined ? {} : { overlap }),
    ...(validDays === undefined ? {} : { validDays }),
  };
  const path = await endpointPath(api, groupId);
  await writeDetails(groupId, options, () => api.call('POST', `${path}/token`, body));
  console.log('In NetBackup: delete the endpoint, then add it with this file (a host name is stored once).');
};

const revoke = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await api.call('DELETE', `${await endpointPath(api, groupId)}/token`);
  console.log(`Revoked, and disconnected. A new token: nbwss endpoints rotate ${groupId}`);
};

const invite = async (
  groupId: string,
  options: ApiOptions & { readonly validFor?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { validFor } = options;
  const body = validFor === undefined ? {} : { validFor };
  const path = `${await endpointPath(api, groupId)}/invitations`;
  const { url, expiresAt } = await api.call<{ url: string; expiresAt: string }>('POST', path, body);
  console.log(printable(url));
  console.log(printable(`NetBackup can read it until ${expiresAt}. Whoever has it can read the token.`));
};

const enable = (enabled: boolean) => async (groupId: string, options: ApiOptions) => {
  const api = await apiClient(options);
  await api.call('PATCH', await endpointPath(api, groupId), { enabled });
  console.log(enabled ? 'Enabled.' : 'Disabled, and disconnected.');
};

const remove = async (groupId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  await api.call('DELETE', await endpointPath(api, groupId));
  console.log('Deleted, with its tokens and invitations.');
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
      .option('--out <file>', 'file for the details; <group>-endpoint.json if not given')
      .option('--valid-days <n>', 'days after which the token ends; never if not given', wholeNumber);
  withFile(command('create', 'create it, and write the details for NetBackup'))
    .option('--priority <n>', 'lower is higher', wholeNumber, 1)
    .action(create);
  withFile(command('rotate', 'make a new token, and write the details with it'))
    .option('--overlap <seconds>', 'how long the old one goes on beside it; a day if not given', wholeNumber)
    .action(rotate);
  command('revoke', 'end every token and the connection').action(revoke);
  command('invite', 'make a URL from which NetBackup reads the details')
    .option('--valid-for <seconds>', 'how long it can be read; an hour if not given', wholeNumber)
    .action(invite);
  command('enable', 'let it connect').action(enable(true));
  command('disable', 'close the connection, and let none in').action(enable(false));
  command('delete', 'delete it').action(remove);
};
