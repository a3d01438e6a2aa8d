import { printable } from '../terminal.ts';
import type { Verdict } from './check.ts';
import type { Result } from './run.ts';

const LABELS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  limited: 'limited',
  fail: 'FAIL',
  unchecked: '-',
};

/** A table of clauses, verdicts and evidence, with the sums. */
export function formatResults(results: readonly Result[]): string[] {
  const clauseWidth = Math.max(...results.map(({ clause }) => clause.length));
  const indent = ' '.repeat(clauseWidth + 11);
  const lines = results.flatMap(({ clause, verdict, title, evidence }) => [
    `${clause.padEnd(clauseWidth)}  ${LABELS[verdict].padEnd(7)}  ${title}`,
    `${indent}${evidence}`,
  ]);
  return [...lines.map(printable), '', summary(results)];
}

function summary(results: readonly Result[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  return `${count('pass')} pass, ${count('limited')} limited, ${count('fail')} fail, ${count('unchecked')} not checkable from here`;
}

/** 0 all clauses hold, 1 some are limited, 2 some fail. */
export function exitCodeOf(results: readonly Result[]): number {
  const has = (verdict: Verdict): boolean => results.some((result) => result.verdict === verdict);
  return has('fail') ? 2 : has('limited') ? 1 : 0;
}
