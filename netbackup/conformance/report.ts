import { printable } from '../printable.ts';
import type { Verdict } from './check.ts';
import type { Result } from './run.ts';

const WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  limited: 'limited',
  fail: 'FAIL',
  unchecked: '-',
};

/** The table for people: clause · verdict · evidence, and the sums. */
export function formatResults(results: readonly Result[]): string[] {
  const clauseWidth = Math.max(...results.map(({ clause }) => clause.length));
  const indent = ' '.repeat(clauseWidth + 11);
  const lines = results.flatMap(({ clause, verdict, title, evidence }) => [
    `${clause.padEnd(clauseWidth)}  ${WORDS[verdict].padEnd(7)}  ${title}`,
    `${indent}${evidence}`,
  ]);
  return [...lines.map(printable), '', summary(results)];
}

function summary(results: readonly Result[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  return `${count('pass')} pass, ${count('limited')} limited, ${count('fail')} fail, ${count('unchecked')} not checkable from here`;
}

/** 0 everything holds, 1 something is limited, 2 something fails. */
export function exitCodeOf(results: readonly Result[]): number {
  const has = (verdict: Verdict): boolean => results.some((result) => result.verdict === verdict);
  return has('fail') ? 2 : has('limited') ? 1 : 0;
}
