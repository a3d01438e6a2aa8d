/** The command line: `npx nbwss …`. */
import { Command } from 'commander';
import { commanderOutput, toStderr, warnLine } from '../netbackup/terminal.ts';
import { SynthesisError } from './nbwss/assembly.ts';

/** Adds each command. Loading all of them takes seconds: a run loads the command that it is given. */
const COMMANDS: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  start: async (program) => (await import('./nbwss/start.ts')).registerStart(program),
  init: async (program) => (await import('./nbwss/commands/init.ts')).registerInit(program),
  keys: async (program) => (await import('./nbwss/keys.ts')).registerKeys(program),
  groups: async (program) => (await import('./nbwss/groups.ts')).registerGroups(program),
  endpoints: async (program) => (await import('./nbwss/endpoints.ts')).registerEndpoints(program),
  credential: async (program) => (await import('./nbwss/credential.ts')).registerCredential(program),
  tunnel: async (program) => (await import('./nbwss/tunnel.ts')).registerTunnel(program),
  rebuild: async (program) => (await import('./nbwss/rebuild.ts')).registerRebuild(program),
  redrive: async (program) => (await import('./nbwss/redrive.ts')).registerRedrive(program),
  restore: async (program) => (await import('./nbwss/restore.ts')).registerRestore(program),
  simulate: async (program) => (await import('../netbackup/simulator/cli.ts')).registerSimulate(program),
  doctor: async (program) => (await import('./nbwss/doctor.ts')).registerDoctorWithDeployment(program),
  verify: async (program) => (await import('./nbwss/verify.ts')).registerVerify(program),
  conformance: async (program) =>
    (await import('../netbackup/conformance/cli.ts')).registerConformance(program),
};

const program = new Command('nbwss').description(
  "The cloud side of NetBackup's WebSocket Service, from the command line",
);
// Before the commands are added: they inherit it.
program.configureOutput(commanderOutput);
// What this process creates is for its user only: state folders hold keys, and code that it runs.
process.umask(0o077);
process.on('uncaughtException', (error) => {
  // Each line on its own: Node.js would write the message unescaped.
  for (const line of String(error?.stack ?? error).split('\n')) warnLine(`nbwss: ${line}`);
  process.exit(1);
});

try {
  const given = process.argv[2] ?? '';
  // Help and the message for an unknown command need all of them.
  for (const name of Object.hasOwn(COMMANDS, given) ? [given] : Object.keys(COMMANDS))
    await COMMANDS[name]?.(program);
  await program.parseAsync();
} catch (error) {
  // A failed synthesis has several lines, which are ours.
  if (error instanceof SynthesisError) toStderr(`${error.message}\n`);
  else warnLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
