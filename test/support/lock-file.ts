/** What package-lock.json says of the packages that `npm ci` installs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  /** Part of the archive of the package that contains it. */
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

/** A package that breaks a rule, and how. */
export type Violation = readonly [name: string, problem: string];

/** `node_modules/a/node_modules/@b/c` is the package `@b/c`. */
const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? path;

/** Whether an SPDX expression (`MIT`, `(MIT OR GPL-3.0-or-later)`, `MIT AND ISC`) can be met by the allowed licences. */
export const isAllowedLicence = (expression: string, allowed: ReadonlySet<string>): boolean => {
  const text = expression.replace(/^\((.*)\)$/, '$1');
  // A deeper nesting of parentheses is not read, and so not allowed.
  return text.split(' OR ').some((choice) => choice.split(' AND ').every((id) => allowed.has(id.trim())));
};

const REGISTRY = 'https://registry.npmjs.org/';

const sourceProblem = ({ resolved, integrity, inBundle }: LockedPackage): string | undefined => {
  if (inBundle) return undefined;
  // Without an address it comes from the configured registry.
  if (resolved !== undefined && !resolved.startsWith(REGISTRY)) return `comes from ${resolved}`;
  return integrity?.startsWith('sha512-') ? undefined : 'has no SHA-512';
};

export interface Rules {
  /** SPDX ids. Of production dependencies: others are not part of what is deployed or installed. */
  readonly licences: ReadonlySet<string>;
  /** Packages that may run code when they are installed. */
  readonly installScripts: ReadonlySet<string>;
}

/** The packages of a lock file that break a rule. */
export const violations = (
  packages: Readonly<Record<string, LockedPackage>>,
  { licences, installScripts }: Rules,
): Violation[] =>
  Object.entries(packages).flatMap(([path, locked]) => {
    // The project itself.
    if (path === '') return [];
    const { dev, license = 'none', hasInstallScript } = locked;
    const name = nameOf(path);
    const problems = [
      sourceProblem(locked),
      dev || isAllowedLicence(license, licences) ? undefined : `has the licence ${license}`,
      hasInstallScript && !installScripts.has(name) ? 'has an install script' : undefined,
    ];
    return problems.flatMap((problem) => (problem === undefined ? [] : [[name, problem] as const]));
  });

/** The packages of this project. */
export const lockedPackages = (): Readonly<Record<string, LockedPackage>> =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')).packages;
