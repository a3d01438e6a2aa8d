/** A problem as the API shows it. */
import { z } from '@hono/zod-openapi';
import { SEVERITIES } from '../../platform/bus/enumerations.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { KINDS, PROBLEM_KINDS, PROBLEM_STATES } from '../../problems/kinds.ts';
import {
  type Acknowledgement,
  DEPLOYMENT,
  type Mute,
  measuresAt,
  type Problem,
  problemIdOf,
  shownState,
} from '../../problems/problem.ts';
import { type Labels, subjectView } from '../../problems/publish-problem.ts';
import { statusTextOf } from '../../reports/jobs/status-text.ts';

const time = z.iso.datetime();
const person = {
  by: z.string().openapi({ description: 'The id of the API key, or the person, that did it.' }),
  at: time,
  reason: z.string(),
};

export const problemItemSchema = z
  .object({
    problemId: z.string(),
    kind: z.enum(KINDS as [string, ...string[]]),
    severity: z.enum(SEVERITIES),
    groupId: z
      .string()
      .optional()
      .openapi({ description: 'Absent if the problem is about the whole deployment.' }),
    labels: z.record(z.string(), z.string()).openapi({ description: 'Of the group.' }),
    subject: z
      .record(z.string(), z.string())
      .openapi({ description: 'The subject of the problem, such as `clientName` and `policyName`.' }),
    state: z.enum(PROBLEM_STATES),
    since: time.openapi({ description: 'When the problem began, by the reports of NetBackup.' }),
    last: time.openapi({ description: 'When the problem was last seen.' }),
    count: z.int().openapi({ description: 'How often it has happened since it began.' }),
    jobIds: z
      .array(z.number())
      .openapi({ description: 'The latest jobs that show the problem, twenty at most.' }),
    status: z
      .int()
      .optional()
      .openapi({ description: 'Exit status of the latest job that shows the problem, for `backup-failed`.' }),
    statusText: z.string().optional(),
    measures: z
      .array(z.object({ name: z.string(), value: z.number(), threshold: z.number(), from: z.string() }))
      .openapi({
        description: 'Each number with the threshold that it crossed, and where the threshold comes from.',
      }),
    text: z.string(),
    openedAt: time.optional(),
    recoveredAt: time.optional(),
    informedAt: time
      .optional()
      .openapi({ description: 'When the problem was last published as opened or reminded.' }),
    acknowledged: z.object({ ...person, until: time }).optional(),
    muted: z.object({ ...person, until: time }).optional(),
  })
  .openapi('Problem');
export type ProblemView = z.infer<typeof problemItemSchema>;

const optionalTime = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : isoTime(ms);

const endingView = ({ at, until, ...why }: Acknowledgement | Mute) => ({
  ...why,
  at: isoTime(at),
  until: isoTime(until),
});

/** @param isSilenced a mute rule applies now */
export const problemView = (
  problem: Problem,
  labels: Labels,
  now: number,
  isSilenced: boolean,
): ProblemView => {
  const {
    groupId,
    kind,
    subject,
    since,
    last,
    count,
    jobIds = [],
    status,
    measures,
    text,
    acknowledged,
    muted,
  } = problem;
  return omitUndefined({
    problemId: problemIdOf(problem),
    kind,
    severity: PROBLEM_KINDS[kind],
    groupId: groupId === DEPLOYMENT ? undefined : groupId,
    labels: { ...labels },
    subject: subjectView(subject),
    state: shownState(problem, now, isSilenced),
    since: isoTime(since),
    last: isoTime(last),
    count,
    jobIds: [...jobIds],
    status,
    statusText: status === undefined ? undefined : statusTextOf(status),
    measures: measuresAt(measures, now),
    text,
    openedAt: optionalTime(problem.openedAt),
    recoveredAt: optionalTime(problem.recoveredAt),
    informedAt: optionalTime(problem.informedAt),
    acknowledged: acknowledged && endingView(acknowledged),
    muted: muted && endingView(muted),
  });
};

export const PROBLEM_COLUMNS = [
  'problemId',
  'kind',
  'severity',
  'groupId',
  'subject',
  'state',
  'since',
  'last',
  'count',
  'jobIds',
  'measures',
  'text',
  'openedAt',
  'recoveredAt',
];
