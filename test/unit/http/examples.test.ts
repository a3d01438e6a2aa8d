/** What the OpenAPI document shows of requests, responses and errors. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from '@hono/zod-openapi';
import { apiRoutes } from '../../../lambdas/http/api-routes.ts';
import { ERRORS, PROXY_ERRORS } from '../../../lambdas/http/errors.ts';
import { apiWorld } from '../../support/api.ts';
import { type ApiDocument, operationsOf } from '../../support/api-changes.ts';
import { fakeBus } from '../../support/fakes.ts';

const { app, context } = apiWorld();
apiRoutes(app, { ...context, bus: fakeBus() });

let document: ApiDocument;
beforeAll(async () => {
  document = (await (await app.request('/v1/openapi.json')).json()) as ApiDocument;
});

interface Media {
  readonly schema: z.ZodType;
  readonly example?: unknown;
}
type Contents = Readonly<Record<string, Media>>;

/** Every media type that an operation takes or returns, except errors. */
const media = app.openAPIRegistry.definitions.flatMap((definition) => {
  if (definition.type !== 'route') return [];
  const { operationId, request, responses } = definition.route;
  const contents = [
    ['request', request?.body?.content],
    ...Object.entries(responses).map(([status, response]) => [
      status,
      'content' in response ? response.content : {},
    ]),
  ] as [string, Contents | undefined][];
  return contents.flatMap(([place, content = {}]) =>
    Object.entries(content)
      .filter(([type]) => type !== 'application/problem+json')
      .map(([type, one]) => ({ name: `${operationId} ${place} ${type}`, ...one })),
  );
});

test.each(media)('$name has an example that its schema accepts', ({ schema, example }) => {
  expect(example).toBeDefined();
  const { error } = schema.safeParse(example);
  expect(error && z.prettifyError(error)).toBeUndefined();
});

test('every operation lists its errors by code, each with an example', () => {
  for (const { name, operation } of operationsOf(document)) {
    const errors = Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status));
    const listed = errors.flatMap(([status, response]) => {
      const { examples = {} } = response.content?.['application/problem+json'] ?? {};
      return Object.values(examples).map(({ $ref }) => ({ status, example: $ref.split('/').at(-1) ?? '' }));
    });
    expect({ name, errors: listed.length }).not.toEqual({ name, errors: 0 });
    for (const { status, example } of listed)
      expect(document.components.examples[example]?.value).toMatchObject({ status: Number(status) });
  }
});

test('every error that the functions answer is among those of the document', () => {
  const thrown = new Set<string>();
  const files = readdirSync('lambdas', { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(`lambdas/${file}`, 'utf8');
    for (const [, status, code] of source.matchAll(/(?:new HttpProblem|problem)\(\s*(\d{3}),\s*'([a-z-]+)'/g))
      thrown.add(`${status} ${code}`);
  }
  expect(thrown.size).toBeGreaterThan(40);
  // No route matches, so no operation answers them.
  const ofNoOperation = ['404 not-found', '405 method-not-allowed'];
  const known = new Set([...Object.keys({ ...ERRORS, ...PROXY_ERRORS }), ...ofNoOperation]);
  expect([...thrown].filter((name) => !known.has(name))).toEqual([]);
});
