import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `z.locales` has zod's messages in fifty languages, and is part of every `import { z }`. zod imports English from another
 * module.
 */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ importer }) =>
      /\/zod\//.test(importer) ? { path: 'locales', namespace: 'empty' } : undefined,
    );
    esbuild.onLoad({ filter: /^locales$/, namespace: 'empty' }, () => ({ contents: 'export {}' }));
  },
};

/**
 * A function becomes one minified ES module. A cold start mostly reads and compiles this file, so code that is not used on
 * Lambda is excluded:
 * - ES modules first (`mainFields`), so that esbuild can drop exports that are not imported.
 * - The credential chain (profile files, SSO, processes, EC2 metadata) becomes `credentials.ts`: a function gets its
 *   credentials from its environment, or from the container endpoint.
 * - Event streams are external. The SDK imports them for operations that stream events; DynamoDB, EventBridge, KMS and
 *   `@connections` have none. Inlined, this dynamic import makes esbuild keep half of the SDK's core. If it were reached,
 *   the call would fail with the name of the missing module.
 * - `import()`, by which the SDK gets `node:http`, becomes `require`, which needs no loader of ES modules (nor has one where compiled
 *   code comes from a cache).
 * The banner gives CommonJS dependencies a `require`, which an ES module does not have.
 */
export const BUILD_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  // Lambda runs Node.js 24, but the local cloud runs the same bundles on the oldest supported Node.js.
  target: 'node20',
  format: 'esm',
  supported: { 'dynamic-import': false },
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': join(repository, 'lambdas/platform/credentials.ts'),
  },
  external: ['@smithy/core/event-streams'],
  plugins: [withoutLocales],
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: repository,
} as const satisfies BuildOptions;

/** The bundled functions, by the path of their entry file. */
export type Bundles = ReadonlyMap<string, Uint8Array>;

/** Bundles all functions in one run of esbuild, because they share most modules. @param more options beyond those of functions */
export async function bundle(
  entries: readonly string[],
  more: Pick<BuildOptions, 'alias' | 'external'> = {},
): Promise<Bundles> {
  const outdir = join(repository, 'out');
  const { outputFiles } = await build({
    ...BUILD_OPTIONS,
    ...more,
    entryPoints: entries.map((entry) => ({ in: join(repository, entry), out: entry })),
    outdir,
    write: false,
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [path.slice(outdir.length + 1, -'.js'.length), contents]),
  );
}

/** The code of one function: a folder with `index.mjs`, and files beside it. Its hash comes from the output, not from the sources. */
export function bundledCode(
  bundles: Bundles,
  entry: string,
  beside: ReadonlyMap<string, Uint8Array> = new Map(),
): Code {
  const tryBundle = (outputFolder: string): boolean => {
    const contents = bundles.get(entry);
    if (contents === undefined) throw new Error(`${entry} was not bundled`);
    mkdirSync(outputFolder, { recursive: true });
    writeFileSync(join(outputFolder, 'index.mjs'), contents);
    for (const [path, file] of beside) {
      mkdirSync(dirname(join(outputFolder, path)), { recursive: true });
      writeFileSync(join(outputFolder, path), file);
    }
    return true;
  };
  return Code.fromAsset(join(repository, 'lambdas'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Not used: local bundling succeeds. The command distinguishes the assets in the CDK's cache.
      image: DockerImage.fromRegistry('none'),
      command: [entry],
      local: { tryBundle },
    },
  });
}
