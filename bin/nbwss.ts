/** The command line: `npx nbwss …`. */
import { Command } from 'commander';
import { registerConformance } from '../netbackup/conformance/cli.ts';
import { registerDoctor } from '../netbackup/doctor/cli.ts';
import { registerSimulate } from '../netbackup/simulator/cli.ts';
import { commanderOutput, toStderr, warnLine } from '../netbackup/terminal.ts';
import { SynthesisError } from './nbwss/assembly.ts';
import { registerCredential } from './nbwss/credential.ts';
import { registerEndpoints } from './nbwss/endpoints.ts';
import { registerGroups } from './nbwss/groups.ts';
import { registerKeys } from './nbwss/keys.ts';
import { registerRebuild } from './nbwss/rebuild.ts';
import { registerStart } from './nbwss/start.ts';
import { registerTunnel } from './nbwss/tunnel.ts';

const program = new Command('nbwss').description(
  "The cloud side of NetBackup's WebSocket Service, from the command line",
);
// Before the commands are added: they inherit it.
program.configureOutput(commanderOutput);
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

// What this process creates is for its user only: state folders hold keys, and code that it runs.
process.umask(0o077);
process.on('uncaughtException', (error) => {
  // Each line on its own: Node.js would write the message unescaped.
  for (const line of String(error?.stack ?? error).split('\n')) warnLine(`nbwss: ${line}`);
  process.exit(1);
});

try {
  await program.parseAsync();
} catch (error) {
  // A failed synthesis has several lines, which are ours.
  if (error instanceof SynthesisError) toStderr(`${error.message}\n`);
  else warnLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
