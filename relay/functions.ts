import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { ConcurrencyLimiter } from '../gateway/concurrency-limiter.ts';
import type { FailedInvoke, InvokeFailure, InvokeResult, LambdaService } from '../gateway/types.ts';
import { jsonOf } from './json.ts';

/** Longer than the gateway waits for a function. */
const REQUEST_MS = 35_000;
const CONNECT_MS = 2_000;
/** One for each concurrent invocation; Lambda's account quota is 1 000 by default. */
const MAX_SOCKETS = 1_000;

/** Lambda may close an idle connection while a request is on its way. Then the request is sent once more: functions accept repetitions. */
const LOST_CONNECTION: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Lambda, over the AWS SDK: synchronous invocations, each tried once, because the gateway decides what is tried again.
 * @param limits by function, how many invocations there are at once; the next ones wait
 */
export function createFunctions(
  limits: ReadonlyMap<string, number> = new Map(),
): LambdaService & { close(): void } {
  const limiters = new Map(
    [...limits].map(([functionArn, atOnce]) => [functionArn, new ConcurrencyLimiter(atOnce)]),
  );
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  });
  const send = async (input: InvokeCommandInput): Promise<InvokeResult> => {
    const answer = await client.send(new InvokeCommand(input));
    return resultOf(answer.FunctionError, answer.Payload?.transformToString() ?? '');
  };
  const invoke = async (functionArn: string, payload: unknown): Promise<InvokeResult> => {
    const input = { FunctionName: functionArn, Payload: JSON.stringify(payload) };
    try {
      return await send(input).catch((error: NodeJS.ErrnoException) => {
        if (LOST_CONNECTION.has(error.code)) return send(input);
        throw error;
      });
    } catch (error) {
      return refusalOf(error);
    }
  };
  return {
    invoke: (functionArn, payload) => {
      const limiter = limiters.get(functionArn);
      return limiter ? limiter.run(() => invoke(functionArn, payload)) : invoke(functionArn, payload);
    },
    close: () => client.destroy(),
  };
}

const failed = (failure: InvokeFailure, errorType: string, errorMessage: string): FailedInvoke => {
  return { ok: false, failure, errorType, errorMessage };
};

/** Of a function that ran. @param functionError `Handled` or `Unhandled`, if it failed @param text its response, JSON */
export function resultOf(functionError: string | undefined, text: string): InvokeResult {
  const payload = jsonOf(text);
  if (functionError === undefined) {
    if (payload !== undefined) return { ok: true, payload };
    return failed('error', 'InvalidResponse', 'The response of the function is not JSON.');
  }
  const { errorType, errorMessage } = (payload ?? {}) as Record<string, unknown>;
  const [type, message] = [String(errorType ?? functionError), String(errorMessage ?? '')];
  return failed(failureOf(type, message), type, message);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function failureOf(errorType: string, errorMessage: string): InvokeFailure {
  if (errorType === 'Sandbox.Timedout' || /\bTask timed out after\b/.test(errorMessage)) return 'timeout';
  if (errorType === 'Function.ResponseSizeTooLarge') return 'too-large';
  return /^(Runtime\.|Sandbox\.)|^Function\.Crash/.test(errorType) ? 'crash' : 'error';
}

/** Of an invocation that Lambda refused, or that got no answer. */
export function refusalOf(error: unknown): FailedInvoke {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const status = error instanceof LambdaServiceException ? error.$metadata.httpStatusCode : undefined;
  if (status === 429) return failed('throttled', name, message);
  if (status === 413) return failed('too-large', name, message);
  return failed(name === 'TimeoutError' ? 'timeout' : 'error', name, message);
}
