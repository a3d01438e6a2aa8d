/** The proxy of NetBackup's REST API over a fake gateway. */
import { injectRules } from '../../lambdas/commands/inject-paths.ts';
import { createKey } from '../../lambdas/http/keys-store.ts';
import { type ProxyContext, proxy } from '../../lambdas/proxy/proxy.ts';
import type { ProxyEvent } from '../../lambdas/proxy/request.ts';
import { commandWorld } from './commands.ts';

export const PEM = '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n';
const { key, stored } = createKey({ scopes: ['command'], groups: ['demo'] }, 0);
export const inject = createKey({ scopes: ['inject'], groups: ['demo'] }, 0);
const KEYS = new Map([
  [key, stored],
  [inject.key, inject.stored],
]);

/** A proxy whose commands get a response with this body at once. */
export const proxyWorld = (
  body = '',
  change: Partial<ProxyContext> = {},
  responseHeaders: Record<string, string> = { 'content-type': 'application/json' },
  status = 200,
) => {
  const world = commandWorld();
  world.gateway.answers = (_, { id }) => {
    queueMicrotask(() => void world.respond(id, { status, headers: responseHeaders, body }));
    return 'accepted';
  };
  const context = {
    ...world.context,
    keys: { verify: async (text: string) => KEYS.get(text) },
    apiUrl: 'https://api.example.com',
    injectRules: injectRules('default'),
    publicPaths: [],
    ...change,
  } as unknown as ProxyContext;
  const call = (
    path: string,
    headers: Record<string, string> = { 'x-api-key': key },
    method = 'GET',
    groupId = 'demo',
    body?: string,
  ) =>
    proxy(context)({
      routeKey: 'ANY /v1/groups/{groupId}/netbackup/{proxy+}',
      rawPath: `/v1/groups/${groupId}/netbackup${path}`,
      rawQueryString: '',
      headers,
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: false,
      requestContext: { http: { method, sourceIp: '192.0.2.1' } },
    } satisfies ProxyEvent);
  return { ...world, call, context };
};
