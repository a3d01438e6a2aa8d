/** The outputs of the deployment's stacks, read with the AWS credentials of the person who runs a command. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Command } from 'commander';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { explainAwsError } from './aws-error.ts';
import { DEFAULT_PROFILE, type Profile, readDefaultProfile, readProfile } from './profile.ts';

/** The default of `nbwss.stackPrefix`. */
const DEFAULT_PREFIX = 'Nbwss';

export interface StackOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly stackPrefix?: string;
}

/** Adds the options that select the stacks. */
export const withStacks = (command: Command): Command =>
  command
    .option('--profile <name>', 'what nbwss init has written; default: NBWSS_PROFILE, then default')
    .option('--region <region>', 'AWS Region; default: that of the profile, then AWS_REGION')
    .option(
      '--stack-prefix <text>',
      `prefix of the stack names (nbwss.stackPrefix); default: that of the profile, then ${DEFAULT_PREFIX}`,
    );

export interface Stacks {
  readonly prefix: string;
  /** The configuration of AWS clients. */
  readonly aws: { readonly region?: string };
  /** All outputs by their names. */
  readonly outputs: Readonly<Record<string, string>>;
}

const outputsOf = async (client: CloudFormationClient, StackName: string) => {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  return (stack?.Outputs ?? []).flatMap(({ OutputKey, OutputValue }): [string, string][] =>
    OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue]],
  );
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);

export interface StackChoice {
  readonly prefix?: string | undefined;
  readonly region?: string | undefined;
}

/** The stacks: by the options, otherwise by the profile. */
const chosen = async ({ profile, region, stackPrefix }: StackOptions): Promise<StackChoice> => {
  const name = profile ?? (process.env['NBWSS_PROFILE'] || undefined);
  const read: Profile | undefined =
    name === undefined || name === DEFAULT_PROFILE ? await readDefaultProfile() : await readProfile(name);
  const known = read && 'url' in read ? read : undefined;
  return { prefix: stackPrefix ?? known?.stackPrefix, region: region ?? known?.region };
};

/** @throws Error in one sentence: no credentials, no stacks, no permission */
export const readStacks = async ({
  prefix = DEFAULT_PREFIX,
  region: given,
}: StackChoice): Promise<Stacks> => {
  const client = new CloudFormationClient(omitUndefined({ region: given }));
  try {
    const found = await Promise.all(['Data', 'Service'].map((part) => outputsOf(client, `${prefix}${part}`)));
    const region = await client.config.region();
    return { prefix, aws: { region }, outputs: Object.fromEntries(found.flat()) };
  } catch (error) {
    if (!isMissing(error)) throw explainAwsError(error);
    const region = await client.config.region();
    throw new Error(
      `There are no stacks ${prefix}Data and ${prefix}Service in ${region} in the account of your AWS credentials. Deploy them, or give --region, --stack-prefix or AWS_PROFILE.`,
    );
  } finally {
    client.destroy();
  }
};

export const readChosenStacks = async (options: StackOptions): Promise<Stacks> =>
  readStacks(await chosen(options));

/** @throws Error when the version of the deployment does not have this output */
export const outputOf = ({ outputs, prefix }: Stacks, name: string): string => {
  const value = outputs[name];
  if (value === undefined)
    throw new Error(`The stacks ${prefix}… have no output ${name}. Deploy this version first.`);
  return value;
};

/** The options of the command line in an output: `npx nbwss rebuild --journal NAME …`. */
export const optionsIn = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...line.matchAll(/--(\S+) (\S+)/g)].map(([, name = '', value = '']) => [name, value]));
