/** The operator's command line: `npx nbwss …`. */
import { Command } from 'commander';
import { registerSimulate } from '../simulator/cli.ts';
import { registerKeys } from './nbwss/keys.ts';
import { registerStart } from './nbwss/start.ts';
import { registerTunnel } from './nbwss/tunnel.ts';

const program = new Command('nbwss').description(
  "The cloud side of NetBackup's WebSocket Service, from the command line",
);
registerStart(program);
registerTunnel(program);
registerKeys(program);
registerSimulate(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
