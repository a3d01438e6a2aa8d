/**
 * Jest's environment for Node.js, in which a worker compiles each module once. Jest evaluates the modules again for each test file,
 * and since version 30 also compiles them again, in a way for which V8 has no cache: a tenth of what the suites cost.
 */
import v8 from 'node:v8';
import vm from 'node:vm';

/**
 * Most functions of a test run a few times only, and the optimizing compiler takes longer than it saves: it waits for fifteen times
 * as much work as by default.
 */
v8.setFlagsFromString('--interrupt-budget=1000000');

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

export { TestEnvironment as default } from 'jest-environment-node';
