import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** A CloudFormation template, as far as the local cloud reads it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, { Type: string; Properties?: Json; Condition?: string }>>;
  readonly Outputs?: Readonly<
    Record<string, { Value: unknown; Condition?: string; Export?: { readonly Name: unknown } }>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Json;
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly template: Template;
  /** Object key in the asset bucket -> absolute path of the folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>
  >;
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Reads a synthesized CDK assembly (`cdk.out`): every stack of its manifest with the assets that it may name.
 * A Region or account that the assembly leaves open becomes `us-east-1` and `000000000000`.
 */
export function readAssembly(directory: string): readonly Stack[] {
  const root = resolve(directory);
  const manifest = join(root, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new StartError(`There is no synthesized assembly in ${root}: run "cdk synth" first.`);
  }
  const artifacts = Object.entries(
    readJson<{ artifacts?: Record<string, Artifact> }>(manifest).artifacts ?? {},
  );
  const ofType = (type: string) => artifacts.filter(([, artifact]) => artifact.type === type);
  const [nested] = ofType('cdk:cloud-assembly');
  if (nested)
    throw new StartError(`The assembly holds a nested assembly (${nested[0]}); give its own folder.`);

  const assets = new Map<string, string>();
  for (const [, { properties }] of ofType('cdk:asset-manifest')) {
    const { files = {} } = readJson<AssetManifest>(join(root, properties?.file ?? ''));
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations))
        assets.set(objectKey, resolve(root, source.path ?? ''));
    }
  }
  return ofType('aws:cloudformation:stack').map(([id, { environment = '', properties }]) => {
    const [account = '', region = ''] = environment.replace('aws://', '').split('/');
    return {
      name: properties?.stackName ?? id,
      region: region.startsWith('unknown') || !region ? 'us-east-1' : region,
      account: /^\d{12}$/.test(account) ? account : '000000000000',
      template: readJson<Template>(join(root, properties?.templateFile ?? `${id}.template.json`)),
      assets,
    };
  });
}
