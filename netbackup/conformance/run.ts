import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { Breach, NotCheckable } from './breach.ts';
import type { Check, Found, Verdict } from './check.ts';
import { commandChecks } from './checks/commands.ts';
import { openingChecks, reconnectingChecks } from './checks/connect.ts';
import { detailsChecks } from './checks/details.ts';
import { envelopeChecks } from './checks/envelope.ts';
import { notifyChecks, resendCheck } from './checks/notify.ts';
import { trapChecks } from './checks/traps.ts';
import { CLAUSES } from './clauses.ts';
import { diagnosedDetails } from './diagnosed-details.ts';
import { type Outcome, observe } from './observe.ts';
import { type Operator, Refused } from './operator.ts';
import { type Limits, World } from './world.ts';

/** In the order in which they are tried; each after what it needs. */
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
  /** PEM certificates to trust; the system's own when there are none. */
  readonly trusted: readonly string[];
  readonly limits?: Partial<Limits>;
  /** The operator's side, made for the group of the details. */
  readonly operator?: (details: EndpointDetails) => Operator;
}

/** One line of the report; every clause of the contract has one. */
export interface Result extends Outcome {
  readonly title: string;
}

/** Runs the suite against the endpoint that the details name. It takes over a live session. */
export async function runConformance(fileOrUrl: string, options: ConformanceOptions): Promise<Result[]> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { trusted } = options;
  const { details, refused, doubts } = await diagnosedDetails(fileOrUrl, trusted, limits.openMs);
  if (!details) return resultsOf(refused, 'the details cannot be used');
  const operator = options.operator?.(details);
  const world = new World({ details, detailsTrouble: doubts, trusted, limits, operator });
  const outcomes: Outcome[] = [];
  try {
    for (const check of CHECKS) outcomes.push(await tryOut(check, world, outcomes));
  } finally {
    await world.end();
  }
  return resultsOf([...outcomes, ...observe(world.peers)]);
}

async function tryOut(check: Check, world: World, before: readonly Outcome[]): Promise<Outcome> {
  const { clause, needs = [] } = check;
  const missing = needs.find((needed) => !holds(needed, before));
  if (missing !== undefined) return { clause, verdict: 'unchecked', evidence: `needs ${missing}` };
  try {
    return { clause, ...verdictOf(await check.run(world)) };
  } catch (error) {
    if (error instanceof Breach) return { clause, verdict: 'fail', evidence: error.message };
    if (error instanceof NotCheckable) return { clause, verdict: 'unchecked', evidence: error.message };
    if (error instanceof Refused) {
      return { clause, verdict: 'unchecked', evidence: `the operator's side: ${error.message}` };
    }
    throw error;
  }
}

function holds(clause: string, outcomes: readonly Outcome[]): boolean {
  const [outcome] = outcomes.filter((one) => one.clause === clause);
  return outcome?.verdict === 'pass' || outcome?.verdict === 'limited';
}

function verdictOf(found: Found): { verdict: Verdict; evidence: string } {
  return typeof found === 'string'
    ? { verdict: 'pass', evidence: found }
    : { verdict: 'limited', evidence: found.limited };
}

const WORST_FIRST: readonly Verdict[] = ['fail', 'limited', 'pass', 'unchecked'];

/** A line for every clause: the worst that was found of it, with the evidence for that. */
function resultsOf(outcomes: readonly Outcome[], otherwise = 'nothing came that would show it'): Result[] {
  return CLAUSES.map(({ id, title, unchecked }) => {
    const found = outcomes.filter(({ clause }) => clause === id);
    const verdict = WORST_FIRST.find((one) => found.some((outcome) => outcome.verdict === one));
    if (verdict === undefined) {
      return { clause: id, title, verdict: 'unchecked', evidence: unchecked ?? otherwise };
    }
    const evidence = found
      .filter((outcome) => outcome.verdict === verdict)
      .map((outcome) => outcome.evidence);
    return { clause: id, title, verdict, evidence: evidence.join('; ') };
  });
}
