/** The settings on how backups are judged: what exit statuses mean, and how old the last good backup may be. */
import { z } from 'zod';
import { sharedBytes } from './environment-limits.ts';
import { group, LABEL_KEY, wholeNumber } from './setting-types.ts';

export const VERDICTS = ['ok', 'warning', 'ignored', 'cancelled', 'failed'] as const;
/** The most characters of the rules as JSON, together with `httpAllowedCidrs`, `oidc` and `relay`: a function's environment has 4 KB. */
const MAX_CHARACTERS = 1400;

const oneOrMore = (value: unknown) => (value === undefined ? undefined : [value].flat());
const name = z.string().min(1, 'must not be empty');
/** The same rules that a group can have (`PATCH /v1/groups/{groupId}`). */
const verdictRule = group({
  status: z.preprocess(oneOrMore, z.array(wholeNumber(0, 999_999)).min(1, 'must not be empty').optional()),
  policy: name.optional(),
  jobType: z.preprocess(oneOrMore, z.array(name).min(1, 'must not be empty').optional()),
  verdict: z.enum(VERDICTS, `must be one of ${VERDICTS.join(', ')}`),
}).refine(
  ({ status, policy, jobType }) => status !== undefined || policy !== undefined || jobType !== undefined,
  'must have a status, a policy or a jobType',
);

const isEverything = (pattern: string | undefined): boolean => pattern === undefined || /^\*+$/.test(pattern);
const LABEL = new RegExp(`${LABEL_KEY.source.slice(0, -1)}=\\S`);
const hours = wholeNumber(1, 9_600);
/** The same rules that a group can have, and those for groups with a label. */
const targetRule = group({
  client: name.optional(),
  policy: name.optional(),
  label: z.string().regex(LABEL, 'must be a label such as customer=acme').optional(),
  targetHours: hours.optional(),
  retired: z.literal(true, 'must be true, or absent').optional(),
})
  .refine(
    ({ client, policy, label }) => label !== undefined || !isEverything(client) || !isEverything(policy),
    'must have a client, a policy or a label that does not match everything: for all backups there is targetHours',
  )
  .refine(
    ({ targetHours, retired }) => (targetHours === undefined) !== (retired === undefined),
    'must have either targetHours or "retired": true',
  );

export const BACKUP_SETTINGS = {
  /**
   * What exit statuses mean, if it differs from the usual (0 ok, 1 warning, 150 cancelled, anything else failed): the first rule that
   * applies counts. They apply when jobs are read.
   */
  verdicts: z
    .array(verdictRule, 'must be a list of rules')
    .refine(
      (rules) => JSON.stringify(rules).length <= MAX_CHARACTERS,
      `must have ${MAX_CHARACTERS} characters at most`,
    )
    .default([]),
  /** How old the last good backup of a client under a policy may be. Without it the habit is learned. */
  targetHours: hours.optional(),
  /** Targets by client, policy and label; `retired` means that no backups are expected. */
  targets: z.array(targetRule, 'must be a list of rules').default([]),
  /** How many failed runs of a client under a policy in a row are a problem. */
  consecutiveFailures: wholeNumber(2, 100).optional(),
};

type BackupSettings = z.infer<z.ZodObject<typeof BACKUP_SETTINGS>>;

/** The variable TARGETS; undefined if nothing is set. */
export const targetsVariable = ({
  targetHours,
  targets,
  consecutiveFailures,
}: Omit<BackupSettings, 'verdicts'>): string | undefined => {
  const text = JSON.stringify({
    targetHours,
    targets: targets.length === 0 ? undefined : targets,
    consecutiveFailures,
  });
  return text === '{}' ? undefined : text;
};

/** The reason why the settings do not fit into the environment of a function. */
export const backupProblems = (
  settings: BackupSettings & Parameters<typeof sharedBytes>[0],
): { readonly path: [keyof BackupSettings]; readonly message: string; readonly input: unknown }[] => {
  const { verdicts, targets } = settings;
  const ofVerdicts = verdicts.length === 0 ? 0 : JSON.stringify(verdicts).length;
  const ofTargets = targetsVariable(settings)?.length ?? 0;
  const shared = sharedBytes(settings);
  const problem = (path: 'verdicts' | 'targets', others: string) => ({
    path: [path] as [keyof BackupSettings],
    message: `must have ${MAX_CHARACTERS} characters at most together with ${others}`,
    input: settings[path],
  });
  if (ofVerdicts > 0 && ofVerdicts + shared > MAX_CHARACTERS)
    return [problem('verdicts', 'httpAllowedCidrs, oidc and relay')];
  return targets.length > 0 && ofVerdicts + ofTargets + shared > MAX_CHARACTERS
    ? [problem('targets', 'verdicts, httpAllowedCidrs, oidc and relay')]
    : [];
};
