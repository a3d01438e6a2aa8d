/**
 * The runtime inside one execution environment: imports the handler and takes one invocation at a time over the IPC
 * channel. Plain JavaScript, so that a child starts without a TypeScript loader. Names of errors and the order in
 * which files are looked for follow aws-lambda-nodejs-runtime-interface-client.
 */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';

// The function must not see the channel: libraries take `process.send` for a sign that they were forked.
const send = process.send.bind(process);
delete process.send;
process.on('disconnect', () => process.exit(0));

const taskRoot = process.env.LAMBDA_TASK_ROOT;

function described(error) {
  if (types.isNativeError(error) || (error?.name && error.message && error.stack)) {
    return { errorType: error.name, errorMessage: error.message };
  }
  return { errorType: typeof error, errorMessage: String(error) };
}

const failure = (errorType, errorMessage) => Object.assign(new Error(errorMessage), { name: errorType });

/** On Lambda nothing lies above the task root; here the nearest package.json may be that of a whole repository. */
function isModule(file) {
  for (let dir = path.dirname(file); dir.startsWith(taskRoot); dir = path.dirname(dir)) {
    const manifest = path.join(dir, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  }
  return false;
}

async function load(stem) {
  const script = `${stem}.js`;
  if (existsSync(script) && !isModule(script)) {
    Module._extensions['.js'] = (module, file) =>
      module._compile(readFileSync(file, 'utf8'), file, 'commonjs');
    return createRequire(script)(script);
  }
  for (const file of [script, `${stem}.mjs`, `${stem}.cjs`]) {
    if (!existsSync(file)) continue;
    return file.endsWith('.cjs') ? createRequire(file)(file) : import(pathToFileURL(file).href);
  }
  throw failure('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(stem)}'`);
}

async function loadHandler(name) {
  const dir = path.dirname(name);
  const [file, ...exported] = path.basename(name).split('.');
  let found;
  try {
    found = await load(path.join(taskRoot, dir, file));
  } catch (error) {
    if (error instanceof SyntaxError) throw failure('Runtime.UserCodeSyntaxError', String(error));
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) {
      throw failure('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  const handler = exported.reduce((value, key) => value?.[key], found);
  if (typeof handler !== 'function') {
    throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  // Node.js 24 on Lambda has no callbacks any more; a handler that would wait for one must not pass here.
  if (process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs24.x' && handler.length > 2) {
    throw failure(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  }
  return handler;
}

function contextFor(request) {
  const deadline = performance.now() + request.remainingMs;
  return {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: request.functionArn,
    awsRequestId: request.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function serialized(result) {
  try {
    return JSON.stringify(result);
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

const MachineDate = Date;
let aheadMs = 0;

/** The machine's time, moved to where the cloud's clock is: nothing on Lambda could tell the two apart either. */
class CloudDate extends MachineDate {
  constructor(...args) {
    if (args.length === 0) super(CloudDate.now());
    else super(...args);
  }
  static now() {
    return MachineDate.now() + aheadMs;
  }
}

/** A cloud whose clock was moved (by a test) moves its functions along. */
function follow(now) {
  aheadMs = now - MachineDate.now();
  globalThis.Date = Math.abs(aheadMs) > 1000 ? CloudDate : MachineDate;
}

async function invoke(handler, request) {
  follow(request.now);
  process.env._X_AMZN_TRACE_ID = request.traceId;
  try {
    const result = await handler(JSON.parse(request.event), contextFor(request));
    send({ payload: serialized(result) });
  } catch (error) {
    send({ error: described(error) });
  }
}

// As on Lambda: the caller learns of the error, and the environment is not used again.
const die = (error) => send({ fatal: error }, () => process.exit(129));
process.on('uncaughtException', (error) => die(described(error)));
process.on('unhandledRejection', (reason) =>
  die({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason) }),
);

try {
  const handler = await loadHandler(process.env._HANDLER);
  process.on('message', (request) => invoke(handler, request));
  send({ ready: true });
} catch (error) {
  send({ fatal: described(error) }, () => process.exit(1));
}
