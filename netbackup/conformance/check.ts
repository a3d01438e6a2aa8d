import type { EndpointUnderTest } from './endpoint-under-test.ts';

/** `limited`: holds up to a limit that the evidence names. `unchecked`: cannot be checked here. */
export type Verdict = 'pass' | 'limited' | 'fail' | 'unchecked';

/** The evidence of a check, in one line. */
export type CheckResult = string | { readonly limited: string };

/** Checks one clause on the endpoint. Throws `ClauseFailed` when it does not hold. */
export interface Check {
  readonly clause: string;
  /** Clauses that must hold before this one can be checked. */
  readonly needs?: readonly string[];
  run(endpoint: EndpointUnderTest): Promise<CheckResult>;
}
