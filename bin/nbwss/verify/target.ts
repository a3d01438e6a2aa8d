/** The deployment under examination: with a group of its own, which is deleted at the end. */

import type { GatewayKind } from '../../../lambdas/platform/gateway/kinds.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { decode, encode } from '../../../netbackup/wire/codec.ts';
import { connectRequest, isTokenAccepted } from '../../../netbackup/wire/create-message.ts';
import type { EndpointDetails } from '../../../netbackup/wire/endpoint-details.ts';
import type { Account } from '../account.ts';
import { type ApiResult, answerOf, clientOf } from '../api-client.ts';
import { openChannel } from './channel.ts';
import type { Target, Waits } from './fact.ts';

export interface OwnGroup {
  readonly details: EndpointDetails;
  /** The gateway of the group's endpoint. */
  readonly gateway: GatewayKind;
  readonly target: Target;
  /** Deletes the group and its data. */
  remove(): Promise<void>;
}

/** @throws Error that says what failed, and why */
const required = <T>(what: string, call: Promise<ApiResult<T>>): Promise<T> =>
  answerOf(call).catch((error: Error) => {
    throw new Error(`${what}: ${error.message}`);
  });

/** Creates a group and its endpoint, at this gateway if the deployment has two. @throws Error with the answer of the API */
export async function createOwnGroup(
  account: Account,
  trusted: readonly string[],
  waits: Waits,
  given?: GatewayKind,
): Promise<OwnGroup> {
  const api = clientOf(account);
  // A new id each time: the data of a deleted group is removed in the background.
  const groupId = `nbwss-verify-${waits.time.now().toString(36)}`;
  const description = 'nbwss verify: deleted at its end';
  const path = { groupId };
  await required('The group cannot be created', api.POST('/v1/groups', { body: { groupId, description } }));
  const remove = async () => {
    const params = { path, query: { force: 'true' as const } };
    await required(`${groupId} cannot be deleted`, api.DELETE('/v1/groups/{groupId}', { params }));
  };
  const createEndpoint = async () => {
    const details = await required(
      'The endpoint cannot be created',
      api.POST('/v1/groups/{groupId}/endpoints', {
        params: { path },
        body: omitUndefined({ priority: 1, gateway: given }),
      }),
    );
    const { items } = await required(
      'The endpoint cannot be read',
      api.GET('/v1/groups/{groupId}/endpoints', { params: { path } }),
    );
    return { details, items };
  };
  const { details, items } = await createEndpoint().catch(async (error: Error) => {
    await remove().catch((left: Error) => {
      throw new Error(`${error.message} ${left.message}`);
    });
    throw error;
  });

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
    // Passed on unchanged: the answers are examined.
    fetch: (path, init = {}) =>
      fetch(`${account.url}${path}`, { ...init, headers: { 'x-api-key': account.key, ...init.headers } }),
  };
  return {
    details,
    gateway: items[0]?.gateway ?? 'api-gateway',
    target,
    remove,
  };
}
