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

/** Notes what one deployment was allowed and did not need. */
export const noteGrants = (cloud: LocalCloud): void => {
  writeFileSync(join(DIR, `${randomUUID()}.json`), JSON.stringify(cloud.unusedGrants().map(lineOf)));
};

/** What none of the deployments of this run needed. */
export const neverUsed = (): string[] => {
  const runs = readdirSync(DIR).map((file) => JSON.parse(readFileSync(join(DIR, file), 'utf8')) as string[]);
  const [first = [], ...others] = runs;
  return first.filter((grant) => others.every((run) => run.includes(grant)));
};
