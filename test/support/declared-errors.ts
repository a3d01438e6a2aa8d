/** Every error that a test sees must be one that the OpenAPI document lists for its operation. */
import { readFileSync } from 'node:fs';
import { type ApiDocument, operationsOf } from './api-changes.ts';

const readOperations = () => {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;
  return operationsOf(document).map(({ name, operation }) => {
    const [method, path = ''] = name.split(' ');
    const pattern = path
      .replaceAll(/[.]/g, '\\.')
      .replace('{path}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+');
    return { name, method, pattern: new RegExp(`^${pattern}$`), operation };
  });
};
let operations: ReturnType<typeof readOperations> | undefined;

/** @param path with or without a query; @throws Error that names the operation and the code */
export const checkDeclared = (method: string, path: string, status: number, body: unknown): void => {
  const { code, trackingId } = (body ?? {}) as { code?: unknown; trackingId?: unknown };
  if (status < 400 || typeof code !== 'string' || trackingId === undefined || code === 'not-found') return;
  operations ??= readOperations();
  const [bare = ''] = path.split('?');
  const found = operations.find((one) => one.method === method && one.pattern.test(bare));
  if (!found) return;
  const { examples = {} } = found.operation.responses[status]?.content?.['application/problem+json'] ?? {};
  if (!(code in examples))
    throw new Error(`docs/openapi.json does not list ${status} ${code} for ${found.name}: see its errors.`);
};
