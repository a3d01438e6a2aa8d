import { createEndpoint } from '../lib/app.ts';
import { ConfigError } from '../lib/config.ts';
import { toStderr } from '../netbackup/terminal.ts';

try {
  const { app } = await createEndpoint();
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  toStderr(`${error.message}\n`);
  process.exitCode = 1;
}
