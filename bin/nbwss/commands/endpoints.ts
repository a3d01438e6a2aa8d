/** `nbwss endpoints …`: manages a group's endpoints, their tokens and invitations. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { GATEWAY_KINDS, type GatewayKind } from '../../../lambdas/platform/gateway/kinds.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from '../account.ts';
import { type ApiClient, answerOf, apiClient } from '../api-client.ts';
import { certificateOf, printCertificate } from '../certificate-lines.ts';
import { jsonText, openSecretFile } from '../secret-file.ts';
import { wholeNumber } from '../whole-number.ts';

const ENDPOINTS = '/v1/groups/{groupId}/endpoints';
const ENDPOINT = '/v1/groups/{groupId}/endpoints/{endpointId}';

interface EndpointOptions extends ApiOptions {
  readonly gateway?: GatewayKind;
}

/** The group's endpoint at a gateway; without a name the only one. @throws Error when there is none, or several match */
const endpointOf = async (api: ApiClient, groupId: string, { gateway }: EndpointOptions) => {
  const { items } = await answerOf(api.GET(ENDPOINTS, { params: { path: { groupId } } }));
  const [endpoint, second] = items.filter((item) => gateway === undefined || item.gateway === gateway);
  const named = gateway === undefined ? '' : ` --gateway ${gateway}`;
  if (!endpoint) {
    const at = gateway === undefined ? '' : ` at the gateway ${gateway}`;
    throw new Error(`The group has no endpoint${at}: nbwss endpoints create ${groupId}${named}`);
  }
  if (second) {
    const names = items.map((item) => item.gateway).join(' or ');
    throw new Error(`The group has two endpoints. Choose one with --gateway: ${names}.`);
  }
  return endpoint;
};

/** The path parameters of an endpoint. */
const paramsOf = async (api: ApiClient, groupId: string, options: EndpointOptions) => {
  const { endpointId } = await endpointOf(api, groupId, options);
  return { path: { groupId, endpointId } };
};

interface FileOptions extends EndpointOptions {
  readonly out?: string;
  readonly validDays?: number;
}

/** @param request returns the details, which the API shows once. @returns the host name in them */
const writeDetails = async (
  groupId: string,
  { out, gateway }: FileOptions,
  request: () => Promise<Schemas['EndpointDetails']>,
): Promise<string> => {
  // The files of two endpoints of one group have different names.
  const file = out ?? `${groupId}-endpoint${gateway === 'relay' ? '-relay' : ''}.json`;
  const secret = await openSecretFile(file);
  let details: Schemas['EndpointDetails'];
  try {
    details = await request();
    await secret.write(jsonText(details));
  } catch (error) {
    await secret.discard();
    throw error;
  }
  printLine(
    `${file} holds the endpoint details with the token. The token cannot be shown again: transfer the file securely.`,
  );
  return details.hostName;
};

const create = async (
  groupId: string,
  options: FileOptions & { readonly priority: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { priority, validDays, gateway } = options;
  const params = { path: { groupId } };
  const body = omitUndefined({ priority, tokenValidDays: validDays, gateway });
  const create = () => answerOf(api.POST(ENDPOINTS, { params, body }));
  const hostName = await writeDetails(groupId, options, create);
  printCertificate(await certificateOf(api, groupId, hostName));
};

const rotate = async (
  groupId: string,
  options: FileOptions & { readonly overlap?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const { overlap, validDays } = options;
  const params = await paramsOf(api, groupId, options);
  const body = omitUndefined({ overlap, validDays });
  const rotated = () => answerOf(api.POST(`${ENDPOINT}/token`, { params, body }));
  const hostName = await writeDetails(groupId, options, rotated);
  printLine(
    'In NetBackup, delete the endpoint, then add it with this file (NetBackup stores a host name once).',
  );
  printCertificate(await certificateOf(api, groupId, hostName));
};

const revoke = async (groupId: string, options: EndpointOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE(`${ENDPOINT}/token`, { params: await paramsOf(api, groupId, options) }));
  printLine(`Revoked and disconnected. To create a new token: nbwss endpoints rotate ${groupId}`);
};

const invite = async (
  groupId: string,
  options: EndpointOptions & { readonly validFor?: number },
): Promise<void> => {
  const api = await apiClient(options);
  const params = await paramsOf(api, groupId, options);
  const body = omitUndefined({ validFor: options.validFor });
  const call = api.POST(`${ENDPOINT}/invitations`, { params, body });
  const { url, expiresAt, certificate } = await answerOf(call);
  printLine(url);
  printLine(`NetBackup can read it until ${expiresAt}. Anyone with this URL can read the token.`);
  printCertificate(certificate);
};

const enable = (enabled: boolean) => async (groupId: string, options: EndpointOptions) => {
  const api = await apiClient(options);
  const params = await paramsOf(api, groupId, options);
  await answerOf(api.PATCH(ENDPOINT, { params, body: { enabled } }));
  printLine(enabled ? 'Enabled.' : 'Disabled and disconnected.');
};

const remove = async (groupId: string, options: EndpointOptions): Promise<void> => {
  const api = await apiClient(options);
  await answerOf(api.DELETE(ENDPOINT, { params: await paramsOf(api, groupId, options) }));
  printLine('Deleted, with its tokens and invitations.');
};

/** Adds `nbwss endpoints`. */
export const registerEndpoints = (program: Command): void => {
  const endpoints = program
    .command('endpoints')
    .description("a group's endpoints: details, tokens, invitations");
  const command = (name: string, description: string) =>
    withApi(endpoints.command(`${name} <group>`).description(description)).addOption(
      new Option('--gateway <name>', 'which endpoint, in a deployment with two gateways').choices(
        GATEWAY_KINDS,
      ),
    );
  const withFile = (each: Command) =>
    each
      .option(
        '--out <file>',
        'file for the details; default: <group>-endpoint.json, for the relay <group>-endpoint-relay.json',
      )
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
