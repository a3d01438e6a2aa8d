/**
 * Loaded before the program of a container: it ends with the local cloud, and its time is that of the local cloud. Plain
 * JavaScript, so that a task starts without a TypeScript loader.
 */
import { setTime } from '../cloud-time.mjs';

// The program must not have the channel: by `process.send` libraries conclude that they were forked.
delete process.send;
process.on('disconnect', () => process.exit(0));
process.on('message', ({ now }) => setTime(now));
// The channel alone does not keep the process alive.
process.channel.unref();
