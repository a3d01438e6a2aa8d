/** The OpenAPI document: what clients are generated from. */
import { readFileSync, writeFileSync } from 'node:fs';
import { apiRoutes } from '../../../lambdas/http/api-routes.ts';
import { apiWorld } from '../../support/api.ts';
import { type ApiDocument, breakingChanges, operationsOf } from '../../support/api-changes.ts';
import { fakeBus } from '../../support/fakes.ts';

const read = (path: string): ApiDocument => JSON.parse(readFileSync(path, 'utf8')) as ApiDocument;

let document: ApiDocument;
beforeAll(async () => {
  const { app, context } = apiWorld();
  apiRoutes(app, { ...context, bus: fakeBus() });
  document = (await (await app.request('/v1/openapi.json')).json()) as ApiDocument;
});

test('every operation has its own operationId, a summary and a tag that is described', () => {
  const operations = operationsOf(document);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = document.tags.map(({ name }) => name);
  for (const { operation } of operations) {
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(tags).toEqual(expect.arrayContaining(operation.tags));
  }
});

test('docs/openapi.json is generated from the schemas (UPDATE_DOCS=1 writes it)', () => {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync('docs/openapi.json', text);
  expect(read('docs/openapi.json')).toEqual(document);
});

test('nothing that clients of the last release use is changed', () => {
  expect(breakingChanges(read('test/unit/http/released/openapi.json'), document)).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, changed by path
test.each<[string, (copy: any) => void, string]>([
  ['an operation', (copy) => delete copy.paths['/v1/jobs'], 'GET /v1/jobs: is gone'],
  [
    'an operationId',
    (copy) => {
      copy.paths['/v1/jobs'].get.operationId = 'jobs';
    },
    'GET /v1/jobs: operationId is jobs, not listJobsOfGroups',
  ],
  [
    'a parameter',
    (copy) => copy.paths['/v1/jobs'].get.parameters.push({ name: 'new', in: 'query', required: true }),
    'GET /v1/jobs: request .query:new is required',
  ],
  [
    'a type of a parameter',
    (copy) => {
      const { parameters } = copy.paths['/v1/jobs'].get;
      parameters.find(({ name }: { name: string }) => name === 'label').schema.type = 'array';
    },
    'GET /v1/jobs: request .query:label is array, not string|array',
  ],
  [
    'a member of a response',
    (copy) => delete copy.components.schemas.ClosedConnection.properties.since,
    'DELETE /v1/groups/{groupId}/connection: response .since is gone',
  ],
  [
    'the type of a member',
    (copy) => {
      copy.components.schemas.ClosedConnection.properties.since.type = 'number';
    },
    'DELETE /v1/groups/{groupId}/connection: response .since is number, not string',
  ],
  [
    'a member of a request',
    (copy) => (copy.components.schemas.InvitationRequest.required = ['validFor']),
    'POST /v1/groups/{groupId}/endpoints/{endpointId}/invitations: request .validFor is required',
  ],
])('a change of %s is noticed', (_, change, sentence) => {
  const copy = structuredClone(document);
  change(copy);
  expect(breakingChanges(document, copy)).toEqual([sentence]);
});
