/** `targetHours` and `targets` of a group: how old the last good backups may be. */
import { z } from '@hono/zod-openapi';
import { unicodeText } from '../unicode-text.ts';

export const targetHours = z.int().min(1).max(9_600).openapi({
  description:
    'How old the last good backup of a client under a policy may be, from its start. Without it the habit is learned.',
});

const pattern = unicodeText().min(1).max(255).openapi({ description: '`*` stands for any text.' });
const isEverything = (text: string | undefined): boolean => text === undefined || /^\*+$/.test(text);

export const targets = z
  .array(
    z
      .strictObject(
        {
          client: pattern.optional(),
          policy: pattern.optional(),
          targetHours: targetHours.optional(),
          retired: z.literal(true).optional().openapi({ description: 'No backups are expected.' }),
        },
        {
          error: ({ code, keys }) =>
            code === 'unrecognized_keys' && keys?.includes('label')
              ? 'has no label: rules for labels are settings of the deployment'
              : undefined,
        },
      )
      .refine(
        ({ client, policy }) => !isEverything(client) || !isEverything(policy),
        'must have a client or a policy that does not match everything: for the whole group there is targetHours',
      )
      .refine(
        (rule) => (rule.targetHours === undefined) !== (rule.retired === undefined),
        'must have either targetHours or "retired": true',
      ),
  )
  .max(30)
  .openapi({
    description:
      'Targets by client and policy, in any letter case. A rule for a client precedes one for a policy, and both precede targetHours.',
  });
