/** The command line: `npx nbwss …`. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { exitOnWrongUsage } from '../netbackup/command-line.ts';
import { commanderOutput, endWithReader, toStderr, warnLine } from '../netbackup/terminal.ts';
import { SynthesisError } from './nbwss/synthesis-error.ts';

/** Adds each command. Loading all of them takes seconds: a run loads the command that it is given. */
const COMMANDS: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  init: async (program) => (await import('./nbwss/commands/init.ts')).registerInit(program),
  status: async (program) => (await import('./nbwss/commands/status.ts')).registerStatus(program),
  watch: async (program) => (await import('./nbwss/commands/status.ts')).registerWatch(program),
  problems: async (program) => (await import('./nbwss/commands/problems.ts')).registerProblems(program),
  jobs: async (program) => (await import('./nbwss/commands/jobs.ts')).registerJobs(program),
  images: async (program) => (await import('./nbwss/commands/images.ts')).registerImages(program),
  summary: async (program) => (await import('./nbwss/commands/summary.ts')).registerSummary(program),
  history: async (program) => (await import('./nbwss/commands/history.ts')).registerHistory(program),
  events: async (program) => (await import('./nbwss/commands/events.ts')).registerEvents(program),
  call: async (program) => (await import('./nbwss/commands/call.ts')).registerCall(program),
  commands: async (program) => (await import('./nbwss/commands/commands.ts')).registerCommands(program),
  quarantine: async (program) => (await import('./nbwss/commands/quarantine.ts')).registerQuarantine(program),
  start: async (program) => (await import('./nbwss/commands/start.ts')).registerStart(program),
  keys: async (program) => (await import('./nbwss/commands/keys.ts')).registerKeys(program),
  groups: async (program) => (await import('./nbwss/commands/groups.ts')).registerGroups(program),
  endpoints: async (program) => (await import('./nbwss/commands/endpoints.ts')).registerEndpoints(program),
  credential: async (program) => (await import('./nbwss/commands/credential.ts')).registerCredential(program),
  tunnel: async (program) => (await import('./nbwss/commands/tunnel.ts')).registerTunnel(program),
  rebuild: async (program) => (await import('./nbwss/commands/rebuild.ts')).registerRebuild(program),
  redrive: async (program) => (await import('./nbwss/commands/redrive.ts')).registerRedrive(program),
  restore: async (program) => (await import('./nbwss/commands/restore.ts')).registerRestore(program),
  simulate: async (program) => (await import('../netbackup/simulator/cli.ts')).registerSimulate(program),
  doctor: async (program) =>
    (await import('./nbwss/commands/doctor.ts')).registerDoctorWithDeployment(program),
  verify: async (program) => (await import('./nbwss/commands/verify.ts')).registerVerify(program),
  conformance: async (program) =>
    (await import('../netbackup/conformance/cli.ts')).registerConformance(program),
  completion: async (program) =>
    (await import('./nbwss/commands/completion.ts')).registerCompletion(program, () =>
      addAllBut('completion'),
    ),
};

const program = new Command('nbwss').description(
  "The cloud side of NetBackup's WebSocket Service, from the command line",
);
// Before the commands are added: they inherit these.
program.configureOutput(commanderOutput).exitOverride(exitOnWrongUsage);
const addAllBut = async (name?: string): Promise<void> => {
  for (const [other, add] of Object.entries(COMMANDS)) if (other !== name) await add(program);
};

/** Of package.json. */
const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
program.version(version(), '-V, --version', 'show the version');

// What this process creates is for its user only: state folders hold keys, and code that it runs.
process.umask(0o077);
endWithReader();
process.on('uncaughtException', (error) => {
  // Each line on its own: Node.js would write the message unescaped.
  for (const line of String(error?.stack ?? error).split('\n')) warnLine(`nbwss: ${line}`);
  process.exit(1);
});

try {
  const given = process.argv[2] ?? '';
  // Help and the message for an unknown command need all of them.
  if (Object.hasOwn(COMMANDS, given)) await COMMANDS[given]?.(program);
  else if (!['-V', '--version'].includes(given)) await addAllBut();
  await program.parseAsync();
} catch (error) {
  // A failed synthesis has several lines, which are ours.
  if (error instanceof SynthesisError) toStderr(`${error.message}\n`);
  else warnLine(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
