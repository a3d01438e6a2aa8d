/** The relay's process: settings from the environment, lines on standard output, signals. */
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { type Relay, startRelay } from './relay.ts';
import { readSettings, type Settings } from './settings.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);
/** Ends the process when all lines are written: to a pipe they are written asynchronously. */
const exit = (code: number) => void process.stdout.write('', () => process.exit(code));

/** For errors before the settings were read. */
const first = createLog(write, 'INFO');
const settings = (() => {
  try {
    return readSettings(process.env);
  } catch (error) {
    first.error('bad-settings', error);
    return undefined;
  }
})();
if (settings) await run(settings);
else exit(1);

async function run(settings: Settings): Promise<void> {
  const metrics = createMetrics(write, settings.metricsNamespace, Date.now);
  const log = createLog(write, settings.logLevel, metrics.count);
  const fail = (code: string) => (error: unknown) => {
    log.error(code, error);
    metrics.flush();
    exit(1);
  };
  // A rejection that nobody handles is an uncaught exception too. ECS starts another task.
  process.on('uncaughtException', fail('uncaught-error'));
  let relay: Relay | undefined;
  let ending = false;
  // Before the start, because the first process of a container ignores signals without a handler.
  const end = (signal: 'SIGTERM' | 'SIGINT') => {
    if (ending) {
      log.info('ended-at-once', { signal });
      return exit(signal === 'SIGTERM' ? 143 : 130);
    }
    ending = true;
    if (!relay) return exit(0);
    log.info('draining', { signal, connections: relay.size(), drainSeconds: settings.drainSeconds });
    relay.drain().then(() => {
      log.info('drained');
      metrics.flush();
      exit(0);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  relay = (await startRelay(settings, log, metrics).catch(fail('start-failed'))) ?? undefined;
}
