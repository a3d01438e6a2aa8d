/** Prometheus' own promtool. `.ci/run` installs it, and sets NBWSS_PROMTOOL so that it must not be missing there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printLine } from '../../netbackup/terminal.ts';

/** What `promtool` writes; undefined where it is not installed. */
export const promtool = (args: readonly string[], input = ''): string | undefined => {
  const { error, stdout, stderr } = spawnSync('promtool', args, { input });
  if (!error) return `${stdout}${stderr}`;
  if (process.env['NBWSS_PROMTOOL']) throw error;
  printLine('Not checked by promtool: it is not installed (package prometheus of Debian).');
  return undefined;
};

/**
 * Which of these PromQL queries are invalid, or have no result for the series of an exposition: what promtool says about
 * them. Undefined where it is not installed.
 */
export const emptyQueries = (exposition: string, queries: readonly string[]): string | undefined => {
  const series = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const test = {
    evaluation_interval: '1m',
    tests: [
      {
        input_series: series.map((line) => {
          const at = line.lastIndexOf(' ');
          return { series: line.slice(0, at), values: line.slice(at + 1) };
        }),
        // `group` is 1, without labels, for everything but nothing.
        promql_expr_test: queries.map((query) => ({
          expr: `group(${query})`,
          eval_time: '0m',
          exp_samples: [{ labels: '{}', value: 1 }],
        })),
      },
    ],
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'promtool-'));
  try {
    const file = path.join(folder, 'queries.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(test));
    const text = promtool(['test', 'rules', file]);
    return text !== undefined && /SUCCESS\s*$/.test(text) ? '' : text;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
