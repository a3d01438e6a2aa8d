/** `/v1/keys`: API keys of people and programs. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, keyOf } from '../app.ts';
import { cursors, pageQuerySchema, pageSchema } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { type ApiKey, createKey, type KeysStore } from '../keys-store.ts';
import { limitParameter } from '../query-parameters.ts';
import { isWithin, type Principal } from '../rights.ts';
import { jsonBody, jsonResponse, type RouteContext, route } from '../route.ts';
import { grantRefusal } from './granting.ts';
import { KEY, KEY_REQUEST } from './key-examples.ts';
import { createdKeySchema, expiryOf, keyParams, keyRequestSchema, keySchema, keyView } from './key-view.ts';
import { MAX_KEYS, readVisibleKeys } from './visible-keys.ts';

export interface KeysContext extends RouteContext {
  readonly keysStore: KeysStore;
  readonly apiUrl: string;
}

/** The same error for a key of groups that the caller may not see (I-13). */
const keyNotFound = (keyId: string) =>
  new HttpProblem(404, 'key-not-found', `The key ${keyId} does not exist, or this key may not see it.`);

export const keysRoutes = (app: OpenAPIHono<Env>, context: KeysContext): void => {
  const { keysStore, apiUrl, clock } = context;

  const find = async (own: Principal, keyId: string): Promise<ApiKey> => {
    const found = await keysStore.get(keyId);
    if (!found || !isWithin(found, own)) throw keyNotFound(keyId);
    return found;
  };

  route(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/keys',
      operationId: 'createKey',
      tags: ['Keys'],
      summary: 'Create an API key',
      errors: ['403 grant-not-allowed'],
      request: { body: jsonBody(keyRequestSchema, KEY_REQUEST) },
      responses: {
        201: jsonResponse('Created. This is the only response that contains the key.', createdKeySchema, {
          ...KEY,
          apiKey: 'nbk_hfwdksnpfdqxnacm.EXAMPLE',
        }),
      },
    },
    async (request) => {
      const { validDays, addresses, description, scopes, groups, labels } = request.req.valid('json');
      const own = keyOf(request);
      const now = clock();
      const wanted = {
        scopes,
        groups: groups ?? (labels ? [] : ['*']),
        ...omitUndefined({ labels, addresses, description }),
        expiresAt: expiryOf(now, validDays),
      };
      const refusal = grantRefusal(own, wanted);
      if (refusal !== undefined)
        throw new HttpProblem(403, 'grant-not-allowed', `This key may not create that one. ${refusal}`);
      const { key, stored } = createKey({ ...wanted, createdBy: own.keyId }, now);
      await keysStore.create(stored);
      return request.json({ ...keyView(stored), apiKey: key }, 201, {
        location: `${apiUrl}/v1/keys/${stored.keyId}`,
        'cache-control': 'no-store',
      });
    },
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'get',
      path: '/v1/keys',
      operationId: 'listKeys',
      tags: ['Keys'],
      summary: 'API keys',
      errors: [],
      request: { query: pageQuerySchema.extend({ limit: limitParameter(MAX_KEYS, 50) }).strict() },
      responses: {
        200: jsonResponse(
          'The keys for groups that the caller may see, without their texts. A page may have fewer items than `limit`, or none: continue while there is a cursor.',
          pageSchema(keySchema),
          { items: [KEY] },
        ),
      },
    },
    async (request) => {
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['keys'], { kind: 'key' }, { keyId: keyParams.shape.keyId });
      const page = await readVisibleKeys(context, keyOf(request), limit, list.decode(cursor));
      return request.json(list.page(page.items.map(keyView), page.lastKey), 200);
    },
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'get',
      path: '/v1/keys/{keyId}',
      operationId: 'getKey',
      tags: ['Keys'],
      summary: 'One API key',
      errors: ['404 key-not-found'],
      request: { params: keyParams },
      responses: { 200: jsonResponse('The key, without its text.', keySchema, KEY) },
    },
    async (request) => {
      const { keyId } = request.req.valid('param');
      return request.json(keyView(await find(keyOf(request), keyId)), 200);
    },
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'delete',
      path: '/v1/keys/{keyId}',
      operationId: 'revokeKey',
      tags: ['Keys'],
      summary: 'Revoke an API key',
      errors: ['404 key-not-found', '409 own-key'],
      request: { params: keyParams },
      responses: {
        204: { description: 'Revoked: the next request with the key is refused.' },
      },
    },
    async (request) => {
      const { keyId } = request.req.valid('param');
      const own = keyOf(request);
      if (keyId === own.keyId) throw problemOf('409 own-key');
      await find(own, keyId);
      await keysStore.revoke(keyId);
      return request.body(null, 204);
    },
  );
};
