/**
 * Jest's environment for Node.js, in which test files of a worker do not slow one another, and a worker compiles each module once. Jest
 * evaluates the modules again for each test file, and since version 30 also compiles them again, in a way for which V8 has no cache: a
 * tenth of what the suites cost.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Most functions of a test run a few times only, and TurboFan takes longer than it saves: here it waits for fifteen times as much work as
 * by default. From Node.js 22 on, V8 has no such flag, and Maglev before TurboFan.
 */
if (Number.parseInt(process.versions.node, 10) < 22) v8.setFlagsFromString('--interrupt-budget=1000000');

const { compileFunction } = vm;
/** By file. */
const compiled = new Map<string, { readonly code: string; readonly script: vm.Script }>();

/** As a script, which V8 runs in any context without compiling it again, and with the functions that earlier test files have used. */
const scriptOf = (filename: string, code: string, parameters: readonly string[]): vm.Script => {
  const found = compiled.get(filename);
  if (found?.code === code) return found.script;
  const head = `(function (${parameters.join(', ')}) {`;
  const script = new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length });
  compiled.set(filename, { code, script });
  return script;
};

vm.compileFunction = (code, parameters = [], options = {}) => {
  const { filename, parsingContext } = options;
  return filename === undefined || parsingContext === undefined
    ? compileFunction(code, parameters, options)
    : scriptOf(filename, code, parameters).runInContext(parsingContext);
};

/**
 * Those that the modules of the present test file have used. Until Node.js 24, every promise looks at every storage that was ever used,
 * also at those of earlier test files.
 */
const storages = new Set<AsyncLocalStorage<unknown>>();
const { run, enterWith } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...call: unknown[]) {
  storages.add(this);
  return Reflect.apply(run, this, call);
};
AsyncLocalStorage.prototype.enterWith = function (this: AsyncLocalStorage<unknown>, store: unknown) {
  storages.add(this);
  enterWith.call(this, store);
};

/** The longest file takes two minutes on a quiet machine. */
const watch = new Worker(join(import.meta.dirname, 'hang-watch.cjs'), {
  workerData: { limitMs: 30 * 60_000 },
});
watch.unref();

export default class extends TestEnvironment {
  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context);
    watch.postMessage({ file: context.testPath });
  }

  handleTestEvent({ name, test }: { name: string; test?: { name: string } }): void {
    if (name === 'test_start') watch.postMessage({ test: test?.name });
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    for (const storage of storages) storage.disable();
    storages.clear();
    watch.postMessage({ file: undefined });
  }
}
