import { isTransient, Unavailable } from '../../../lambdas/platform/unavailable.ts';

const error = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);
const $metadata = { attempts: 3, totalRetryDelay: 100 };

it.each([
  ['throttling', error('ThrottlingException', { $metadata })],
  ['an internal error', error('InternalServerError', { $metadata })],
  ['a permission that is missing', error('AccessDeniedException', { $metadata })],
  ['a time-out', error('TimeoutError', { code: 'ETIMEDOUT', $metadata })],
  ['a refused connection', error('Error', { code: 'ECONNREFUSED', $metadata })],
  ['a response that is no JSON', error('SyntaxError', { $metadata })],
  ['no credentials', error('CredentialsProviderError')],
  ['refused entries, or writers that were faster', new Unavailable('gave up')],
])('%s may pass', (_, one) => {
  expect(isTransient(one)).toBe(true);
});

it.each([
  ['a request that is not valid', error('ValidationException', { $metadata })],
  ['an error in this code', new TypeError('x is undefined')],
  ['what is not an error', 'away'],
])('%s does not pass', (_, one) => {
  expect(isTransient(one)).toBe(false);
});
