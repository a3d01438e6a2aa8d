/** The image of the relay: what it contains, and that it starts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stop } from 'esbuild';
import { addStacks, createApp } from '../../lib/app.ts';
import { type Bundles, bundle } from '../../lib/constructs/bundle.ts';
import { bundleRelay, RELAY_ENTRY } from '../../lib/constructs/relay-image.ts';
import { CONSOLE, DIGEST_ENTRY, FUNCTIONS, WEBHOOK_ENTRY } from '../../lib/functions.ts';
import { RELAY_ONLY } from './configurations.ts';
import { container, small } from './relay.ts';
import { outdir } from './synthesize.ts';

let bundles: Bundles;
let folder: string;
beforeAll(async () => {
  bundles = await bundleRelay();
  folder = mkdtempSync(join(tmpdir(), 'nbwss-image-'));
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the Dockerfile has Node.js, the bundle, and no rights', () => {
  expect(readFileSync('relay/Dockerfile', 'utf8').trim().split('\n')).toEqual([
    'FROM public.ecr.aws/docker/library/node:24-slim',
    'WORKDIR /app',
    'COPY index.mjs ./',
    'USER node',
    'ENV NODE_ENV=production',
    'EXPOSE 8443 8081',
    'CMD ["node", "index.mjs"]',
  ]);
});

test('it is an asset of the stack', () => {
  expect(container(small).Image['Fn::Sub']).toMatch(/^\$\{AWS::AccountId\}\.dkr\.ecr\..*:[0-9a-f]{64}$/);
});

test('the bundle needs no other file: it starts, and names the variable that is missing', () => {
  writeFileSync(join(folder, 'index.mjs'), bundles.get(RELAY_ENTRY) ?? '');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['index.mjs'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({ code: 'bad-settings', service: 'relay' });
});

describe('a synthesis for a deployment', () => {
  const entries = [...Object.values(FUNCTIONS), CONSOLE].map(({ entry }) => entry);
  const synthesized = (all: Bundles, into: string) => {
    process.env['CDK_VALIDATION'] = 'false';
    addStacks(createApp({ context: { nbwss: RELAY_ONLY }, outdir: into }), all).app.synth();
    delete process.env['CDK_VALIDATION'];
  };
  const functions = () => bundle([...entries, DIGEST_ENTRY, WEBHOOK_ENTRY]);

  test('has the Dockerfile and the bundle in one folder, for arm64', async () => {
    const into = outdir();
    synthesized(new Map([...(await functions()), ...bundles]), into);
    const { dockerImages } = JSON.parse(readFileSync(join(into, 'NbwssRelay.assets.json'), 'utf8'));
    const [image] = Object.values<{ source: { directory: string; platform: string } }>(dockerImages);
    expect(image?.source.platform).toBe('linux/arm64');
    const files = join(into, image?.source.directory ?? '');
    expect(readdirSync(files).sort()).toEqual(['Dockerfile', 'index.mjs']);
    expect(readFileSync(join(files, 'index.mjs')).equals(Buffer.from(bundles.get(RELAY_ENTRY) ?? ''))).toBe(
      true,
    );
  });

  test('fails without the bundle', async () => {
    const all = await functions();
    expect(() => synthesized(all, outdir())).toThrow('relay/main.ts was not bundled');
  });
});
