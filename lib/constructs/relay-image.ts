import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { type Bundles, bundle } from './bundle.ts';

export const RELAY_ENTRY = 'relay/main.ts';
const DOCKERFILE = new URL('../../relay/Dockerfile', import.meta.url);

/**
 * The program in one file. Unlike a function's bundle it has the whole credential chain, so that the image runs anywhere; and the Lambda
 * client imports event streams at its start.
 */
export const bundleRelay = (): Promise<Bundles> => bundle([RELAY_ENTRY], { alias: {}, external: [] });

/** The image of the relay: its Dockerfile and its bundle, in a folder that any Docker can build. Synthesis needs no Docker. */
export function relayImage(scope: Construct, id: string, bundles: Bundles): DockerImageAsset {
  const contents = bundles.get(RELAY_ENTRY);
  // A command that needs no assets bundles nothing, such as `cdk list`.
  if (contents === undefined && Stack.of(scope).bundlingRequired)
    throw new Error(`${RELAY_ENTRY} was not bundled`);
  const folder = mkdtempSync(join(tmpdir(), 'nbwss-relay-'));
  try {
    writeFileSync(join(folder, 'Dockerfile'), readFileSync(DOCKERFILE));
    writeFileSync(join(folder, 'index.mjs'), contents ?? '');
    // The asset copies the folder to the assembly.
    return new DockerImageAsset(scope, id, {
      directory: folder,
      platform: Platform.LINUX_ARM64,
      displayName: 'relay',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
