/** The events about problems, with a stable `eventId`. */
import { type BusEvent, event } from '../platform/bus/bus.ts';
import { contentId } from '../platform/canonical-json.ts';
import { isoTime } from '../platform/clock.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Subject } from './finding.ts';
import { PROBLEM_KINDS } from './kinds.ts';
import { DEPLOYMENT, measuresAt, type PendingEvent, type Problem, problemIdOf } from './problem.ts';

export type Labels = Readonly<Record<string, string>>;

export const DETAIL_TYPES = {
  opened: 'Problem Opened',
  reminded: 'Problem Reminded',
  recovered: 'Problem Recovered',
} as const satisfies Record<PendingEvent, string>;

export const subjectView = (subject: Subject): Record<string, string> =>
  omitUndefined({ ...subject }) as Record<string, string>;

/** The event of a problem with a pending event. @param now epoch ms */
export const problemEvent = (problem: Problem, labels: Labels, now: number): BusEvent => {
  const {
    groupId,
    kind,
    subject,
    text,
    since,
    last,
    count,
    jobIds = [],
    measures,
    episode,
    openedAt = 0,
    reminders,
    pendingEvent = 'opened',
  } = problem;
  const problemId = problemIdOf(problem);
  return event(DETAIL_TYPES[pendingEvent], {
    // Episodes alone start again from 1 after a recovered problem has expired.
    eventId: contentId(problemId, pendingEvent, String(episode), String(openedAt), String(reminders)),
    problemId,
    kind,
    severity: PROBLEM_KINDS[kind],
    ...(groupId === DEPLOYMENT ? {} : { groupId }),
    labels: { ...labels },
    subject: subjectView(subject),
    text,
    since: isoTime(since),
    last: isoTime(last),
    count,
    jobIds: [...jobIds],
    measures: measuresAt(measures, now),
    at: isoTime(now),
  });
};
