/** A command of the command line that calls AWS, run inside the test against the local cloud of a deployment. */
import type { Command } from 'commander';
import type { Deployment } from './deployment.ts';
import { type Ran, runCommand } from './run-command.ts';

/** The command line in an output of the deployment's stacks. */
export const outputLine = ({ cloud }: Deployment, name: string): string =>
  Object.values(cloud.outputs).flatMap((stack) => stack[name] ?? [])[0] ?? '';

/** @param line as an output gives it: `npx nbwss NAME …` */
export const runOnCloud = async (
  { cloud }: Deployment,
  register: (program: Command) => void,
  line: string,
): Promise<Ran> => {
  const environment = { ...process.env };
  Object.assign(process.env, {
    AWS_REGION: cloud.region,
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  });
  const said = { out: '', err: '' };
  const collect = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    said[stream] += String(text);
    return true;
  };
  const out = jest.spyOn(process.stdout, 'write').mockImplementation(collect('out'));
  const err = jest.spyOn(process.stderr, 'write').mockImplementation(collect('err'));
  try {
    const { exitCode } = await runCommand(register, line.split(' ').slice(2));
    return { ...said, exitCode };
  } finally {
    out.mockRestore();
    err.mockRestore();
    process.env = environment;
  }
};
