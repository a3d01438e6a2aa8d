/** Makes the stored problems of a subject what a detector has found. */
import type { Finding, Subject } from './finding.ts';
import type { ProblemKind } from './kinds.ts';

export interface About {
  /** Undefined: the whole deployment. */
  readonly groupId?: string;
  readonly subject: Subject;
  /** Those that the detector looks for: what it does not find has recovered. */
  readonly kinds: readonly ProblemKind[];
}

export type Settle = (about: About, findings: readonly Finding[]) => Promise<void>;
