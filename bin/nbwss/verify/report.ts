/** The table that `nbwss verify` prints, and its exit code. */
import { formatResults } from '../../../netbackup/conformance/report.ts';
import { printable } from '../../../netbackup/terminal.ts';
import type { Examination } from './examine.ts';
import type { Finding, Verdict } from './fact.ts';

const PROBE = 'Deploy the probe, and give its URL with --probe (docs/verify.md).';

const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));

function factLines(facts: readonly Finding[]): string[] {
  const [factWidth, verdictWidth] = [
    widest(facts.map(({ fact }) => fact)),
    widest(facts.map((one) => one.verdict)),
  ];
  return facts.flatMap(({ fact, verdict, question, assumed, measured, consequence }) => {
    const indent = ' '.repeat(verdictWidth + factWidth + 4);
    const values = [
      assumed === undefined ? [] : [`assumed: ${assumed}`],
      measured === undefined ? [] : [`measured: ${measured}`],
    ].flat();
    return [
      `${verdict.padEnd(verdictWidth)}  ${fact.padEnd(factWidth)}  ${question}`,
      ...(values.length === 0 ? [] : [`${indent}${values.join(' · ')}`]),
      ...(verdict === 'as assumed' ? [] : [`${indent}→ ${consequence}`]),
    ];
  });
}

/** Lines for people. */
export function formatExamination({ conformance, canary, facts }: Examination, hasProbe: boolean): string[] {
  const count = (verdict: Verdict) => facts.filter((one) => one.verdict === verdict).length;
  const { steps, failure } = canary;
  const played = steps.map(({ step, ms }) => `${step} ${ms} ms`).join(', ');
  const failed = conformance.filter(({ verdict }) => verdict === 'fail');
  return [
    `Conformance  ${conformance.length === 0 ? 'left out' : formatResults(conformance).at(-1)}`,
    ...failed.map(({ clause, evidence }) => `  FAIL ${clause}: ${evidence}`),
    `Canary       ${failure ? `FAILED at ${failure.step}: ${failure.reason}` : played}`,
    '',
    ...factLines(facts),
    '',
    `${count('as assumed')} as assumed, ${count('DIFFERENT')} different, ${count('measured')} measured without an assumption, ${count('not measured')} not measured`,
    ...(hasProbe ? [] : [PROBE]),
  ].map(printable);
}

/** 0: all facts are as assumed. 1: a fact is different. 2: a clause or the round of the canary fails. */
export function exitCodeOf({ conformance, canary, facts }: Examination): number {
  if (canary.failure || conformance.some(({ verdict }) => verdict === 'fail')) return 2;
  return facts.some(({ verdict }) => verdict === 'DIFFERENT') ? 1 : 0;
}
