/** What a language must have for a digest. */
import type { ProblemKind, Severity } from '../../problems/kinds.ts';

export interface Texts {
  /** For dates and numbers (BCP 47). */
  readonly locale: string;
  /** Between parts of a sentence. */
  readonly comma: string;
  readonly allIsWell: string;
  /** Nothing is known to be wrong, but not everything could be read. */
  readonly notAllRead: string;
  readonly subject: (parts: string, digest: string) => string;
  readonly problems: (count: number) => string;
  readonly critical: (count: number) => string;
  readonly failedJobs: (count: number) => string;
  readonly recovered: (count: number) => string;
  readonly disconnected: (count: number) => string;
  readonly withoutGoodBackup: (count: number) => string;
  readonly sections: {
    readonly problems: string;
    readonly failures: string;
    readonly oldest: string;
    readonly disconnected: string;
    readonly trend: string;
  };
  readonly columns: {
    readonly severity: string;
    readonly domain: string;
    readonly problem: string;
    readonly since: string;
    readonly failures: string;
    readonly clients: string;
    readonly client: string;
    readonly policy: string;
    readonly age: string;
    readonly target: string;
    readonly number: string;
    readonly lastDay: string;
    readonly mean: (days: number) => string;
  };
  readonly severities: Readonly<Record<Severity, string>>;
  /** Names of the kinds; absent where the problem's own sentence is in this language. */
  readonly kinds?: Readonly<Record<ProblemKind, string>>;
  /** A number of a problem and its threshold. */
  readonly measure: (name: string, value: string, threshold: string) => string;
  readonly deployment: string;
  readonly never: string;
  readonly unknown: string;
  readonly hours: (count: number, formatted: string) => string;
  readonly days: (count: number, formatted: string) => string;
  readonly jobs: string;
  readonly failed: string;
  readonly successRate: string;
  readonly more: (count: string) => string;
  readonly moreProblems: string;
  readonly leftOut: (count: string, all: string) => string;
  readonly incomplete: (count: number, formatted: string) => string;
  readonly period: (from: string, to: string, timeZone: string) => string;
  readonly footer: (digest: string, domains: number, formatted: string, labels: string) => string;
}
