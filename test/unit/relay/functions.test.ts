import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { refusalOf, resultOf } from '../../../relay/functions.ts';

it('gives the value that a function returned', () => {
  expect(resultOf(undefined, '{"statusCode":200}')).toEqual({ ok: true, payload: { statusCode: 200 } });
  expect(resultOf(undefined, 'null')).toEqual({ ok: true, payload: null });
  expect(resultOf(undefined, '')).toMatchObject({ ok: false, failure: 'error' });
});

it.each([
  ['{"errorType":"TypeError","errorMessage":"x is not a function"}', 'error', 'TypeError'],
  [
    '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 3.00 seconds"}',
    'timeout',
    'Sandbox.Timedout',
  ],
  ['{"errorMessage":"2025-01-01T00:00:00Z 1 Task timed out after 3.00 seconds"}', 'timeout', 'Unhandled'],
  [
    '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited"}',
    'crash',
    'Runtime.ExitError',
  ],
  [
    '{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size"}',
    'too-large',
    'Function.ResponseSizeTooLarge',
  ],
  ['', 'error', 'Unhandled'],
  ['null', 'error', 'Unhandled'],
])('a function that failed with %s is %s', (text, failure, errorType) => {
  expect(resultOf('Unhandled', text)).toMatchObject({ ok: false, failure, errorType });
});

it.each([
  [429, 'TooManyRequestsException', 'throttled'],
  [413, 'RequestTooLargeException', 'too-large'],
  [403, 'AccessDeniedException', 'error'],
  [500, 'ServiceException', 'error'],
])('an invocation that Lambda refused with %s %s is %s', (httpStatusCode, name, failure) => {
  const error = new LambdaServiceException({
    name,
    $fault: 'client',
    $metadata: { httpStatusCode },
    message: 'why',
  });
  expect(refusalOf(error)).toEqual({ ok: false, failure, errorType: name, errorMessage: 'why' });
});

it('an invocation without an answer in time is a time-out, and every other fault an error', () => {
  expect(refusalOf(Object.assign(new Error('late'), { name: 'TimeoutError' }))).toMatchObject({
    failure: 'timeout',
  });
  expect(refusalOf(new Error('read ECONNRESET'))).toMatchObject({
    failure: 'error',
    errorMessage: 'read ECONNRESET',
  });
  expect(refusalOf('odd')).toMatchObject({ ok: false, failure: 'error', errorMessage: 'odd' });
});
