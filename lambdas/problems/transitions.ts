/** How a problem changes: when it is found, when it is no longer found, and when time passes. Pure. */
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { About, Finding } from './finding.ts';
import { DEPLOYMENT, keyOfFinding, type Mute, type Problem } from './problem.ts';

/** A change without the revision, which the store increments. */
export type Change = Omit<Problem, 'revision'>;

const isActive = (end: { readonly until: number } | undefined, now: number): boolean =>
  end !== undefined && end.until > now;

const evidenceOf = ({ since, last, count, jobIds = [], status, measures, text }: Finding) => ({
  since,
  last,
  count,
  jobIds,
  ...omitUndefined({ status }),
  measures,
  text,
});

/** Whether people would learn something new: a text or a measure changes together with the rest. */
const isSameEvidence = (problem: Problem, finding: Finding): boolean =>
  problem.since === finding.since &&
  problem.last === finding.last &&
  problem.count === finding.count &&
  (problem.jobIds ?? []).join() === (finding.jobIds ?? []).join();

/** Opens it. No event is published while it is muted. */
const opened = (before: Change, now: number, silencedUntil: number | undefined): Change => {
  const { recoveredAt: _, holdUntil: __, informedAt: ___, acknowledged: ____, ...rest } = before;
  const open = { ...rest, state: 'open' as const, openedAt: now, episode: before.episode + 1, reminders: 0 };
  const isMuted = silencedUntil !== undefined || isActive(before.muted, now);
  return isMuted ? open : { ...open, pendingEvent: 'opened' };
};

const created = (about: About, finding: Finding): Change => ({
  groupId: about.groupId ?? DEPLOYMENT,
  problem: keyOfFinding(about, finding),
  kind: finding.kind,
  ...omitUndefined({ variant: finding.variant }),
  subject: about.subject,
  ...evidenceOf(finding),
  state: 'held',
  episode: 0,
  reminders: 0,
});

/**
 * The transition when it was found.
 * @param silencedUntil epoch ms until which a mute rule applies
 * @returns undefined if nothing changes
 */
export const whenFound = (
  problem: Problem | undefined,
  about: About,
  finding: Finding,
  now: number,
  silencedUntil?: number,
): Change | undefined => {
  if (problem?.state === 'open')
    return isSameEvidence(problem, finding) ? undefined : { ...problem, ...evidenceOf(finding) };
  const { holdUntil } = finding;
  const isHeld = holdUntil !== undefined && holdUntil > now;
  if (
    isHeld &&
    problem?.holdUntil === holdUntil &&
    (problem.state === 'recovered' || isSameEvidence(problem, finding))
  )
    return undefined;
  // A recovered problem is shown with its own evidence until it opens again.
  if (isHeld)
    return problem?.state === 'recovered'
      ? { ...problem, holdUntil }
      : { ...created(about, finding), episode: problem?.episode ?? 0, holdUntil };
  return opened({ ...(problem ?? created(about, finding)), ...evidenceOf(finding) }, now, silencedUntil);
};

/** The transition when it was no longer found. @returns `remove` for one that was never open; undefined if nothing changes */
export const whenAbsent = (problem: Problem, now: number): Change | 'remove' | undefined => {
  const { acknowledged: _, holdUntil, ...rest } = problem;
  if (problem.state === 'held') return problem.episode === 0 ? 'remove' : { ...rest, state: 'recovered' };
  if (problem.state === 'recovered') return holdUntil === undefined ? undefined : rest;
  const recovered = { ...rest, state: 'recovered' as const, recoveredAt: now };
  // Published only if its opening was published.
  return problem.informedAt === undefined ? recovered : { ...recovered, pendingEvent: 'recovered' };
};

/** The transition when time has passed: an event may be due now. @returns undefined if nothing changes */
export const whenDue = (
  problem: Problem,
  now: number,
  repeatAfterMs: number,
  silencedUntil?: number,
): Change | undefined => {
  if (problem.state !== 'open' || problem.pendingEvent !== undefined) return undefined;
  if (silencedUntil !== undefined || isActive(problem.muted, now)) return undefined;
  if (isActive(problem.acknowledged, now)) return undefined;
  if (problem.informedAt === undefined) return { ...problem, pendingEvent: 'opened' };
  if (now < problem.informedAt + repeatAfterMs) return undefined;
  return { ...problem, reminders: problem.reminders + 1, pendingEvent: 'reminded' };
};

/** The transition when the bus has accepted its event. */
export const whenPublished = ({ pendingEvent, ...problem }: Problem, now: number): Change =>
  pendingEvent === 'recovered' ? problem : { ...problem, informedAt: now };

/**
 * When the sweep must review it again (epoch ms); undefined: not before something else happens.
 * @param silencedUntil epoch ms until which a mute rule applies
 */
export const dueAtOf = (
  { state, pendingEvent, holdUntil, muted, acknowledged, informedAt }: Change,
  now: number,
  repeatAfterMs: number,
  silencedUntil?: number,
): number | undefined => {
  if (pendingEvent !== undefined) return now;
  if (state !== 'open') return holdUntil;
  const silence = Math.max(silencedUntil ?? 0, isActive(muted, now) ? (muted as Mute).until : 0);
  if (silence > 0) return silence;
  const reminder = informedAt === undefined ? now : informedAt + repeatAfterMs;
  return acknowledged && isActive(acknowledged, now) ? Math.max(acknowledged.until, reminder) : reminder;
};
