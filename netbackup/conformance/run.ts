import type { EndpointDetails } from '../wire/endpoint-details.ts';
import type { Check, CheckResult, Verdict } from './check.ts';
import { checkTraffic, type Outcome } from './check-traffic.ts';
import { commandChecks } from './checks/commands.ts';
import { openingChecks, reconnectingChecks } from './checks/connect.ts';
import { detailsChecks } from './checks/details.ts';
import { envelopeChecks } from './checks/envelope.ts';
import { notifyChecks, resendCheck } from './checks/notify.ts';
import { trapChecks } from './checks/traps.ts';
import { CLAUSES } from './clauses.ts';
import { diagnoseDetails } from './diagnose-details.ts';
import { EndpointUnderTest, type Limits } from './endpoint-under-test.ts';
import { ClauseFailed, NotCheckable } from './errors.ts';
import { type Operator, OperatorError } from './operator.ts';

/** In the order in which they run; each after the clauses that it needs. */
const CHECKS: readonly Check[] = [
  ...detailsChecks,
  ...openingChecks,
  ...notifyChecks,
  ...reconnectingChecks,
  ...envelopeChecks,
  ...trapChecks,
  ...commandChecks,
  resendCheck,
];

export const DEFAULT_LIMITS: Limits = { openMs: 10_000, answerMs: 5_000, ackMs: 2_000, silenceMs: 500 };

export interface ConformanceOptions {
  /** PEM certificates to trust; those that this machine trusts when there are none. */
  readonly trusted: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Creates the operator's side for the group of the details. */
  readonly operator?: (details: EndpointDetails) => Operator;
}

/** One line of the report; every clause of the contract has one. */
export interface Result extends Outcome {
  readonly title: string;
}

/** Runs the suite against the endpoint of the details. It replaces a live session. */
export async function runConformance(fileOrUrl: string, options: ConformanceOptions): Promise<Result[]> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { trusted } = options;
  const { details, errors, warnings } = await diagnoseDetails(fileOrUrl, trusted, limits.openMs);
  if (!details) return resultsOf(errors, 'the details cannot be used');
  const operator = options.operator?.(details);
  const endpoint = new EndpointUnderTest({ details, detailsWarnings: warnings, trusted, limits, operator });
  const outcomes: Outcome[] = [];
  try {
    for (const check of CHECKS) outcomes.push(await runCheck(check, endpoint, outcomes));
  } finally {
    await endpoint.closeAll();
  }
  return resultsOf([...outcomes, ...checkTraffic(endpoint.peers)]);
}

async function runCheck(
  check: Check,
  endpoint: EndpointUnderTest,
  before: readonly Outcome[],
): Promise<Outcome> {
  const { clause, needs = [] } = check;
  const missing = needs.find((needed) => !holds(needed, before));
  if (missing !== undefined) return { clause, verdict: 'unchecked', evidence: `needs ${missing}` };
  try {
    return { clause, ...verdictOf(await check.run(endpoint)) };
  } catch (error) {
    if (error instanceof ClauseFailed) return { clause, verdict: 'fail', evidence: error.message };
    if (error instanceof NotCheckable) return { clause, verdict: 'unchecked', evidence: error.message };
    if (error instanceof OperatorError) {
      return { clause, verdict: 'unchecked', evidence: `the operator's side: ${error.message}` };
    }
    throw error;
  }
}

function holds(clause: string, outcomes: readonly Outcome[]): boolean {
  const [outcome] = outcomes.filter((one) => one.clause === clause);
  return outcome?.verdict === 'pass' || outcome?.verdict === 'limited';
}

function verdictOf(found: CheckResult): { verdict: Verdict; evidence: string } {
  return typeof found === 'string'
    ? { verdict: 'pass', evidence: found }
    : { verdict: 'limited', evidence: found.limited };
}

const WORST_FIRST: readonly Verdict[] = ['fail', 'limited', 'pass', 'unchecked'];

/** A result for every clause: its worst outcome, with the evidence. */
function resultsOf(
  outcomes: readonly Outcome[],
  defaultEvidence = 'no message of this kind was received',
): Result[] {
  return CLAUSES.map(({ id, title, unchecked }) => {
    const found = outcomes.filter(({ clause }) => clause === id);
    const verdict = WORST_FIRST.find((one) => found.some((outcome) => outcome.verdict === one));
    if (verdict === undefined) {
      return { clause: id, title, verdict: 'unchecked', evidence: unchecked ?? defaultEvidence };
    }
    const evidence = found
      .filter((outcome) => outcome.verdict === verdict)
      .map((outcome) => outcome.evidence);
    return { clause: id, title, verdict, evidence: evidence.join('; ') };
  });
}
