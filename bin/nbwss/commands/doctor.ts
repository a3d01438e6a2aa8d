/** `nbwss doctor`, with what only an operator's command line can do: to ask the deployment for its certificate. */
import type { Command } from 'commander';
import { registerDoctor } from '../../../netbackup/doctor/cli.ts';
import { toStderr, toStdout } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withApi } from '../account.ts';
import { apiClient } from '../api-client.ts';
import { certificateOf } from '../certificate-lines.ts';

interface Options extends ApiOptions {
  readonly compare?: boolean;
}

const COMPARE =
  'compare the certificate with the one that the deployment reads from itself (with its API key)';

/** Adds `nbwss doctor`. */
export const registerDoctorWithDeployment = (program: Command, print = toStdout, warn = toStderr): void =>
  registerDoctor(program, print, warn, {
    withOptions: (command) => withApi(command.option('--compare', COMPARE)),
    fingerprintOf: (options: Options) => {
      if (!options.compare) return undefined;
      return async ({ groupId, hostName }) =>
        (await certificateOf(await apiClient(options), groupId, hostName))?.fingerprint;
    },
  });
