import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CONFIG_KEY } from '../../lib/config.ts';
import type { GATEWAYS } from '../../lib/relay-settings.ts';
import { DEFAULT_CONCURRENCY } from '../../local/lambda/concurrency.ts';
import { SynthesisError } from './synthesis-error.ts';
import { generateInto } from './verified-output.ts';

/** The inputs of the templates and bundles. */
const SOURCES = [
  'bin/endpoint.ts',
  'cdk.json',
  'console',
  'gateway',
  'lambdas',
  'lib',
  'package.json',
  'package-lock.json',
  'relay',
  'tsconfig.json',
];
/** npm packages do not include it. */
const MAY_BE_ABSENT = new Set(['package-lock.json']);

const filesBelow = async (root: string, path: string): Promise<string[]> => {
  const full = join(root, path);
  const entries = await readdir(full, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      if (error.code === 'ENOENT' && MAY_BE_ABSENT.has(path)) return [];
      throw error;
    },
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
};

/** Settings of the deployment beyond those of `cdk.json` (`lib/config.ts`). */
export type Settings = Readonly<Record<string, unknown>>;

/** For `nbwss start`: the names of a deployment on AWS lead to AWS, and its alerts would go to its operators. */
export const ON_THIS_MACHINE: Settings = {
  webSocketDomain: null,
  apiDomain: null,
  alerts: [],
  gateway: 'api-gateway',
};

export type Gateway = (typeof GATEWAYS)[number];

/** The host name of the relay on this machine, which leads to the local cloud's balancer, and the secret with its certificate. */
const RELAY_NAME = 'relay.localhost';
const RELAY_SECRET = 'relay-certificate';

/** The settings of a deployment on this machine with these gateways, beyond `ON_THIS_MACHINE`. */
export const gatewaySettings = (gateway: Gateway): Settings =>
  gateway === 'api-gateway'
    ? {}
    : { gateway, relay: { name: RELAY_NAME, certificate: { secret: RELAY_SECRET } } };

/**
 * The local cloud's options for the relay: the certificate of the local cloud is also the relay's. With two gateways the relay has
 * another host name than API Gateway, since NetBackup stores a host name once (EPT-4).
 */
export const relayOptions = (
  gateway: Gateway,
  { cert, key }: { readonly cert: string; readonly key: string },
  host = 'localhost',
) => ({
  balancerName: RELAY_NAME,
  balancerHost: gateway === 'both' && host === 'localhost' ? '127.0.0.1' : host,
  secrets: { [RELAY_SECRET]: `${cert.trim()}\n${key.trim()}\n` },
});

const digestOf = async (root: string, settings: Settings): Promise<string> => {
  const hash = createHash('sha256').update(process.version).update(JSON.stringify(settings));
  const files = (await Promise.all(SOURCES.map((path) => filesBelow(root, path)))).flat().sort();
  for (const file of files) {
    hash.update(`${file}\0`).update(await readFile(join(root, file)));
  }
  return hash.digest('hex');
};

const runApp = (root: string, outDir: string, settings: Settings): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/endpoint.ts'], {
      cwd: root,
      // The CDK's validation of the templates takes longer than the synthesis; the tests and "cdk synth" do it.
      // tsx keeps its cache in a folder that another user could have created.
      env: {
        ...process.env,
        CDK_OUTDIR: outDir,
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify(
          Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${CONFIG_KEY}.${key}`, value])),
        ),
        TSX_DISABLE_CACHE: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new SynthesisError(`The CDK app could not be synthesized.\n${errors.trim()}`));
    });
  });

/**
 * Synthesizes the CDK app into `outDir`, unless the sources and the files there are unchanged; unless said otherwise, for an
 * account with the concurrent executions that the local cloud has.
 * @returns whether it synthesized
 * @throws Error with the app's error output
 */
export const synthesize = async (root: string, outDir: string, given: Settings = {}): Promise<boolean> => {
  const settings = { accountConcurrency: DEFAULT_CONCURRENCY, ...given };
  return generateInto(outDir, await digestOf(root, settings), (folder) => runApp(root, folder, settings));
};
