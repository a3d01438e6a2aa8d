/** Sets up the first group of a local deployment, and writes connection.json and the endpoint details. */
import { join, resolve } from 'node:path';
import type { LocalCloud } from '../../local/cloud.ts';
import type { EndpointDetails } from '../../netbackup/index.ts';
import type { ConnectionFile } from './connection-file.ts';
import { createAdminKey, createClientKey, createEndpointFile, createGroup } from './local-setup.ts';
import { jsonText, writeSecret } from './secret-file.ts';

interface GroupSetup {
  readonly connection: ConnectionFile;
  readonly connectionFile: string;
  readonly details: EndpointDetails;
}

/** @param folders `state` is absolute; `data` is the `--data` folder, if given */
export const setUpGroup = async (
  cloud: LocalCloud,
  groupId: string,
  caFile: string,
  { state, data }: { readonly state: string; readonly data?: string },
): Promise<GroupSetup> => {
  // The deployment stores only a hash of the token, so the file is kept with the data.
  const endpointFile = join(data === undefined ? state : resolve(data), `${groupId}-endpoint.json`);
  const adminKey = await createAdminKey(cloud);
  await createGroup(cloud, adminKey, groupId);
  const details = await createEndpointFile(cloud, adminKey, groupId, endpointFile);
  const apiKey = await createClientKey(cloud);
  const { apiUrl, webSocketUrl } = cloud;
  const connection: ConnectionFile = { apiUrl, apiKey, adminKey, webSocketUrl, endpointFile, caFile };
  const connectionFile = join(state, 'connection.json');
  await writeSecret(connectionFile, jsonText(connection));
  return { connection, connectionFile, details };
};
