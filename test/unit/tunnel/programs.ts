/** Programs that a machine may have or not: nothing but Node.js is needed to run the tests. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export const runProgram = promisify(execFile);

const has = (name: string, ...args: string[]): boolean => spawnSync(name, args).status === 0;

/** Tests that need a program, skipped where it is not installed. */
export const withCurl = has('curl', '--version') ? it : it.skip;
export const withPython = has('python3', '-c', 'import ssl') ? it : it.skip;
export const withRequests = has('python3', '-c', 'import requests') ? it : it.skip;
export const withLwp = has('perl', '-MLWP::UserAgent', '-MLWP::Protocol::https', '-e', '1') ? it : it.skip;
export const withAnsible = has('ansible', '--version') ? it : it.skip;
