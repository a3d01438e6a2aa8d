/**
 * The runtime inside one execution environment: imports the handler and runs one invocation at a time over the IPC
 * channel. Plain JavaScript, so that a child starts without a TypeScript loader. Names of errors follow
 * aws-lambda-nodejs-runtime-interface-client.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTime } from '../cloud-time.mjs';
import { importCompiled } from './import-compiled.mjs';
import { resolveNames } from './resolve-names.mjs';

const { env } = process;
// Hidden from the function: libraries conclude from `process.send` that they were forked.
const send = process.send.bind(process);
delete process.send;
process.on('disconnect', () => process.exit(0));
const { hostNames, codeCache } = JSON.parse(process.argv.splice(2)[0]);
if (hostNames) resolveNames(hostNames);

const named = (name, message) => Object.assign(new Error(message), { name });

function failed(failure, error) {
  const errorType = error instanceof Error ? error.name : typeof error;
  const errorMessage = error instanceof Error ? error.message : String(error);
  return { ok: false, failure, errorType, errorMessage };
}

async function loadHandler() {
  const [file, ...names] = env._HANDLER.split('.');
  const { href } = pathToFileURL(path.join(env.LAMBDA_TASK_ROOT, `${file}.mjs`));
  const imported = codeCache ? importCompiled(href, codeCache) : import(href);
  const exported = await imported.catch((error) => {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error));
    if (/MODULE_NOT_FOUND$/.test(error?.code)) throw named('Runtime.ImportModuleError', String(error));
    throw error;
  });
  const handler = names.reduce((value, name) => value?.[name], exported);
  if (typeof handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  }
  // Node.js 24 on Lambda does not support callbacks.
  if (handler.length > 2) {
    throw named('Runtime.CallbackHandlerDeprecated', 'Callback-based function handlers are not supported.');
  }
  return handler;
}

function contextFor({ requestId, functionArn, remainingMs }) {
  const deadline = performance.now() + remainingMs;
  return {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function serialized(value) {
  try {
    // `undefined` becomes null, as on Lambda.
    return JSON.stringify(value) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function invoke(handler, request) {
  setTime(request.now);
  env._X_AMZN_TRACE_ID = request.traceId;
  try {
    const value = await handler(JSON.parse(request.event), contextFor(request));
    send({ result: { ok: true, payload: serialized(value) } });
  } catch (error) {
    send({ result: failed('error', error) });
  }
}

/**
 * As on Lambda: the caller gets the error, and the environment is not used again. Without a parent process (then even
 * writing a log line fails) this process must end itself.
 */
function endWith(failure, error) {
  if (!process.connected) process.exit(1);
  send({ result: failed(failure, error), last: true }, () => process.exit(1));
}
process.on('uncaughtException', (error) => endWith('crash', error));
process.on('unhandledRejection', (reason) =>
  endWith('crash', named('Runtime.UnhandledPromiseRejection', String(reason))),
);

try {
  const handler = await loadHandler();
  process.on('message', (request) => (request.event ? invoke(handler, request) : setTime(request.now)));
  send({});
} catch (error) {
  endWith('error', error);
}
