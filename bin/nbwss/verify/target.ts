/** The deployment under examination: with a group of its own, which is deleted at the end. */

import { decode, encode } from '../../../netbackup/wire/codec.ts';
import { connectRequest, isTokenAccepted } from '../../../netbackup/wire/create-message.ts';
import type { EndpointDetails } from '../../../netbackup/wire/endpoint-details.ts';
import type { Account } from '../account.ts';
import { openChannel } from './channel.ts';
import type { Target, Waits } from './fact.ts';

export interface OwnGroup {
  readonly details: EndpointDetails;
  readonly target: Target;
  /** Deletes the group and its data. */
  remove(): Promise<void>;
}

const required = async (response: Response, what: string): Promise<unknown> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${what}: ${response.status} ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** Creates a group and its endpoint. @throws Error with the answer of the API */
export async function createOwnGroup(
  { url: apiUrl, key }: Account,
  trusted: readonly string[],
  waits: Waits,
): Promise<OwnGroup> {
  const fetchApi = (path: string, init: RequestInit = {}) =>
    fetch(`${apiUrl}${path}`, { ...init, headers: { 'x-api-key': key, ...init.headers } });
  const post = (path: string, body: unknown) =>
    fetchApi(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  // A new one each time: the data of a deleted group are removed in the background.
  const groupId = `nbwss-verify-${waits.time.now().toString(36)}`;
  const description = 'nbwss verify: deleted at its end';
  await required(await post('/v1/groups', { groupId, description }), 'The group cannot be created');
  const created = await post(`/v1/groups/${groupId}/endpoints`, { priority: 1 });
  const details = (await required(created, 'The endpoint cannot be created')) as EndpointDetails;

  const open = (url = details.url) => openChannel(url, trusted, waits.soonMs);
  const target: Target = {
    waits,
    groupId,
    url: details.url,
    open,
    async connect() {
      const channel = await open();
      const request = connectRequest(details.token);
      channel.send(encode(request));
      const answer = await channel.next((text) => text.includes(request.id), waits.soonMs);
      if (answer === undefined || !isTokenAccepted(decode(answer)))
        throw new Error('CONNECT was not accepted');
      return channel;
    },
    fetch: fetchApi,
  };
  return {
    details,
    target,
    remove: async () => {
      await required(
        await fetchApi(`/v1/groups/${groupId}?force=true`, { method: 'DELETE' }),
        `${groupId} cannot be deleted`,
      );
    },
  };
}
