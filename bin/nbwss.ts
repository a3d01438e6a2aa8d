/** The command line: `npx nbwss …`. */
import { Command } from 'commander';
import { registerConformance } from '../netbackup/conformance/cli.ts';
import { registerDoctor } from '../netbackup/doctor/cli.ts';
import { registerSimulate } from '../netbackup/simulator/cli.ts';
import { registerCredential } from './nbwss/credential.ts';
import { registerEndpoints } from './nbwss/endpoints.ts';
import { registerGroups } from './nbwss/groups.ts';
import { registerKeys } from './nbwss/keys.ts';
import { printableLines } from './nbwss/printable.ts';
import { registerRebuild } from './nbwss/rebuild.ts';
import { registerStart } from './nbwss/start.ts';
import { registerTunnel } from './nbwss/tunnel.ts';

const program = new Command('nbwss').description(
  "The cloud side of NetBackup's WebSocket Service, from the command line",
);
registerStart(program);
registerKeys(program);
registerGroups(program);
registerEndpoints(program);
registerCredential(program);
registerTunnel(program);
registerRebuild(program);
registerSimulate(program);
registerDoctor(program);
registerConformance(program);

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${printableLines(message)}\n`);
  process.exitCode = 1;
}
