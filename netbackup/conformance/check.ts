import type { World } from './world.ts';

/** `limited`: holds up to a point that the evidence names. `unchecked`: nobody can tell from here. */
export type Verdict = 'pass' | 'limited' | 'fail' | 'unchecked';

/** What a check found out, in one line. */
export type Found = string | { readonly limited: string };

/** Tries one clause on the endpoint. Throws `Breach` when it does not hold. */
export interface Check {
  readonly clause: string;
  /** Clauses without which this one cannot be tried. */
  readonly needs?: readonly string[];
  run(world: World): Promise<Found>;
}
