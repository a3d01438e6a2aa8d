import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { build, type Metafile, stop } from 'esbuild';
import { BUILD_OPTIONS } from '../../lib/constructs/bundle.ts';
import { CONSOLE, FUNCTIONS } from '../../lib/functions.ts';
import { ASSEMBLY, resources, templates } from './templates.ts';

const FILES = { ...FUNCTIONS, console: CONSOLE };
const entries = Object.values(FILES).map(({ entry }) => entry);
const hash = (contents: string | Uint8Array = ''): string =>
  createHash('sha256').update(contents).digest('hex');

/** The asset and the names of the variables of each function, by its name. */
const deployed = new Map(
  Object.entries(resources(templates.service, 'AWS::Lambda::Function')).map(([id, { Properties }]) => [
    id.toLowerCase(),
    {
      folder: join(ASSEMBLY, `asset.${Properties.Code.S3Key.replace('.zip', '')}`),
      variables: Object.keys(Properties.Environment.Variables),
    },
  ]),
);

let metafile: Metafile;
const bundles = new Map<string, Uint8Array>();
const text = (entry: string): string => Buffer.from(bundles.get(entry) ?? []).toString();

beforeAll(async () => {
  const result = await build({
    ...BUILD_OPTIONS,
    entryPoints: entries.map((entry) => ({ in: resolve(entry), out: entry })),
    outdir: resolve('out'),
    write: false,
    metafile: true,
  });
  metafile = result.metafile;
  for (const { path, contents } of result.outputFiles)
    bundles.set(relative('out', path).slice(0, -'.js'.length), contents);
}, 180_000);

afterAll(() => stop());

test('every function is deployed as one file, that of the console with its page', () => {
  const folders = [...deployed.values()].map(({ folder }) => folder);
  expect(new Set(folders).size).toBe(8);
  for (const [name, { folder }] of deployed)
    expect(readdirSync(folder)).toEqual(['index.mjs', ...(name === 'console' ? ['page'] : [])]);
});

describe.each(Object.entries(FILES))('%s', (name, { entry }) => {
  const folder = () => deployed.get(name)?.folder ?? '';

  test('the same sources give the deployed file, byte for byte', () => {
    expect(hash(readFileSync(join(folder(), 'index.mjs')))).toBe(hash(bundles.get(entry)));
  });

  test('it does not contain the path of the build', () => {
    expect(text(entry).includes(resolve('.'))).toBe(false);
  });

  test('it is minified and contains its SDK: only modules of Node.js are imported', () => {
    expect(text(entry).length / text(entry).split('\n').length).toBeGreaterThan(1000);
    const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry);
    const imported = new Set(output?.imports.map(({ path }) => path));
    // Imported by operations that stream events; we call none of them.
    imported.delete('@smithy/core/event-streams');
    expect(imported).toContain(name === 'console' ? 'node:fs' : 'node:https');
    expect([...imported].filter((module) => !isBuiltin(module))).toEqual([]);
  });

  test('it starts with the variables of the template, from a folder without other files', () => {
    const variables = (deployed.get(name)?.variables ?? []).map((key) => {
      if (key === 'LOG_LEVEL') return [key, 'INFO'];
      if (key === 'VERDICTS') return [key, '[]'];
      if (/_(DAYS|HOURS|MINUTES|SECONDS|COMMANDS|REQUESTS|PER_GROUP)$/.test(key)) return [key, '7'];
      return [key, key.endsWith('_URL') ? 'https://example.com/stage' : 'name'];
    });
    const code = `import { handler } from ${JSON.stringify(join(folder(), 'index.mjs'))}; console.log(typeof handler);`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: tmpdir(),
      env: { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: name, ...Object.fromEntries(variables) },
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(output).toBe('function\n');
  });

  test('it uses every variable that the template sets', () => {
    const source = text(entry);
    const unasked = deployed.get(name)?.variables.filter((key) => !new RegExp(`\\b${key}\\b`).test(source));
    expect(unasked).toEqual([]);
  });

  test('it contains no part of the SDK or of zod that is useless on Lambda', () => {
    // Profile files and SSO, EC2 metadata, event streams; zod's messages in Dutch.
    const traces = ['sso_start_url', 'security-credentials', ':event-type', 'Ongeldige'];
    expect(traces.filter((trace) => text(entry).includes(trace))).toEqual([]);
  });
});

test('notify stays small: NetBackup waits for its cold start', () => {
  expect(bundles.get(FUNCTIONS.notify.entry)?.length).toBeLessThan(300_000);
});

describe('the app as the CDK runs it', () => {
  const run = (context: Record<string, unknown>) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bin/endpoint.ts'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: join(tmpdir(), 'never-synthesized'),
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
    });

  test('a configuration that is not valid ends it with one sentence', () => {
    const { status, stderr } = run({ 'nbwss.heartbeatMinutes': '60' });
    expect(stderr).toBe(
      'The configuration is not valid: nbwss.heartbeatMinutes must be a whole number from 1 to 9, not 60.\n',
    );
    expect(status).toBe(1);
  });
});
