/**
 * Loaded before the program of a container: the program ends with the local cloud, and has the time of the local cloud. Plain
 * JavaScript, so that a task starts without a TypeScript loader.
 */
import { setTime } from '../cloud-time.mjs';

// Hidden from the program: libraries conclude from `process.send` that they were forked.
delete process.send;
process.on('disconnect', () => process.exit(0));
process.on('message', ({ now }) => setTime(now));
// The channel alone does not keep the process alive.
process.channel.unref();
