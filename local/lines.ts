import type { Readable } from 'node:stream';

/** Calls `on` for each line of a process's output, also for a last one without an end. */
export function eachLine(output: Readable, on: (line: string) => void): void {
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) on(line);
  });
  output.on('end', () => rest && on(rest));
}
