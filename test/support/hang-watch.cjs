/**
 * A thread beside a Jest worker. A test file that runs longer than `workerData.limitMs` hangs, perhaps in a loop that no timer can end:
 * the thread prints the test and where it is, and ends the process. Jest counts the file as failed and runs the others.
 *
 * Messages: `{ file }` when a file starts, `{ test }` when one of its tests starts, `{ file: undefined }` when the file has ended.
 */
const { writeSync } = require('node:fs');
const { Session } = require('node:inspector');
const { parentPort, workerData } = require('node:worker_threads');

/** For the debugger to stop the main thread, which it cannot while that thread waits for something. */
const PAUSE_MS = 5000;
const FRAMES = 20;

// Not `process.stderr`: the main thread would have to write it.
const print = (line) => writeSync(2, `${line}\n`);

const endProcess = () => process.kill(process.pid, 'SIGKILL');

const report = ({ file, test }) => {
  print(
    `${file} has run for ${workerData.limitMs} ms and is ended. Its last test: ${test ?? 'none started'}`,
  );
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.on('Debugger.paused', ({ params }) => {
    for (const { functionName, location } of params.callFrames.slice(0, FRAMES))
      print(
        `    at ${functionName || '<anonymous>'} (${urls.get(location.scriptId)}:${location.lineNumber + 1})`,
      );
    endProcess();
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  setTimeout(endProcess, PAUSE_MS);
};

let running = {};
let timer;
parentPort.on('message', (message) => {
  if (!('file' in message)) {
    running.test = message.test;
    return;
  }
  running = message;
  clearTimeout(timer);
  if (running.file) timer = setTimeout(() => report(running), workerData.limitMs);
});
