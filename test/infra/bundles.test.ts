import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { createEndpoint } from '../../lib/app.ts';
import { BUILD_OPTIONS, type Bundles, bundle } from '../../lib/constructs/bundle.ts';
import { FUNCTIONS } from '../../lib/functions.ts';
import { outdir, plain } from './synthesize.ts';

const entries = Object.values(FUNCTIONS).map(({ entry }) => entry);
const hash = (contents: string | Uint8Array = ''): string =>
  createHash('sha256').update(contents).digest('hex');

/** What each function is told by its template: names only. */
interface Deployed {
  readonly folder: string;
  readonly variables: readonly string[];
}

let bundles: Bundles;
const text = (entry: string): string => Buffer.from(bundles.get(entry) ?? []).toString();
let metafile: Metafile;
const deployed = new Map<string, Deployed>();

beforeAll(async () => {
  bundles = await bundle(entries);
  const options = {
    ...BUILD_OPTIONS,
    entryPoints: entries,
    outdir: '.',
    write: false,
    metafile: true,
  } as const;
  metafile = (await build(options)).metafile;
  // The CDK reports each bundle as it is taken.
  const progress = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  process.env['CDK_OUTDIR'] = outdir();
  const { app } = await createEndpoint();
  const { directory, stacks } = app.synth();
  progress.mockRestore();
  for (const { template } of stacks) {
    // biome-ignore lint/suspicious/noExplicitAny: template JSON
    for (const [id, { Type, Properties }] of Object.entries<any>(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      deployed.set(plain(id).toLowerCase(), {
        folder: join(directory, `asset.${Properties.Code.S3Key.replace('.zip', '')}`),
        variables: Object.keys(Properties.Environment.Variables),
      });
    }
  }
}, 60_000);

test('every function is deployed as one file, its own', () => {
  const folders = [...deployed.values()].map(({ folder }) => folder);
  expect(new Set(folders).size).toBe(7);
  for (const folder of folders) expect(readdirSync(folder)).toEqual(['index.mjs']);
});

describe.each(Object.entries(FUNCTIONS))('%s', (name, { entry }) => {
  const folder = () => deployed.get(name)?.folder ?? '';

  test('what is deployed is what was bundled, and the same sources give the same file', () => {
    expect(hash(readFileSync(join(folder(), 'index.mjs')))).toBe(hash(bundles.get(entry)));
  });

  test('it says nothing about where it was built', () => {
    expect(text(entry).includes(resolve('.'))).toBe(false);
  });

  test('it is minified and carries its SDK: nothing is imported but Node itself', () => {
    expect(text(entry).length / text(entry).split('\n').length).toBeGreaterThan(1000);
    const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry);
    const imported = new Set(output?.imports.map(({ path }) => path));
    // Reached by operations that stream events, of which we call none.
    imported.delete('@smithy/core/event-streams');
    expect(imported).toContain('node:https');
    expect([...imported].filter((module) => !module.startsWith('node:'))).toEqual([]);
  });

  test('it starts with what the template tells it, from a folder that holds nothing else', () => {
    const variables = (deployed.get(name)?.variables ?? []).map((key) => {
      if (key === 'LOG_LEVEL') return [key, 'INFO'];
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

  test('it is told nothing that it does not ask for', () => {
    const source = text(entry);
    const unasked = deployed.get(name)?.variables.filter((key) => !new RegExp(`\\b${key}\\b`).test(source));
    expect(unasked).toEqual([]);
  });

  test('it carries no part of the SDK or of zod that cannot be of use on Lambda', () => {
    // Profile files and SSO, EC2 metadata, event streams; zod's messages in Dutch.
    const traces = ['sso_start_url', 'security-credentials', ':event-type', 'Ongeldige'];
    expect(traces.filter((trace) => text(entry).includes(trace))).toEqual([]);
  });
});

test('notify, whose cold start NetBackup waits for, stays small', () => {
  expect(bundles.get(FUNCTIONS.notify.entry)?.length).toBeLessThan(300_000);
});

describe('the app as the CDK runs it', () => {
  const run = (context: Record<string, unknown>) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bin/endpoint.ts'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: outdir(),
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
    });

  test('a configuration that cannot be used ends it with one sentence', () => {
    const { status, stderr } = run({ 'nbwss.heartbeatMinutes': '60' });
    expect(stderr).toBe(
      'The configuration cannot be used: nbwss.heartbeatMinutes must be a whole number from 1 to 9, not 60.\n',
    );
    expect(status).toBe(1);
  });
});
