/** I-10 over all suites: what the policies allow and nothing has ever needed should not be allowed. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LocalCloud } from '../../local/cloud.ts';

const DIR = resolve(import.meta.dirname, '../../.local/test/grants');

const lineOf = (grant: ReturnType<LocalCloud['unusedGrants']>[number]): string => {
  const { role, action, resources, statement } = grant;
  const condition = statement.Condition ? ` if ${JSON.stringify(statement.Condition)}` : '';
  return `${role} may ${action} on ${resources.map((resource) => resource.split(':').slice(5).join(':')).join(', ')}${condition}`;
};

/** Forgets earlier runs. */
export const forgetGrants = (): void => {
  rmSync(DIR, { recursive: true, force: true });
  mkdirSync(DIR, { recursive: true });
};

interface Run {
  /** Deployments differ: with another gateway there are other grants. */
  readonly grants: readonly string[];
  readonly unused: readonly string[];
}

/** Notes what one deployment was allowed, and what of it was not needed. */
export const noteGrants = (cloud: LocalCloud): void => {
  const run: Run = { grants: cloud.grants().map(lineOf), unused: cloud.unusedGrants().map(lineOf) };
  writeFileSync(join(DIR, `${randomUUID()}.json`), JSON.stringify(run));
};

/** What none of the deployments of this run needed that had it. */
export const neverUsed = (): string[] => {
  const runs = readdirSync(DIR).map((file) => JSON.parse(readFileSync(join(DIR, file), 'utf8')) as Run);
  const used = new Set(
    runs.flatMap(({ grants, unused }) => {
      const left = new Set(unused);
      return grants.filter((grant) => !left.has(grant));
    }),
  );
  return [...new Set(runs.flatMap(({ unused }) => unused))].filter((grant) => !used.has(grant));
};
